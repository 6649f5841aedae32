"""
A hub's side of a device's or a constellation's link.

Rule 1: every state and every move between states is in this file.
Rule 2: no I/O, no clock, no randomness. Same events in, same effects out.

The session guards the door: REGISTER first, identity bound to the link, heartbeats answered.
What is said beyond that is handed to the hub (:class:`~.effects.Deliver`), and what the hub
wants said comes as :class:`~.events.Say`.
"""

from enum import Enum, auto

from ..errors import LocalProtocolError
from .called import REGISTER_WITHIN_S, Counted, impostor, not_yet, refuse, still_here
from .effects import (
    Admit,
    CloseLink,
    CloseReason,
    Deliver,
    Effect,
    Log,
    Opened,
    Send,
    StartTimer,
    StopTimer,
)
from .events import (
    Admitted,
    Event,
    Garbled,
    LinkDown,
    LinkUp,
    Received,
    Rejected,
    Say,
    Stopping,
    TimerFired,
)
from .messages import (
    ClientError,
    ClientHeartbeat,
    ClientId,
    ClientMessage,
    ClientType,
    DeviceInfoRequest,
    FromClient,
    Json,
    Register,
    ServerHeartbeat,
)
from .negotiation import PLAIN, Terms, agree, terms_of


class State(Enum):
    """Where a link of a hub is in its life."""

    OFFLINE = auto()
    WAITING = auto()
    CHECKING = auto()
    READY = auto()
    CLOSING = auto()


MOVES: dict[State, frozenset[State]] = {
    State.OFFLINE: frozenset({State.WAITING}),
    State.WAITING: frozenset({State.CHECKING, State.CLOSING, State.OFFLINE}),
    State.CHECKING: frozenset({State.READY, State.CLOSING, State.OFFLINE}),
    State.READY: frozenset({State.CLOSING, State.OFFLINE}),
    State.CLOSING: frozenset({State.OFFLINE}),
}


class HubSession:
    """
    Decides what a hub says to one client. Performs nothing.

    Args:
        link: A name for this link, unique in the hub; response ids begin with it.

    """

    __slots__ = ("_ids", "client_id", "client_type", "offered", "state", "terms")

    def __init__(self, link: str = "h") -> None:
        self.state = State.OFFLINE
        self.client_id = ClientId("")
        self.client_type: ClientType = "device"
        self.offered: Json = None
        self.terms: Terms = PLAIN
        self._ids = Counted(link)

    def handle(self, event: Event) -> list[Effect]:
        """
        Take one event; return what must be done about it, in order.

        Raises:
            LocalProtocolError: The driver reported what cannot happen in this state.

        """
        match event:
            case LinkUp():
                if self.state is not State.OFFLINE:
                    raise LocalProtocolError(f"LinkUp while {self.state.name}")
                self._move(State.WAITING)
                return [StartTimer("register", REGISTER_WITHIN_S)]
            case LinkDown():
                if self.state is State.OFFLINE:
                    raise LocalProtocolError("link lost twice")
                self._move(State.OFFLINE)
                return [StopTimer("register")]
            case Received(message):
                if not isinstance(message, FromClient):
                    raise LocalProtocolError(f"a client never says {type(message).__name__}")
                return self._received(message)
            case Garbled(error):
                log = Log(f"a frame was refused: {error}")
                return [log, refuse(str(error))] if self._is_open else [log]
            case TimerFired("register") if self.state in {State.WAITING, State.CHECKING}:
                return self._close(CloseReason.NOT_REGISTERED, code=1008)
            case TimerFired():
                return []  # Late news of a timer that does not matter any more.
            case Admitted(accepts):
                return self._admitted(accepts)
            case Rejected(error):
                if self.state is not State.CHECKING:
                    return []
                return [refuse(error), *self._close(CloseReason.REFUSED, code=1000)]
            case Say(message):
                return [Send(message)] if self.state is State.READY else []
            case Stopping():
                return self._close(CloseReason.GOODBYE, code=1012) if self._is_open else []
            case _:
                raise LocalProtocolError(f"{type(event).__name__} is not for a hub")

    @property
    def _is_open(self) -> bool:
        return self.state in {State.WAITING, State.CHECKING, State.READY}

    def _received(self, message: ClientMessage) -> list[Effect]:
        if self.state is State.WAITING:
            return self._register(message) if isinstance(message, Register) else not_yet(message)
        if self.state is State.CHECKING:
            return [refuse("wait for the answer to REGISTER")]
        if self.state is not State.READY:
            return []
        wrong = impostor(message, self.client_id, self.client_type)
        if wrong is not None:
            return [refuse(wrong)]
        match message:
            case ClientHeartbeat():
                return [still_here(self._ids.next()), Deliver(message)]
            case ClientError():
                # Never answered: ERROR against ERROR goes round for ever (AIP, section 0.9).
                return [Log(f"{self.client_id} says: {message.error or 'an error without words'}")]
            case DeviceInfoRequest() if self.client_type == "device":
                return [refuse("DEVICE_INFO_REQUEST is permitted only for constellation clients")]
            case _:
                return [Deliver(message)]

    def _register(self, message: Register) -> list[Effect]:
        self._move(State.CHECKING)
        self.client_id, self.client_type = message.client_id, message.client_type
        self.offered = message.metadata
        return [Admit(message)]

    def _admitted(self, accepts: Json) -> list[Effect]:
        if self.state is not State.CHECKING:
            return []
        self._move(State.READY)
        said = isinstance(self.offered, dict) and "accepts" in self.offered
        ours = terms_of(accepts)
        self.terms = agree(ours, self.offered)
        self.offered = None
        hello = ServerHeartbeat(
            response_id=self._ids.next(),
            result={"accepts": ours.as_json()} if said else None,
        )
        return [
            StopTimer("register"),
            Send(hello),
            Opened(self.client_id, self.terms.names, self.terms.max_frame_bytes),
        ]

    def _close(self, reason: CloseReason, code: int) -> list[Effect]:
        self._move(State.CLOSING)
        return [StopTimer("register"), CloseLink(reason, code)]

    def _move(self, to: State) -> None:
        assert to in MOVES[self.state], f"{self.state.name} -> {to.name}"
        self.state = to
