"""
Own selections of an X server: a thread that answers the programs which paste.

X11 copies nothing anywhere: whoever owns a selection is asked for its content each time somebody
pastes. So what a call has copied lives in this thread, as long as this process does, and is handed
to a clipboard manager, if one runs, when it ends (freedesktop.org, clipboard manager protocol).
"""

import contextlib
import queue
import select
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

import xcffib
import xcffib.xproto

from .. import xserver
from ..errors import Failure, ToolError
from .base import Content
from .x11_formats import MULTIPLE, SAVE_TARGETS, TARGETS, TIMESTAMP, offered
from .x11_properties import Properties, hidden_window
from .x11_sending import Sender

Answer = TypeVar("Answer")

CLIPBOARD, KEEPER = "CLIPBOARD", "CLIPBOARD_MANAGER"
# A server that does not answer for this long is stopped or gone.
ANSWER_S = 5.0
LOOK_S = 5.0
# What stands for no property, and for a target that was refused.
NOWHERE = 0
# Times are milliseconds in 32 bits: of two, the one is later that is less than half of it ahead.
TIMES = 1 << 32


@dataclass(slots=True)
class _Held:
    """A selection that we own, and since when."""

    time: int
    formats: dict[int, tuple[int, bytes]]
    taken: threading.Event = field(default_factory=threading.Event)


