"""Give elements real input: who owns them, whether they are in sight, keys and clicks."""

from ..accessibility import Element
from ..errors import Failure, ToolError
from ..screen import Under, Window
from .bench import Bench
from .windows import require_allowed

SELECT_ALL = "ctrl+a"
DELETE = "Delete"
FOCUS_S = 1.0
LOOK_S = 0.02


def owner(element: Element, bench: Bench) -> Window | None:
    """The window that an element is in; None where that cannot be told."""
    windows = bench.desktop.windows.windows()
    mine = [window for window in windows if window.pid == element.process]
    if len(mine) != 1:
        title = bench.desktop.accessibility.window_of(element.id)
        titled = [window for window in mine or windows if window.title == title]
        return titled[0] if titled else next(iter(mine), None)
    return mine[0]


def require_input(window: Window | None, bench: Bench) -> None:
    """
    Raise unless the desktop takes input now, and the owner's policy lets that window have it.

    Raises:
        ToolError: ``denied``; ``locked``, ``no_session`` or ``unavailable``.

    """
    bench.desktop.require_active()
    guard = bench.grant.guard
    if window is not None:
        require_allowed(window, bench)
    elif guard.said:
        raise ToolError(
            Failure.DENIED, f"which window the element is in is not known ({guard.source})"
        )


def click_point(element: Element, bench: Bench) -> tuple[int, int]:
    """
    The middle of an element, if a click there would reach it.

    Raises:
        ToolError: ``failed`` where it is not shown, off the displays or covered; says by what.

    """
    if not element.visible or element.box is None:
        raise ToolError(Failure.FAILED, "the element is not shown, so it cannot be clicked")
    x, y = element.box.centre
    windows = bench.desktop.windows
    if not any(
        display.x <= x < display.x + display.width and display.y <= y < display.y + display.height
        for display in windows.displays()
    ):
        raise ToolError(
            Failure.FAILED, f"the middle of the element, {x},{y}, is on no display; scroll to it"
        )
    under = windows.under(x, y)
    if not _is_of(under, element, bench):
        other = "the bare desktop" if under is None else f"the window {under.title!r}"
        raise ToolError(
            Failure.FAILED,
            f"the element is covered: at {x},{y} is {other}; activate its window first",
        )
    return x, y


def type_over(element: Element, text: str, bench: Bench) -> None:
    """
    Focus an element, select all that is in it and type *text* instead.

    Raises:
        ToolError: ``failed`` where it does not take the keyboard, or is not in sight.

    """
    inputs = bench.desktop.live_inputs
    window = owner(element, bench)
    if window is not None and not window.active:
        bench.desktop.windows.activate(window.id)
    bench.desktop.accessibility.focus(element.id)
    if not _focused(element, bench):
        inputs.click(*click_point(element, bench))
        if not _focused(element, bench):
            raise ToolError(Failure.FAILED, "the element does not take the keyboard")
    inputs.press_keys(SELECT_ALL)
    if text:
        inputs.type_text(text)
    else:
        inputs.press_keys(DELETE)


def _focused(element: Element, bench: Bench) -> bool:
    for _ in range(int(FOCUS_S / LOOK_S)):
        if "focused" in bench.desktop.accessibility.look(element.id).states:
            return True
        bench.cancellation.wait(LOOK_S)
    return False


def _is_of(under: Under | None, element: Element, bench: Bench) -> bool:
    if under is None:
        return False
    if under.pid is not None and element.process is not None:
        return under.pid == element.process
    return under.title == bench.desktop.accessibility.window_of(element.id)
