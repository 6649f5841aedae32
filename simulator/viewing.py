"""How the screen of a simulated machine answers the tools that look at it."""

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from device_agent.catalog.parts import Area, Counted, Place, Point
from device_agent.catalog.places import Box, View, box_in, pixel_in, plain
from device_agent.catalog.screen import (
    DisplayEntry,
    DisplaysResult,
    ImageArguments,
    NoArguments,
    ScreenshotArguments,
    ScreenshotResult,
    ScreenSizeResult,
    ShownArguments,
    ZoomArguments,
)
from device_agent.catalog.watching import (
    FindTextArguments,
    FindTextResult,
    TextMatch,
    WaitForScreenArguments,
    WaitForScreenResult,
)
from device_agent.errors import Failure, ToolError

from .machine import Machine, Screen, Window
from .reaction import Reaction
from .windowing import entry

DISPLAY = "screen"
MIME_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
LEAST_SIDE_PIXELS = 16
SHRINK = 0.75
SHAPED = "~"
KEPT_VIEWS = 32


def view_of(counted: Counted, screen: Screen) -> View:
    """
    What the numbers of a place count.

    Raises:
        ToolError: ``bad_arguments`` for an unknown frame, ``failed`` where the window has gone.

    """
    if counted.frame_id is not None:
        view = screen.views.get(counted.frame_id)
        if view is None:
            detail = f"there is no frame {counted.frame_id!r} among the last {KEPT_VIEWS}"
            raise ToolError(Failure.BAD_ARGUMENTS, detail)
        return view
    if counted.window_id is not None:
        window = _window(ShownArguments(window_id=counted.window_id), screen)
        return plain(_of_window(window), f"window {window.window_id}", window.window_id)
    return plain((0, 0, screen.width, screen.height), "the screen")


def pixel(place: Place, screen: Screen) -> tuple[int, int]:
    """
    The screen pixel that is meant.

    Raises:
        ToolError: It lies outside; also as :func:`view_of`.

    """
    return pixel_in(place, view_of(place, screen))


def _screenshot(arguments: ScreenshotArguments, machine: Machine) -> Reaction:
    from . import picture  # Pillow is slow to import, and most devices are never looked at.

    screen = machine.screen
    box = _box(arguments, screen)
    name = picture.frame_id(screen.scene(cursor=arguments.cursor), _edges(box))
    known = arguments.if_changed_since
    if known is not None and known.partition(SHAPED)[0] == name:
        return Reaction(ScreenshotResult(frame_id=known, not_modified=True))
    scale = min(
        arguments.scale,
        (arguments.max_width or box[2]) / box[2],
        (arguments.max_height or box[3]) / box[3],
    )
    return _pictured(arguments, screen, box, scale)


def _zoom(arguments: ZoomArguments, machine: Machine) -> Reaction:
    screen = machine.screen
    box = _box(arguments, screen)
    scale = min(arguments.width / box[2], arguments.height / box[3])
    return _pictured(arguments, screen, box, scale)


def _pictured(arguments: ImageArguments, screen: Screen, box: Box, scale: float) -> Reaction:
    from . import picture

    scene, asked = screen.scene(cursor=arguments.cursor), scale
    while True:
        size = (max(1, round(box[2] * scale)), max(1, round(box[3] * scale)))
        wanted = picture.Wanted(arguments.format, _edges(box), size, arguments.quality)
        content = picture.picture(scene, wanted)
        if arguments.max_bytes is None or len(content) <= arguments.max_bytes:
            break
        if min(size) <= LEAST_SIDE_PIXELS:
            detail = f"no image of this is as small as {arguments.max_bytes} bytes"
            raise ToolError(Failure.RESULT_TOO_LARGE, detail)
        scale *= SHRINK
    name = picture.frame_id(scene, _edges(box))
    frame_id = name if size == box[2:] else f"{name}{SHAPED}{size[0]}x{size[1]}"
    _remember(screen, frame_id, View(f"frame {frame_id}", box, size))
    result = ScreenshotResult(
        frame_id=frame_id,
        format=arguments.format,
        mime_type=MIME_TYPES[arguments.format],
        width=size[0],
        height=size[1],
        scale=size[0] / box[2],
        quality=None if arguments.format == "png" else arguments.quality,
        origin=Point(x=box[0], y=box[1]),
        display=None if arguments.display is None else DISPLAY,
        size_bytes=len(content),
        image=base64.b64encode(content).decode("ascii"),
    )
    more: dict[str, object] = {"reduced": True} if scale < asked else {}
    if arguments.window_id is not None or arguments.window_title is not None:
        window = _window(arguments, screen)
        more |= {"window_id": window.window_id, "obscured": window is not screen.windows[0]}
    return Reaction(result.model_copy(update=more))


def _remember(screen: Screen, frame_id: str, view: View) -> None:
    screen.views.pop(frame_id, None)
    screen.views[frame_id] = view
    while len(screen.views) > KEPT_VIEWS:
        del screen.views[next(iter(screen.views))]


