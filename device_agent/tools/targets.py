"""Which part of the desktop a call means to look at."""

from dataclasses import dataclass

from ..catalog.screen import ShownArguments
from ..errors import Failure, ToolError
from ..screen import Display, Region, Screen, Window
from ..screen.geometry import common, overlap
from .places import region_of
from .views import Views


@dataclass(frozen=True, slots=True)
class Target:
    """
    A part of the desktop.

    Attributes:
        region: What to capture; None for the whole desktop.
        display: Name of the display that it is; None where it is none.
        window: The window that it is; None where it is none.
        obscured: Of a window: whether others hide some of it.

    """

    region: Region | None = None
    display: str | None = None
    window: Window | None = None
    obscured: bool = False

    @property
    def is_seen_whole(self) -> bool:
        """Whether all of it is visible on the desktop."""
        return self.window is None or (not self.obscured and self.region == self.window.region)


def target_of(shown: ShownArguments, screen: Screen, views: Views) -> Target:
    """
    What *shown* means.

    Raises:
        ToolError: ``bad_arguments`` where there is no such display or frame, ``failed`` where
            there is no such window or nothing of it is shown.

    """
    if shown.region is not None:
        return Target(region_of(shown.region, screen, views))
    if shown.display is not None:
        display = _display(shown.display, screen.displays())
        return Target(display.region, display=display.name)
    if shown.window_id is not None or shown.window_title is not None:
        return _window(shown, screen)
    return Target()


def _display(wanted: int | str, displays: tuple[Display, ...]) -> Display:
    for number, display in enumerate(displays, 1):
        if wanted in {number, display.name}:
            return display
    names = ", ".join(f"{number} {each.name}" for number, each in enumerate(displays, 1))
    raise ToolError(
        Failure.BAD_ARGUMENTS, f"argument display: there is no such display; there are: {names}"
    )


def _window(shown: ShownArguments, screen: Screen) -> Target:
    windows = screen.windows()
    place = next((at for at, each in enumerate(windows) if _is_meant(each, shown)), None)
    if place is None:
        what = (
            f"window {shown.window_id} among those that are open; it may have closed"
            if shown.window_title is None
            else "window that has this text in its title"
        )
        raise ToolError(Failure.FAILED, f"there is no {what}; see list_windows")
    window = windows[place]
    seen = None if window.minimised else common(window.region, screen.size())
    if seen is None:
        raise ToolError(
            Failure.FAILED,
            f"nothing of window {window.id} is shown: it is minimised or off the desktop",
        )
    above = (each for each in windows[:place] if not each.minimised)
    return Target(
        seen, window=window, obscured=any(overlap(each.region, seen) > 0 for each in above)
    )


def _is_meant(window: Window, shown: ShownArguments) -> bool:
    if shown.window_title is None:
        return window.id == shown.window_id
    return shown.window_title.casefold() in window.title.casefold()