class Owner:
    """
    One connection and its thread.

    Args:
        display: The server's name.

    Raises:
        ToolError: ``no_session`` or ``unavailable``: there is no such server.

    """

    def __init__(self, display: str) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._held: dict[int, _Held] = {}
        self._kept = threading.Event()
        self._going = True
        self._lost = False
        self._connection = xserver.connect(display)
        with xserver.answering():
            self._core = self._connection.core
            self._properties = Properties(self._connection)
            self._sender = Sender(self._connection, self._properties)
            self._window = hidden_window(self._connection)
        self._waking, self._wake = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="clipboard", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still answers; else its server has gone."""
        return self._thread.is_alive()

    def own(self, selection: str, content: Content) -> threading.Event:
        """
        Own a selection: an event that is set once a program has read it.

        Raises:
            ToolError: ``failed`` where another program took it at once; ``no_session``.

        """
        return self._ask(lambda: self._own(selection, content))

    def hand_over(self, within_s: float) -> None:
        """Ask a clipboard manager to keep the clipboard, if one runs, and wait until it has."""
        with contextlib.suppress(ToolError):
            if self._ask(self._offer_to_keeper, within_s):
                self._kept.wait(within_s)

    def close(self) -> None:
        """Give up what is owned, and end the thread."""
        with contextlib.suppress(ToolError):
            self._ask(self._stop)
        self._thread.join(ANSWER_S)

    def _ask(self, job: Callable[[], Answer], within_s: float = ANSWER_S) -> Answer:
        """Let the thread do something, and wait for what comes of it."""
        answer: Future[Answer] = Future()

        def do() -> None:
            try:
                with xserver.answering():
                    self._require_server()
                    answer.set_result(job())
            except Exception as error:  # noqa: BLE001 -- the wall between a call and the thread
                answer.set_exception(error)

        self._jobs.put(do)
        if self.alive:
            with contextlib.suppress(OSError):
                self._wake.send(b"\0")
        else:
            self._do_jobs()
        try:
            return answer.result(within_s)
        except TimeoutError:
            raise ToolError(Failure.TIMED_OUT, "the X server does not answer") from None

    def _require_server(self) -> None:
        if self._lost:
            raise ToolError(Failure.NO_SESSION, "the X server has gone away")

    def _run(self) -> None:
        try:
            with contextlib.suppress(ToolError), xserver.answering():
                while self._going:
                    self._turn()
        finally:
            self._lost = True
            self._connection.disconnect()
            for end in (self._waking, self._wake):
                end.close()
            self._do_jobs()

    def _turn(self) -> None:
        while (event := self._event(self._connection.poll_for_event)) is not None:
            self._take(event)
        self._connection.flush()
        server = self._connection.get_file_descriptor()
        patience_s = LOOK_S if self._sender.busy else None
        ready, _, _ = select.select([server, self._waking], [], [], patience_s)
        if self._waking in ready:
            self._waking.recv(4096)
            self._do_jobs()
        self._sender.give_up_on_the_silent()

    def _do_jobs(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._jobs.get_nowait()()

    def _event(self, get: Callable[[], "xcffib.Event"]) -> "xcffib.Event":
        while True:
            try:
                return get()
            except xcffib.xproto.WindowError as error:
                # Whoever asked has gone meanwhile.
                self._sender.gone(error.bad_value)
            except xcffib.Error:
                continue

    def _take(self, event: "xcffib.Event") -> None:
        match event:
            case xcffib.xproto.SelectionRequestEvent():
                # The one who asks may go while it is answered.
                with contextlib.suppress(xcffib.Error):
                    self._answer(event)
            case xcffib.xproto.PropertyNotifyEvent():
                if event.state == xcffib.xproto.Property.Delete:
                    self._sender.taken(event.window, event.atom)
            case xcffib.xproto.SelectionClearEvent():
                held = self._held.get(event.selection)
                if held is not None and _not_before(event.time, held.time):
                    del self._held[event.selection]
            case xcffib.xproto.SelectionNotifyEvent():
                self._kept.set()
            case _:
                pass

    def _own(self, selection: str, content: Content) -> threading.Event:
        atom = self._properties.atom
        formats = {
            atom(name): (atom(kind), content) for name, (kind, content) in offered(content).items()
        }
        now = self._now()
        self._core.SetSelectionOwner(self._window, atom(selection), now)
        if self._core.GetSelectionOwner(atom(selection)).reply().owner != self._window:
            detail = "another program took the clipboard at the same moment; set it again"
            raise ToolError(Failure.FAILED, detail)
        held = self._held[atom(selection)] = _Held(now, formats)
        return held.taken

    def _now(self) -> int:
        """The server's time, as whoever owns a selection must know it (ICCCM, section 2.1)."""
        stamp = self._properties.atom("DEVICE_AGENT_TIME")
        self._properties.put(self._window, stamp, xcffib.xproto.Atom.STRING, b"")
        self._connection.flush()
        while True:
            event = self._event(self._connection.wait_for_event)
            if isinstance(event, xcffib.xproto.PropertyNotifyEvent) and event.atom == stamp:
                return int(event.time)
            self._take(event)

    def _answer(self, request: "xcffib.xproto.SelectionRequestEvent") -> None:
        place = request.property or request.target  # Old clients name no place.
        held = self._held.get(request.selection)
        given = (
            held is not None
            and (not request.time or _not_before(request.time, held.time))
            and self._give(held, request.requestor, request.target, place)
        )
        notice = xcffib.xproto.SelectionNotifyEvent.synthetic(
            request.time,
            request.requestor,
            request.selection,
            request.target,
            place if given else NOWHERE,
        )
        self._core.SendEvent(False, request.requestor, 0, notice.pack())

    def _give(self, held: _Held, window: int, target: int, place: int) -> bool:
        properties = self._properties
        match properties.name(target):
            case "TARGETS":
                about = (TARGETS, TIMESTAMP, MULTIPLE, SAVE_TARGETS)
                targets = (*map(properties.atom, about), *held.formats)
                properties.put_numbers(window, place, properties.atom("ATOM"), targets)
            case "TIMESTAMP":
                properties.put_numbers(window, place, properties.atom("INTEGER"), (held.time,))
            case "MULTIPLE":
                return self._give_several(held, window, place)
            case "SAVE_TARGETS":
                properties.put_numbers(window, place, properties.atom("NULL"), ())
            case _ if target in held.formats:
                self._sender.put(window, place, *held.formats[target], held.taken.set)
            case _:
                return False
        return True

    def _give_several(self, held: _Held, window: int, place: int) -> bool:
        asked = self._properties.take(window, place, 1 << 16)
        if asked is None:
            return False
        numbers = asked.numbers
        answered: list[int] = []
        for target, where in zip(numbers[::2], numbers[1::2], strict=False):
            given = self._give(held, window, target, where)
            answered += (target if given else NOWHERE, where)
        pairs = self._properties.atom("ATOM_PAIR")
        self._properties.put_numbers(window, place, pairs, tuple(answered))
        return True

    def _offer_to_keeper(self) -> bool:
        atom = self._properties.atom
        held = self._held.get(atom(CLIPBOARD))
        if held is None or not self._core.GetSelectionOwner(atom(KEEPER)).reply().owner:
            return False
        place = atom("DEVICE_AGENT_KEEP")
        self._properties.put_numbers(self._window, place, atom("ATOM"), tuple(held.formats))
        self._core.ConvertSelection(
            self._window, atom(KEEPER), atom(SAVE_TARGETS), place, self._now()
        )
        return True

    def _stop(self) -> None:
        self._going = False


def _not_before(time: int, other: int) -> bool:
    return (time - other) % TIMES < TIMES // 2
