"""Windows on X11: asked of the window manager, read back from the server."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import xcffib
import xcffib.xproto
from xcffib.xproto import ConfigWindow

from .. import xserver
from ..errors import Failure, ToolError
from .base import Display, Region, Window
from .control import Under, WindowControl
from .x11 import displays_on
from .x11_sizes import taken_size
from .x11_windows import ICONIC
from .x11_wm import PAGER, Wire, gone

# How long a change may take until it can be read back.
CHANGE_S = 2.0
# A program may take longer to close: it may be saving something.
CLOSE_S = 4.0
SETTLE_S = 0.3
# EWMH, _NET_WM_STATE and _NET_MOVERESIZE_WINDOW.
REMOVE, ADD = 0, 1
NORTH_WEST, HAS_X, HAS_Y, SOURCE = 1, 1 << 8, 1 << 9, PAGER << 12
MAXIMISED = ("_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ")
# Windows inside windows inside windows: more than this is no window of a person.
MAX_DEPTH = 32


class X11WindowControl(WindowControl):
    """
    The windows of one X server.

    Args:
        display: The server's name, such as ``":0"``.

    """

    def __init__(self, display: str) -> None:
        self._name = display
        self._wire: Wire | None = None

    def windows(self) -> tuple[Window, ...]:
        with self._connected() as wire:
            return wire.tree.windows(displays_on(wire.connection))

    def displays(self) -> tuple[Display, ...]:
        with self._connected() as wire:
            return displays_on(wire.connection)

    def frame(self, window: int) -> Region:
        with self._connected() as wire:
            return _frame(wire, window)

    def under(self, x: int, y: int) -> Under | None:
        with self._connected() as wire:
            chain = _windows_at(wire, x, y)
            if not chain:
                return None
            known = (each for each in chain if wire.tree.numbers(each, "WM_STATE"))
            window = next(known, chain[0])
            return Under(window, wire.tree.title(window), wire.tree.pid(window))

    def activate(self, window: int) -> None:
        with self._changing(window) as wire:
            if wire.managed():
                wire.ask_manager(window, "_NET_ACTIVE_WINDOW", PAGER, 0, 0)
            else:
                wire.configure(window, ConfigWindow.StackMode, xcffib.xproto.StackMode.Above)
                self._focus(wire, window)
            if not wire.until(lambda: _is_active(wire, window), CHANGE_S):
                active = wire.tree.active()
                other = "nothing" if active is None else f"{wire.tree.title(active)!r}"
                raise _refused(f"it was asked to become active, and {other} is")

    def move(self, window: int, x: int, y: int) -> None:
        with self._changing(window) as wire:
            self._unmaximise(wire, window)
            before = _frame(wire, window)
            if wire.supports("_NET_MOVERESIZE_WINDOW"):
                flags = NORTH_WEST | HAS_X | HAS_Y | SOURCE
                wire.ask_manager(window, "_NET_MOVERESIZE_WINDOW", flags, x, y)
            else:
                wire.configure(window, ConfigWindow.X | ConfigWindow.Y, x, y)
            _reach(wire, lambda: (_frame(wire, window).x, _frame(wire, window).y) == (x, y))
            after = _frame(wire, window)
            if (after.x, after.y) != (x, y) and after == before:
                raise _refused(f"it was asked to move to {x},{y} and stayed at {after.x},{after.y}")

    def resize(self, window: int, width: int, height: int) -> None:
        with self._changing(window) as wire:
            self._unmaximise(wire, window)
            before = _region(wire, window)
            wanted = taken_size(wire.tree.numbers(window, "WM_NORMAL_HINTS"), width, height)
            wire.configure(window, ConfigWindow.Width | ConfigWindow.Height, width, height)
            _reach(wire, lambda: _size(_region(wire, window)) == wanted)
            after = _region(wire, window)
            if _size(after) not in (wanted, (width, height)) and after == before:
                raise _refused(
                    f"it was asked to be {width}x{height} and stayed {after.width}x{after.height}"
                )

    def minimise(self, window: int) -> None:
        with self._changing(window) as wire:
            _require(wire, "minimise")
            wire.ask_manager(window, "WM_CHANGE_STATE", ICONIC)
            if not wire.until(lambda: _is_minimised(wire, window), CHANGE_S):
                raise _refused("it was asked to be minimised and is still shown")

    def maximise(self, window: int) -> None:
        with self._changing(window) as wire:
            _require(wire, "maximise", *MAXIMISED)
            self._show(wire, window)
            states = (wire.tree.atom(name) for name in MAXIMISED)
            wire.ask_manager(window, "_NET_WM_STATE", ADD, *states, PAGER)
            if not wire.until(lambda: _is_maximised(wire, window), CHANGE_S):
                raise _refused("it was asked to be maximised and is not")
            wire.settle(SETTLE_S)

    def restore(self, window: int) -> None:
        with self._changing(window) as wire:
            _require(wire, "restore")
            if not self._show(wire, window):
                self._unmaximise(wire, window)

    def close_window(self, window: int) -> None:
        with self._changing(window) as wire:
            before = {each.id for each in wire.tree.windows(())}
            if wire.supports("_NET_CLOSE_WINDOW"):
                wire.ask_manager(window, "_NET_CLOSE_WINDOW", 0, PAGER)
            else:
                _ask_to_close(wire, window)
            if wire.until(lambda: wire.tree.place(window) is None, CLOSE_S):
                return
            new = [each.title for each in wire.tree.windows(()) if each.id not in before]
            asks = f"; it opened {', '.join(map(repr, new))}" if new else ""
            raise _refused(f"it was asked to close and is still open{asks}")

    def wait_for(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        with self._connected() as wire, wire.watching():
            return wire.until(condition, timeout_s)

    def close(self) -> None:
        if self._wire is not None:
            self._wire.connection.disconnect()
            self._wire = None

    @contextmanager
    def _connected(self) -> Iterator[Wire]:
        """A connection that answers; a new one where the old one was lost since the last call."""
        if self._wire is not None:
            try:
                with xserver.answering():
                    self._wire.tree.place(self._wire.root)
            except ToolError:
                self.close()
        if self._wire is None:
            connection = xserver.connect(self._name)
            with xserver.answering():
                self._wire = Wire(connection)
        with xserver.answering():
            yield self._wire

    @contextmanager
    def _changing(self, window: int) -> Iterator[Wire]:
        with self._connected() as wire, wire.watching(window):
            yield wire

    def _focus(self, wire: Wire, window: int) -> None:
        try:
            wire.focus(window)
        except xcffib.xproto.MatchError as error:
            raise _refused("it is not shown, so it cannot get the keyboard") from error

    def _show(self, wire: Wire, window: int) -> bool:
        """Show it again if it was minimised; whether it was."""
        if not _is_minimised(wire, window):
            return False
        wire.ask_manager(window, "_NET_ACTIVE_WINDOW", PAGER, 0, 0)
        if not wire.until(lambda: not _is_minimised(wire, window), CHANGE_S):
            raise _refused("it was asked to show again and is still minimised")
        return True

    def _unmaximise(self, wire: Wire, window: int) -> None:
        if not wire.tree.maximised(window):
            return
        states = (wire.tree.atom(name) for name in MAXIMISED)
        wire.ask_manager(window, "_NET_WM_STATE", REMOVE, *states, PAGER)
        if not wire.until(lambda: not _is_maximised(wire, window), CHANGE_S):
            raise _refused("it was asked to have its old size again and is still maximised")
        wire.settle(SETTLE_S)


def _refused(what: str) -> ToolError:
    return ToolError(Failure.FAILED, f"the window did not obey: {what}")


def _require(wire: Wire, verb: str, *names: str) -> None:
    if not wire.managed():
        raise ToolError(
            Failure.UNAVAILABLE,
            f"no window manager runs on this desktop, and without one nothing can {verb} a window; "
            "move_window and resize_window work",
        )
    if not wire.supports(*names):
        raise ToolError(Failure.UNAVAILABLE, f"this window manager cannot {verb} windows")


def _reach(wire: Wire, condition: Callable[[], bool]) -> None:
    """Wait for a place or size; give up early where the manager has decided for another one."""
    end_s = time.monotonic() + CHANGE_S
    if not wire.until(condition, SETTLE_S):
        wire.settle(max(0.0, end_s - time.monotonic()))


def _ask_to_close(wire: Wire, window: int) -> None:
    delete = wire.tree.atom("WM_DELETE_WINDOW")
    if delete not in wire.tree.numbers(window, "WM_PROTOCOLS"):
        raise ToolError(
            Failure.UNAVAILABLE,
            "this window cannot be asked to close, and no window manager is there to end it; end "
            "its process",
        )
    wire.ask_window(window, "WM_PROTOCOLS", delete, 0)


def _region(wire: Wire, window: int) -> Region:
    place = wire.tree.place(window)
    if place is None:
        raise gone(window)
    return place.region


def _frame(wire: Wire, window: int) -> Region:
    frame = wire.tree.frame(window)
    if frame is None:
        raise gone(window)
    return frame


def _size(region: Region) -> tuple[int, int]:
    return region.width, region.height


def _is_active(wire: Wire, window: int) -> bool:
    place = wire.tree.place(window)
    if place is None:
        raise gone(window)
    return place.viewable and wire.tree.active() == window


def _is_minimised(wire: Wire, window: int) -> bool:
    place = wire.tree.place(window)
    if place is None:
        raise gone(window)
    return not place.viewable and wire.tree.hidden(window)


def _is_maximised(wire: Wire, window: int) -> bool:
    if wire.tree.place(window) is None:
        raise gone(window)
    return wire.tree.maximised(window)


def _windows_at(wire: Wire, x: int, y: int) -> list[int]:
    """The windows that contain a place, from the top-level one inwards."""
    core, found, window = wire.connection.core, list[int](), wire.root
    for _ in range(MAX_DEPTH):
        inside: int = core.TranslateCoordinates(wire.root, window, x, y).reply().child
        if not inside:
            break
        found.append(inside)
        window = inside
    return found
