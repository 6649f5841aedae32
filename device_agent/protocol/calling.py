"""
The part of a session that every caller shares: register, then prove that the server lives.

Rule 1: every state and every move of a caller is in this file.
Rule 2: no I/O, no clock, no randomness, no ids made here. Same events in, same effects out.

A caller says REGISTER and waits; any frame with status ok is the answer (AIP, section 1.5). From
then on a HEARTBEAT goes out every 30 s, and a missing answer means a dead link even while pongs
arrive, because a server can lose a registration and keep the socket (AIP, section 0.2 and 0.3).
"""

from enum import Enum, auto

from ..errors import LocalProtocolError
from .effects import CloseLink, CloseReason, Effect, Log, Opened, Send, StartTimer, StopTimer
from .events import Event, LinkDown, LinkUp, Received, Stopping, TimerFired
from .messages import (
    ClientHeartbeat,
    ClientId,
    ClientType,
    FromServer,
    Json,
    Register,
    ServerError,
    ServerHeartbeat,
    ServerMessage,
)
from .negotiation import PLAIN, Terms, agree

REGISTER_WITHIN_S = 10.0
"""How long a server may take to answer REGISTER; UFO's stays silent for ever on a bad one."""

HEARTBEAT_S = 30.0
"""Between two HEARTBEATs; AIP's documents say 30, UFO's client takes 120."""

ANSWER_WITHIN_S = 10.0
"""How long a HEARTBEAT may stay unanswered while no payload moves."""


class State(Enum):
    """Where a caller is in its life."""

    OFFLINE = auto()
    REGISTERING = auto()
    READY = auto()
    CLOSING = auto()


MOVES: dict[State, frozenset[State]] = {
    State.OFFLINE: frozenset({State.REGISTERING}),
    State.REGISTERING: frozenset({State.READY, State.CLOSING, State.OFFLINE}),
    State.READY: frozenset({State.CLOSING, State.OFFLINE}),
    State.CLOSING: frozenset({State.OFFLINE}),
}


class Caller:
    """
    Registers and keeps the registration proven. Subclasses say who calls and what else is said.

    Args:
        client_id: Who calls.
        peer: Whom we call; stable over reconnects, contains no secret.
        offers: The extensions we take, by name.

    """

    __slots__ = ("_waits", "client_id", "offers", "peer", "state", "terms")

    client_type: ClientType = "device"

    def __init__(self, client_id: ClientId, peer: str, offers: Terms) -> None:
        self.client_id = client_id
        self.peer = peer
        self.offers = offers
        self.terms: Terms = PLAIN
        self.state = State.OFFLINE
        self._waits = False

    def handle(self, event: Event) -> list[Effect]:
        """
        Take one event; return what must be done about it, in order.

        Raises:
            LocalProtocolError: The driver reported what cannot happen in this state.

        """
        match event:
            case LinkUp(metadata):
                return self._link_up(dict(metadata or {}))
            case LinkDown():
                return self._link_down()
            case Received(message):
                if not isinstance(message, FromServer):
                    raise LocalProtocolError(f"a server never says {type(message).__name__}")
                return self._received(message)
            case TimerFired(name, moved):
                return self._timer(name, moved=moved)
            case Stopping():
                return self._close(CloseReason.GOODBYE, code=1001)
            case _:
                return self._other(event)

    @property
    def is_open(self) -> bool:
        """Whether something may be said."""
        return self.state in {State.REGISTERING, State.READY}

    def _link_up(self, metadata: dict[str, Json]) -> list[Effect]:
        if self.state is not State.OFFLINE:
            raise LocalProtocolError(f"LinkUp while {self.state.name}")
        self._move(State.REGISTERING)
        metadata["accepts"] = self.offers.as_json()
        return [Send(self._register(metadata)), StartTimer("register", REGISTER_WITHIN_S)]

    def _register(self, metadata: dict[str, Json]) -> Register:
        return Register(client_id=self.client_id, client_type=self.client_type, metadata=metadata)

    def _link_down(self) -> list[Effect]:
        if self.state is State.OFFLINE:
            raise LocalProtocolError("link lost twice")
        self._move(State.OFFLINE)
        self.terms = PLAIN
        self._waits = False
        return [StopTimer("register"), StopTimer("heartbeat"), StopTimer("answer")]

    def _received(self, message: ServerMessage) -> list[Effect]:
        if not self.is_open:
            return []
        if self.state is State.REGISTERING:
            if isinstance(message, ServerError):
                return [
                    Log(f"REGISTER refused: {message.error or 'no reason given'}"),
                    *self._close(CloseReason.REFUSED),
                ]
            if message.status == "ok":
                opened = self._registered(message)
                if isinstance(message, ServerHeartbeat):
                    return opened
                return [*opened, *self._said(message)]
            return self._said(message)
        if isinstance(message, ServerHeartbeat) and message.task_id is None:
            self._waits = False
            return [StopTimer("answer"), *self._answered()]
        return self._said(message)

    def _registered(self, message: ServerMessage) -> list[Effect]:
        self._move(State.READY)
        result = message.result if isinstance(message, ServerHeartbeat) else None
        self.terms = agree(self.offers, result)
        return [
            StopTimer("register"),
            StartTimer("heartbeat", HEARTBEAT_S),
            Opened(self.peer, self.terms.names, self.terms.max_frame_bytes),
        ]

    def _timer(self, name: str, *, moved: bool) -> list[Effect]:
        match self.state, name:
            case State.REGISTERING, "register":
                return self._close(CloseReason.NO_ANSWER, code=1002)
            case State.READY, "heartbeat":
                return [*self._beat(), StartTimer("heartbeat", HEARTBEAT_S)]
            case State.READY, "answer" if moved:
                return [StartTimer("answer", ANSWER_WITHIN_S)]
            case State.READY, "answer":
                return self._close(CloseReason.SILENT, code=1002)
            case _:
                return []  # Late news of a link that is already over.

    def _beat(self) -> list[Effect]:
        if self._waits:
            return []  # One question at a time: an answer must prove what went before it.
        self._waits = True
        beat = ClientHeartbeat(client_id=self.client_id, client_type=self.client_type)
        return [Send(beat), StartTimer("answer", ANSWER_WITHIN_S)]

    def _close(self, reason: CloseReason, code: int = 1000) -> list[Effect]:
        if not self.is_open:
            return []
        self._move(State.CLOSING)
        return [
            StopTimer("register"),
            StopTimer("heartbeat"),
            StopTimer("answer"),
            CloseLink(reason, code),
        ]

    def _move(self, to: State) -> None:
        assert to in MOVES[self.state], f"{self.state.name} -> {to.name}"
        self.state = to

    def _answered(self) -> list[Effect]:
        """React to the answer to a HEARTBEAT."""
        return []

    def _said(self, message: ServerMessage) -> list[Effect]:
        """React to everything else a server says."""
        raise NotImplementedError

    def _other(self, event: Event) -> list[Effect]:
        """React to what is no business of callers in general."""
        raise NotImplementedError
