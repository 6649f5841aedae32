"""
Drives one session: the only place that does what a session asks.

Whoever owns the link reports events; :meth:`Driver.tell` passes them to the session and performs
what it wants, at once and in order. Nothing here waits, nothing here decides: a decision in this
file is in the wrong room. asyncio is one thin file over it (:mod:`.aio`), the simulator's timer
wheel another.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..errors import LocalProtocolError, RemoteProtocolError
from ..protocol import effects as fx
from ..protocol import events as ev
from ..protocol.codec import encode
from ..protocol.limits import DEFAULT_FRAME_BYTES, fits, size_bytes, too_large
from ..protocol.messages import Message
from ..protocol.work import PeerId, WorkId
from .ports import Body, FactFinder, Journal, Outbox, Owner, Timers

log = logging.getLogger(__name__)

Decode = Callable[[str | bytes], Message]


class Session(Protocol):
    """Any of the four."""

    def handle(self, event: ev.Event) -> list[fx.Effect]:
        """Take an event; return what must be done about it."""
        ...


@dataclass(frozen=True, slots=True)
class Home:
    """
    Who stands behind a session. A role that never asks for one of them may leave it out.

    Attributes:
        decode: Turns a frame of the peer into a message.
        clock: The wall clock as ISO 8601 in UTC; stamped on every message.

    """

    decode: Decode
    clock: Callable[[], str]
    journal: Journal | None = None
    body: Body | None = None
    facts: FactFinder | None = None
    owner: Owner | None = None


class Driver:
    """
    A session and what it is connected to. It may see many links, one after another.

    Args:
        session: Decides.
        home: Performs.

    """

    __slots__ = (
        "_in_flight", "_limit_bytes", "_moved_at", "_outbox", "_queue", "_timers", "_unfit",
        "closing", "home", "peer", "session",
    )  # fmt: skip

    def __init__(self, session: Session, home: Home) -> None:
        self.session = session
        self.home = home
        self.peer = PeerId("")
        self.closing: fx.CloseReason | None = None
        self._outbox: Outbox | None = None
        self._timers: Timers | None = None
        self._queue: deque[ev.Event] | None = None
        self._limit_bytes = DEFAULT_FRAME_BYTES
        self._moved_at: dict[str, int] | None = None
        self._in_flight: list[WorkId] | None = None
        self._unfit: dict[WorkId, int] | None = None

    def connect(self, outbox: Outbox, timers: Timers, up: ev.LinkUp) -> None:
        """Begin a link."""
        self._outbox, self._timers = outbox, timers
        self._limit_bytes = DEFAULT_FRAME_BYTES
        self._in_flight = self._unfit = self._moved_at = None
        self.closing = None
        self.tell(up)

    def disconnect(self, code: int = 1006, reason: str = "") -> None:
        """End a link; what was in hand goes on."""
        in_flight, self._in_flight = self._in_flight, None
        self.tell(ev.LinkDown(code, reason))
        self._outbox = self._timers = None
        if code == CLOSE_TOO_LARGE and in_flight and self.home.journal is not None:
            self.home.journal.rejected(self.peer, tuple(in_flight))

    def hear(self, frame: str | bytes) -> None:
        """Take a frame of the peer."""
        try:
            message = self.home.decode(frame)
        except RemoteProtocolError as error:
            self.tell(ev.Garbled(error))
        else:
            self.tell(ev.Received(message))

    def timer_fired(self, name: str) -> None:
        """A timer has run out."""
        outbox = self._outbox
        before = (self._moved_at or {}).pop(name, 0)
        moved = outbox is not None and (outbox.is_backlogged or outbox.moved_bytes > before)
        self.tell(ev.TimerFired(name, moved))

    def tell(self, event: ev.Event) -> None:
        """Report an event and do what is wanted. One told meanwhile waits for its turn."""
        if self._queue is not None:
            self._queue.append(event)
            return
        self._queue = deque([event])
        try:
            while self._queue:
                for effect in self.session.handle(self._queue.popleft()):
                    self._perform(effect)
        finally:
            self._queue = None

    def _perform(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Send(message):
                self._send(self._text(message))
            case fx.SendAnswer(work_id, answer):
                self._send_answer(work_id, answer)
            case fx.StartTimer(name, seconds):
                self._start_timer(name, seconds)
            case fx.StopTimer(name):
                if self._timers is not None:
                    self._timers.stop(name)
            case fx.Probe():
                if self._outbox is not None:
                    self._outbox.probe()
            case fx.CloseLink(reason, code):
                self.closing = reason
                if self._outbox is not None:
                    self._outbox.close(code, reason.value)
            case fx.Log(text, warning):
                level = logging.WARNING if warning else logging.INFO
                log.log(level, "%s: %s", self.peer or "a new link", text)
            case fx.Opened(peer, accepts, max_frame_bytes):
                self._opened(PeerId(peer), accepts, max_frame_bytes)
            case fx.Admit() | fx.Deliver():
                self._for_owner(effect)
            case _:
                self._for_device(effect)

    def _for_device(self, effect: fx.Effect) -> None:
        journal, body, facts = self.home.journal, self.home.body, self.home.facts
        match effect:
            case fx.Accept(work) if journal is not None:
                journal.accept(self.peer, work, self.tell)
            case fx.Run(work) if body is not None:
                body.run(self.peer, work, self.tell)
            case fx.Record(work, outcome, answer) if journal is not None:
                journal.record(self.peer, work, outcome, self._text(answer))
            case fx.Delivered(work_ids) if journal is not None:
                arrived = frozenset(work_ids)
                left = [work_id for work_id in self._in_flight or () if work_id not in arrived]
                self._in_flight = left or None
                journal.delivered(self.peer, work_ids)
            case fx.Confirmed(work_id) if journal is not None:
                journal.confirmed(self.peer, work_id)
            case fx.CancelTask(task_id, reason) if body is not None:
                body.cancel(self.peer, task_id, reason)
            case fx.AskFacts(request_id, target_id) if facts is not None:
                facts.ask(request_id, target_id, self.tell)
            case _:
                raise LocalProtocolError(f"nobody at home for {type(effect).__name__}")

    def _for_owner(self, effect: fx.Admit | fx.Deliver) -> None:
        owner = self.home.owner
        if owner is None:
            raise LocalProtocolError(f"nobody at home for {type(effect).__name__}")
        if isinstance(effect, fx.Admit):
            owner.admit(effect.register, self.tell)
        else:
            owner.deliver(effect.message)

    def _opened(self, peer: PeerId, accepts: tuple[str, ...], limit_bytes: int | None) -> None:
        self.peer = peer
        self._limit_bytes = limit_bytes or DEFAULT_FRAME_BYTES
        if self.home.owner is not None:
            self.home.owner.opened(accepts, limit_bytes)
        if self.home.journal is not None:
            self.home.journal.resume(peer, accepts, self.tell)

    def _start_timer(self, name: str, seconds: float) -> None:
        if self._timers is None or self._outbox is None:
            return
        if self._moved_at is None:
            self._moved_at = {}
        self._moved_at[name] = self._outbox.moved_bytes
        self._timers.start(name, seconds)

    def _text(self, message: Message) -> str:
        """Encode; a frame the peer would not take is replaced once by one that says so."""
        text = encode(message, self.home.clock())
        if fits(text, self._limit_bytes):
            return text
        smaller = too_large(message, size_bytes(text), self._limit_bytes)
        return encode(smaller, self.home.clock())

    def _send(self, text: str) -> None:
        if self._outbox is not None:
            self._outbox.send(text)

    def _send_answer(self, work_id: WorkId, answer: str) -> None:
        if self._outbox is None:
            return
        frame_bytes = size_bytes(answer)
        if frame_bytes > self._limit_bytes and self.home.journal is not None:
            # Written down for a link that took more, or while there was none to ask.
            self._ask_for_less(self.home.journal, work_id, frame_bytes)
            return
        self._outbox.send(answer)
        if self._in_flight is None:
            self._in_flight = []
        self._in_flight.append(work_id)
        if self.home.journal is not None:
            self.home.journal.sent(self.peer, work_id)

    def _ask_for_less(self, journal: Journal, work_id: WorkId, frame_bytes: int) -> None:
        if self._unfit is None:
            self._unfit = {}
        if frame_bytes >= self._unfit.get(work_id, frame_bytes + 1):
            # It came back no smaller: asking again would go round for ever.
            log.warning("%s takes no answer to %s, however short", self.peer, work_id)
            return
        self._unfit[work_id] = frame_bytes
        journal.rejected(self.peer, (work_id,))


CLOSE_TOO_LARGE = 1009
"""A frame was too big for the peer (RFC 6455, section 7.4.1)."""
