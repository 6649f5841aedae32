"""
One connection to an X server on which windows are changed, and watched until they are.

Requests to a window manager follow EWMH (https://specifications.freedesktop.org/wm-spec/) and
ICCCM. What has no manager to ask is done with X's own requests where X has some.
"""

import contextlib
import selectors
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import xcffib
import xcffib.xproto
from xcffib.xproto import CW, EventMask

from ..errors import Failure, ToolError
from .x11_windows import Tree

# Who asks, in EWMH's messages: a pager, which acts for the person at the screen.
PAGER = 2
# The same look at the latest, should an event get lost.
LOOK_S = 0.25
# So long nothing more may happen until a window counts as settled.
QUIET_S = 0.03

CHANGES = EventMask.PropertyChange | EventMask.StructureNotify
ROOT_CHANGES = EventMask.PropertyChange | EventMask.SubstructureNotify
TO_MANAGER = EventMask.SubstructureRedirect | EventMask.SubstructureNotify


class Wire:
    """
    Sends requests about windows, and waits for what comes of them.

    Attributes:
        tree: Answers questions about windows.
        root: The root window.

    """

    def __init__(self, connection: xcffib.Connection) -> None:
        self.tree = Tree(connection)
        self.root: int = connection.setup.roots[connection.pref_screen].root
        self.connection = connection
        self._core = connection.core

    def managed(self) -> bool:
        """Whether a window manager is there that follows EWMH."""
        check = self.tree.numbers(self.root, "_NET_SUPPORTING_WM_CHECK")
        # The property of a dead one stays; its window does not.
        return bool(check) and self.tree.numbers(check[0], "_NET_SUPPORTING_WM_CHECK") == check

    def supports(self, *names: str) -> bool:
        """Whether the window manager says that it takes these."""
        if not self.managed():
            return False
        supported = set(self.tree.numbers(self.root, "_NET_SUPPORTED"))
        return supported.issuperset(self.tree.atom(name) for name in names)

    def ask_manager(self, window: int, kind: str, *values: int) -> None:
        """Send the window manager a message about *window*."""
        self._message(self.root, window, kind, TO_MANAGER, values)

    def ask_window(self, window: int, kind: str, *values: int) -> None:
        """Send a message to *window* itself."""
        self._message(window, window, kind, EventMask.NoEvent, values)

    def configure(self, window: int, mask: int, *values: int) -> None:
        """Change place, size or order; a window manager may step in."""
        with present(window):
            words = [value & 0xFFFFFFFF for value in values]
            self._core.ConfigureWindow(window, mask, words, is_checked=True).check()

    def focus(self, window: int) -> None:
        """Give it the keyboard."""
        with present(window):
            revert = xcffib.xproto.InputFocus.PointerRoot
            self._core.SetInputFocus(revert, window, 0, is_checked=True).check()

    @contextmanager
    def watching(self, window: int | None = None) -> Iterator[None]:
        """Have the server tell of changes to windows, and to *window* above all, meanwhile."""
        self._select(self.root, ROOT_CHANGES)
        try:
            if window is not None:
                with present(window):
                    self._select(window, CHANGES)
            yield
        finally:
            # It may be gone by now, and nobody misses its events; the call's own error counts.
            with contextlib.suppress(xcffib.XcffibException):
                if window is not None:
                    self._select(window, EventMask.NoEvent)
            with contextlib.suppress(xcffib.XcffibException):
                self._select(self.root, EventMask.NoEvent)
                self._heard()

    def until(self, condition: Callable[[], bool], timeout_s: float) -> bool:
        """Look again after every event; whether *condition* came true in time."""
        end_s = time.monotonic() + timeout_s
        while not condition():
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                return False
            self._listen(min(left_s, LOOK_S))
        return True

    def settle(self, timeout_s: float) -> None:
        """Wait until nothing more happens."""
        end_s = time.monotonic() + timeout_s
        while self._listen(QUIET_S) and time.monotonic() < end_s:
            pass

    def _listen(self, timeout_s: float) -> bool:
        """Wait for events; whether there were any."""
        # Answers to questions bring events along, which then wait here, not on the descriptor.
        if self._heard():
            return True
        with selectors.DefaultSelector() as selector:
            selector.register(self.connection.get_file_descriptor(), selectors.EVENT_READ)
            selector.select(timeout_s)
        return self._heard()

    def _heard(self) -> bool:
        heard = False
        while self.connection.poll_for_event() is not None:
            heard = True
        return heard

    def _select(self, window: int, mask: int) -> None:
        self._core.ChangeWindowAttributes(window, CW.EventMask, [mask], is_checked=True).check()

    def _message(self, to: int, window: int, kind: str, mask: int, values: tuple[int, ...]) -> None:
        words = [value & 0xFFFFFFFF for value in (*values, 0, 0, 0, 0, 0)[:5]]
        content = xcffib.xproto.ClientMessageData.synthetic(words, "5I")
        event = xcffib.xproto.ClientMessageEvent.synthetic(
            32, window, self.tree.atom(kind), content
        )
        with present(window):
            self._core.SendEvent(False, to, mask, event.pack(), is_checked=True).check()


@contextmanager
def present(window: int) -> Iterator[None]:
    """Turn what X says of a window that is not there into the call's error."""
    try:
        yield
    except (xcffib.xproto.WindowError, xcffib.xproto.DrawableError) as error:
        raise gone(window) from error


def gone(window: int) -> ToolError:
    """The error for a window that has closed."""
    return ToolError(
        Failure.FAILED, f"window {window} has closed meanwhile; list_windows tells what is open"
    )
