"""Wait for the screen."""

import re
import time
from collections.abc import Callable

from PIL import Image, ImageChops

from ..catalog.places import plain
from ..catalog.watching import WaitForScreenArguments, WaitForScreenResult
from ..errors import Failure, ToolError
from ..screen import Frame, Region, Screen, Window
from .bench import Bench
from .places import box_of
from .targets import target_of
from .windows import entry

# How often the screen is looked at; a look at 1080p takes 2 ms.
LOOK_S = 0.05
LOOKS_A_STILLNESS = 5
# Titles are the work of any program, and patterns that of any caller.
MAX_TITLE_CHARS = 1000


def wait_for_screen(arguments: WaitForScreenArguments, bench: Bench) -> WaitForScreenResult:
    """Wait until the screen is as wanted, or the time is up."""
    with bench.desktop.another_screen() as screen:
        wait = _Wait(arguments, bench, screen)
        match arguments.until:
            case "still":
                return wait.still()
            case "changed":
                return wait.changed()
            case "window":
                return wait.window()
            case "window_gone":
                return wait.window_gone()


class _Wait:
    """One call's wait, over a screen of its own."""

    def __init__(self, arguments: WaitForScreenArguments, bench: Bench, screen: Screen) -> None:
        self._arguments = arguments
        self._bench = bench
        self._screen = screen
        self._began_s = time.monotonic()

    def still(self) -> WaitForScreenResult:
        still_s = self._arguments.still_s
        region = target_of(self._arguments, self._screen, self._bench.desktop.views).region
        latest = self._screen.grab(region)
        since_s = time.monotonic()
        while time.monotonic() - since_s < still_s:
            if not self._again(min(LOOK_S, still_s / LOOKS_A_STILLNESS)):
                return self._over(False, latest)
            frame = self._screen.grab(region)
            if self._differs(latest, frame):
                latest, since_s = frame, time.monotonic()
        return self._over(True, latest)

    def changed(self) -> WaitForScreenResult:
        frame, before = self._first_look()
        while before is not None and not self._differs(before, frame):
            if not self._again(LOOK_S):
                return self._over(False, frame)
            frame = self._screen.grab(self._watched, cursor=frame.cursor)
        return self._over(True, frame)

    def window(self) -> WaitForScreenResult:
        is_meant = self._pattern()
        while True:
            windows = self._screen.windows()
            found = next((each for each in windows if is_meant(each)), None)
            if found is not None and not found.minimised:
                met = self._over(True)
                return met.model_copy(update={"window": entry(found)})
            if not self._again(LOOK_S):
                return self._over(False)

    def window_gone(self) -> WaitForScreenResult:
        is_meant = self._pattern()
        while any(is_meant(each) for each in self._screen.windows()):
            if not self._again(LOOK_S):
                return self._over(False)
        return self._over(True)

    def _first_look(self) -> tuple[Frame, Frame | None]:
        """How it looks now, and how it did before; None where only that it differed is known."""
        desktop, since = self._bench.desktop, self._arguments.since
        if since is None:
            self._watched = target_of(self._arguments, self._screen, desktop.views).region
            frame = self._screen.grab(self._watched)
            return frame, frame
        view = desktop.views.find(since)
        self._watched = Region(*view.box)
        frame = self._screen.grab(self._watched, cursor=view.cursor)
        return frame, desktop.seen.recall(since, frame)

    def _pattern(self) -> Callable[[Window], bool]:
        title, app = (_compiled(each) for each in (self._arguments.title, self._arguments.app))
        return lambda window: (
            title.search(window.title[:MAX_TITLE_CHARS]) is not None
            and app.search(window.app[:MAX_TITLE_CHARS]) is not None
        )

    def _again(self, after_s: float) -> bool:
        """Wait a little; whether there is time for another look."""
        left_s = self._began_s + self._arguments.timeout_s - time.monotonic()
        if left_s <= 0:
            return False
        self._bench.cancellation.wait(min(after_s, left_s))
        return True

    def _differs(self, before: Frame, now: Frame) -> bool:
        if before.region != now.region:
            return True
        if before.pixels == now.pixels:
            return False
        allowed = self._arguments.tolerance_pixels
        return not allowed or _changed_pixels(before, now) > allowed

    def _over(self, met: bool, frame: Frame | None = None) -> WaitForScreenResult:
        waited_s = round(time.monotonic() - self._began_s, 4)
        result = WaitForScreenResult(met=met, timed_out=not met, waited_s=waited_s)
        if frame is None:
            return result
        desktop, box = self._bench.desktop, box_of(frame.region)
        frame_id = desktop.seen.identify(frame)
        desktop.views.remember(frame_id, plain(box, f"frame {frame_id}"))
        return result.model_copy(update={"frame_id": frame_id})


def _changed_pixels(before: Frame, now: Frame) -> int:
    """The area of the smallest rectangle with all changes in it."""
    changes = ImageChops.difference(_image(before), _image(now)).getbbox()
    if changes is None:
        return 0
    left, top, right, lower = changes
    return (right - left) * (lower - top)


def _image(frame: Frame) -> Image.Image:
    size = (frame.region.width, frame.region.height)
    return Image.frombuffer("RGB", size, frame.pixels, "raw", "BGRX", 0, 1)


def _compiled(pattern: str | None) -> re.Pattern[str]:
    try:
        return re.compile(pattern or "", re.IGNORECASE)
    except re.error as error:
        raise ToolError(
            Failure.BAD_ARGUMENTS, f"wait_for_screen: no regular expression: {error}"
        ) from error
