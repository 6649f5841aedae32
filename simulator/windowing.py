"""How the windows of a simulated machine answer the tools that act on them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from device_agent.catalog import ToolResult
from device_agent.catalog.parts import Area
from device_agent.catalog.windows import (
    MoveWindowArguments,
    ResizeWindowArguments,
    SomeWindowArguments,
    WindowArguments,
    WindowClosedResult,
    WindowEntry,
    WindowResult,
)
from device_agent.errors import Failure, ToolError

from .machine import TITLE_BAR_PIXELS, Machine, Screen, Window

DISPLAY = "screen"


def entry(window: Window, screen: Screen) -> WindowEntry:
    """A window as the catalog tells it."""
    return WindowEntry(
        window_id=window.window_id,
        title=window.title,
        app=window.app,
        pid=window.pid,
        region=_area(window),
        display=DISPLAY,
        active=window is screen.active,
        minimised=window.minimised,
        maximised=window.before is not None,
    )


def chosen(arguments: SomeWindowArguments, screen: Screen) -> Window:
    """
    The one window that a caller means.

    Raises:
        ToolError: ``bad_arguments``: none fits, or more than one.

    """
    fitting = [
        window
        for window in screen.windows
        if arguments.window_id in {None, window.window_id}
        and (arguments.title or "").casefold() in window.title.casefold()
        and (arguments.app or "").casefold() in window.app.casefold()
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(f"{window.window_id} {window.title!r}" for window in fitting)
    detail = f"several windows fit: {names}" if fitting else "no window like that is open"
    raise ToolError(Failure.BAD_ARGUMENTS, detail)


def _activate(_: WindowArguments, window: Window, screen: Screen) -> Window:
    return screen.put(window, replace(window, minimised=False), on_top=True)


def _move(arguments: MoveWindowArguments, window: Window, screen: Screen) -> Window:
    normal = _normal(window)
    across = -normal.width < arguments.x < screen.width
    if not (across and -normal.height < arguments.y < screen.height):
        raise ToolError(Failure.BAD_ARGUMENTS, "move_window: no display would show the window")
    moved = replace(normal, x=arguments.x, y=arguments.y + TITLE_BAR_PIXELS)
    return screen.put(window, moved)


def _resize(arguments: ResizeWindowArguments, window: Window, screen: Screen) -> Window:
    sized = replace(_normal(window), width=arguments.width, height=arguments.height)
    return screen.put(window, sized)


def _minimise(_: WindowArguments, window: Window, screen: Screen) -> Window:
    return screen.put(window, replace(window, minimised=True))


def _maximise(_: WindowArguments, window: Window, screen: Screen) -> Window:
    full = replace(
        window,
        x=0,
        y=TITLE_BAR_PIXELS,
        width=screen.width,
        height=screen.height - TITLE_BAR_PIXELS,
        minimised=False,
        before=window.before or (window.x, window.y, window.width, window.height),
    )
    return screen.put(window, full)


def _restore(_: WindowArguments, window: Window, screen: Screen) -> Window:
    if window.minimised:
        return screen.put(window, replace(window, minimised=False), on_top=True)
    return screen.put(window, _normal(window))


def _normal(window: Window) -> Window:
    if window.before is None:
        return window
    x, y, width, height = window.before
    return replace(window, x=x, y=y, width=width, height=height, before=None)


def _changing(
    change: Callable[[Any, Window, Screen], Window],
) -> Callable[[Any, Machine], ToolResult]:
    def changed(arguments: Any, machine: Machine) -> ToolResult:  # noqa: ANN401 -- as the tool
        screen = machine.screen
        now = change(arguments, chosen(arguments, screen), screen)
        inner, bar = _area(now), TITLE_BAR_PIXELS
        frame = Area(x=inner.x, y=inner.y - bar, width=inner.width, height=inner.height + bar)
        return WindowResult(window=entry(now, screen), frame=frame)

    return changed


def _close(arguments: WindowArguments, machine: Machine) -> ToolResult:
    window = chosen(arguments, machine.screen)
    machine.screen.windows.remove(window)
    return WindowClosedResult(window_id=window.window_id, title=window.title)


def _area(window: Window) -> Area:
    return Area(x=window.x, y=window.y, width=window.width, height=window.height)


RESULTS: Mapping[str, Callable[[Any, Machine], ToolResult]] = {
    "activate_window": _changing(_activate),
    "move_window": _changing(_move),
    "resize_window": _changing(_resize),
    "minimise_window": _changing(_minimise),
    "maximise_window": _changing(_maximise),
    "restore_window": _changing(_restore),
    "close_window": _close,
}
"""What each tool gives; none takes longer than the machine's pace."""