def _box(shown: ShownArguments, screen: Screen) -> Box:
    if shown.region is not None:
        return box_in(shown.region, view_of(shown.region, screen))
    if shown.display not in {None, 1, DISPLAY}:
        detail = f"argument display: there is no such display; there are: 1 {DISPLAY}"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)
    if shown.window_id is not None or shown.window_title is not None:
        left, top, width, height = _of_window(_window(shown, screen))
        right, lower = min(left + width, screen.width), min(top + height, screen.height)
        return (left, top, right - left, lower - top)
    return (0, 0, screen.width, screen.height)


def _window(shown: ShownArguments, screen: Screen) -> Window:
    title = (shown.window_title or "").casefold()
    for window in screen.windows:
        if shown.window_id in {None, window.window_id} and title in window.title.casefold():
            return window
    raise ToolError(Failure.FAILED, "there is no such window; see list_windows")


def _of_window(window: Window) -> Box:
    return (window.x, window.y, window.width, window.height)


def _edges(box: Box) -> Box:
    return (box[0], box[1], box[0] + box[2], box[1] + box[3])


def _screen_size(_: NoArguments, machine: Machine) -> Reaction:
    screen = machine.screen
    return Reaction(ScreenSizeResult(x=0, y=0, width=screen.width, height=screen.height))


def _list_displays(_: NoArguments, machine: Machine) -> Reaction:
    width, height = machine.screen.width, machine.screen.height
    only = DisplayEntry(
        number=1, name=DISPLAY, x=0, y=0, width=width, height=height, scale=1.0, primary=True
    )
    return Reaction(DisplaysResult(displays=(only,)))


def _wait_for_screen(arguments: WaitForScreenArguments, machine: Machine) -> Reaction:
    """Nothing moves by itself here: what is not so now does not come to be in time either."""
    from . import picture

    screen = machine.screen
    if arguments.until in {"window", "window_gone"}:
        fitting = [each for each in screen.windows if _is_waited_for(each, arguments)]
        met = bool(fitting) == (arguments.until == "window")
        shown = entry(fitting[0], screen) if fitting else None
        more: dict[str, object] = {"window": shown} if met and shown is not None else {}
        return _waited(arguments, met, 0.0, more)
    name = picture.frame_id(screen.scene(cursor=False), _edges(_box(arguments, screen)))
    if arguments.until == "still":
        met = arguments.still_s <= arguments.timeout_s
        return _waited(arguments, met, arguments.still_s, {"frame_id": name})
    since = arguments.since
    if since is not None and since not in screen.views:
        raise ToolError(Failure.BAD_ARGUMENTS, f"there is no frame {since!r} among the last ones")
    met = since is not None and since.partition(SHAPED)[0] != name
    return _waited(arguments, met, 0.0, {"frame_id": name})


def _is_waited_for(window: Window, arguments: WaitForScreenArguments) -> bool:
    wanted = ((arguments.title, window.title), (arguments.app, window.app))
    try:
        return all(re.search(pattern or "", text, re.IGNORECASE) for pattern, text in wanted)
    except re.error as error:
        raise ToolError(Failure.BAD_ARGUMENTS, f"no regular expression: {error}") from error


def _waited(
    arguments: WaitForScreenArguments, met: bool, after_s: float, more: Mapping[str, object]
) -> Reaction:
    lasts_s = after_s if met else arguments.timeout_s
    result = WaitForScreenResult(met=met, timed_out=not met, waited_s=lasts_s)
    return Reaction(result.model_copy(update=more), lasts_s)


def _find_text(arguments: FindTextArguments, machine: Machine) -> Reaction:
    """Machines that draw their own screen know what is written there."""
    from . import picture

    screen = machine.screen
    left, top, right, lower = _edges(_box(arguments, screen))
    found: list[TextMatch] = []
    for text, x, y, width, height in picture.lines(screen.scene(cursor=False)):
        inside = left <= x and top <= y and x + width <= right and y + height <= lower
        if inside and _fits(text, arguments):
            area = Area(x=x, y=y, width=width, height=height)
            found.append(TextMatch(text=text, region=area, confidence=0.95))
    kept = tuple(found[: arguments.max_matches])
    return Reaction(FindTextResult(matches=kept, truncated=len(kept) < len(found)))


def _fits(line: str, arguments: FindTextArguments) -> bool:
    if arguments.text is None:
        return True
    wanted, said = arguments.text, line
    if not arguments.case:
        wanted, said = wanted.casefold(), said.casefold()
    return wanted == said if arguments.match == "exact" else wanted in said


REACTIONS: Mapping[str, Callable[[Any, Machine], Reaction]] = {
    "screenshot": _screenshot,
    "zoom": _zoom,
    "screen_size": _screen_size,
    "list_displays": _list_displays,
    "wait_for_screen": _wait_for_screen,
    "find_text": _find_text,
}
