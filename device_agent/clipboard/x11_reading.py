"""Read a selection of an X server: ask its owner, another program, and wait for what it gives."""

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import xcffib
import xcffib.xproto

from .. import xserver
from ..errors import Failure, ToolError
from .base import MAX_CLIP_BYTES
from .x11_formats import TARGETS
from .x11_properties import Properties, Property, hidden_window

# How often it is looked whether the owner still lives, and whether anybody still waits for us.
LOOK_S = 0.25
PIECES = "INCR"


class Reading:
    """
    A window that clips are handed to.

    Args:
        connection: For this alone.
        selection: Its X11 name.
        timeout_s: How long the owner may leave us waiting without giving anything.
        check: Called now and then; raises where nobody waits any more.

    """

    def __init__(
        self,
        connection: "xcffib.Connection",
        selection: str,
        timeout_s: float,
        check: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._core = connection.core
        self._properties = Properties(connection)
        self._selection = self._properties.atom(selection)
        self._timeout_s = timeout_s
        self._check = check
        self._window = hidden_window(connection)
        self._place = self._properties.atom("DEVICE_AGENT_CLIP")
        self.owner: int = self._core.GetSelectionOwner(self._selection).reply().owner

    def formats(self) -> tuple[str, ...] | None:
        """In which formats the owner gives the clip; None where it does not say."""
        told = self.ask(TARGETS)
        if told is None:
            return None
        _, content = told
        names = (self._properties.name(atom) for atom in Property(0, content).numbers)
        return tuple(name for name in names if name)

    def ask(self, target: str) -> tuple[str, bytes] | None:
        """
        Let the owner give the clip in one format: the type it gave, and the content.

        None where it refuses.

        Raises:
            ToolError: ``timed_out``, ``result_too_large``, or ``failed`` where the owner has gone.

        """
        self._core.ConvertSelection(
            self._window,
            self._selection,
            self._properties.atom(target),
            self._place,
            xcffib.xproto.Time.CurrentTime,
        )
        wanted = self._properties.atom(target)
        notice = self._wait(
            lambda event: (
                isinstance(event, xcffib.xproto.SelectionNotifyEvent)
                and (event.selection, event.target) == (self._selection, wanted)
            )
        )
        if not notice.property:
            return None
        given = self._take()
        if given is None:
            return None
        if given.type == self._properties.atom(PIECES):
            return self._pieces()
        return self._properties.name(given.type), given.content

    def _pieces(self) -> tuple[str, bytes]:
        """A large clip: each piece is put down when the one before was taken away."""
        kind, content = 0, bytearray()
        while True:
            self._wait(
                lambda event: (
                    isinstance(event, xcffib.xproto.PropertyNotifyEvent)
                    and (event.window, event.atom) == (self._window, self._place)
                    and event.state == xcffib.xproto.Property.NewValue
                )
            )
            piece = self._take()
            if piece is None:
                continue
            if not piece.content:
                return self._properties.name(kind or piece.type), bytes(content)
            kind = piece.type
            content += piece.content
            if len(content) > MAX_CLIP_BYTES:
                raise _too_large()

    def _take(self) -> Property | None:
        given = self._properties.take(self._window, self._place, MAX_CLIP_BYTES)
        if given is not None and (not given.whole or len(given.content) > MAX_CLIP_BYTES):
            raise _too_large()
        return given

    def _wait(self, is_it: Callable[["xcffib.Event"], bool]) -> "xcffib.Event":
        until = time.monotonic() + self._timeout_s
        self._connection.flush()
        while (left_s := until - time.monotonic()) > 0:
            while (event := self._connection.poll_for_event()) is not None:
                if is_it(event):
                    return event
            self._check()
            ready, _, _ = select.select(
                [self._connection.get_file_descriptor()], [], [], min(left_s, LOOK_S)
            )
            if not ready:
                self._require_owner()
        raise ToolError(
            Failure.TIMED_OUT,
            f"the program that owns the clipboard has not answered for {self._timeout_s:g} s; it "
            "hangs, or is busy",
        )

    def _require_owner(self) -> None:
        now = self._core.GetSelectionOwner(self._selection).reply().owner
        if now != self.owner:
            raise ToolError(
                Failure.FAILED,
                "the program that owned the clipboard has gone, or another one copied something, "
                "while it was read; read it again",
            )


@contextmanager
def reading(
    display: str, selection: str, timeout_s: float, check: Callable[[], None]
) -> Iterator[Reading]:
    """Have a reading over a connection of its own."""
    connection = xserver.connect(display)
    try:
        with xserver.answering():
            yield Reading(connection, selection, timeout_s, check)
    finally:
        connection.disconnect()


def _too_large() -> ToolError:
    return ToolError(
        Failure.RESULT_TOO_LARGE,
        f"the clipboard holds more than {MAX_CLIP_BYTES // 1024 // 1024} MiB",
    )
