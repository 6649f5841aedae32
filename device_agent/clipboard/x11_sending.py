"""Give a clip to the programs that ask for it: at once, or piece by piece where it is large."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import xcffib
import xcffib.xproto

from .x11_properties import Properties

# More than this at once would need a larger request than some servers take, and block it for long.
PIECE_BYTES = 256 * 1024
# A program that takes no further piece for this long has forgotten about it.
PATIENCE_S = 20.0


@dataclass(slots=True)
class _Sending:
    """A clip on its way to a property of another program's window."""

    kind: int
    content: bytes
    done: Callable[[], None]
    at: int = 0
    last_s: float = 0.0


class Sender:
    """
    Puts clips down where other programs want them, over the connection of its thread.

    Args:
        connection: Of the thread that calls.
        properties: Of the same connection.

    """

    def __init__(self, connection: "xcffib.Connection", properties: Properties) -> None:
        self._core = connection.core
        self._properties = properties
        self._under_way: dict[tuple[int, int], _Sending] = {}

    @property
    def busy(self) -> bool:
        """Whether a clip is under way."""
        return bool(self._under_way)

    def put(
        self, window: int, place: int, kind: int, content: bytes, done: Callable[[], None]
    ) -> None:
        """Put a clip down; *done* is called when the last of it is there."""
        if len(content) <= PIECE_BYTES:
            self._properties.put(window, place, kind, content)
            done()
            return
        # Asked for before the first piece lies there, so that no deletion goes unheard.
        self._hear(window, xcffib.xproto.EventMask.PropertyChange)
        sending = _Sending(kind, content, done, last_s=time.monotonic())
        self._under_way[window, place] = sending
        pieces = self._properties.atom("INCR")
        self._properties.put_numbers(window, place, pieces, (len(content),))

    def taken(self, window: int, place: int) -> None:
        """The other program has taken what lay there: put the next piece down."""
        sending = self._under_way.get((window, place))
        if sending is None:
            return
        piece = sending.content[sending.at : sending.at + PIECE_BYTES]
        sending.at += len(piece)
        sending.last_s = time.monotonic()
        self._properties.put(window, place, sending.kind, piece)
        if not piece:
            sending.done()
            self._forget(window, place)

    def gone(self, window: int) -> None:
        """The other program's window is no more."""
        for key in [key for key in self._under_way if key[0] == window]:
            del self._under_way[key]

    def give_up_on_the_silent(self) -> None:
        """Forget what has not been taken for long."""
        before_s = time.monotonic() - PATIENCE_S
        for key in [key for key, each in self._under_way.items() if each.last_s < before_s]:
            self._forget(*key)

    def _forget(self, window: int, place: int) -> None:
        del self._under_way[window, place]
        if not any(other == window for other, _ in self._under_way):
            self._hear(window, xcffib.xproto.EventMask.NoEvent)

    def _hear(self, window: int, events: int) -> None:
        self._core.ChangeWindowAttributes(window, xcffib.xproto.CW.EventMask, [events])
