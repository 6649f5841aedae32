"""
A device that a constellation dialled. It speaks the server's vocabulary.

Rule 1: every state and every move between states is in this file.
Rule 2: no I/O, no clock, no randomness. Same events in, same effects out.

Galaxy dials so (AIP, section 2.4): REGISTER, DEVICE_INFO_REQUEST, HEARTBEATs that call
themselves a device's, then TASK after TASK. A failed TASK ends as TASK_END failed, never as
ERROR: Galaxy waits 1000 s for a TASK_END.
"""

from enum import Enum, auto

from ..errors import Failure, LocalProtocolError, RemoteProtocolError
from .answers import answer_to_client
from .called import REGISTER_WITHIN_S, Counted, impostor, not_yet, refuse, still_here
from .effects import (
    Accept,
    AskFacts,
    CancelTask,
    CloseLink,
    CloseReason,
    Confirmed,
    Delivered,
    Effect,
    Log,
    Opened,
    Probe,
    Record,
    Run,
    Send,
    SendAnswer,
    StartTimer,
    StopTimer,
)
from .events import (
    Accepted,
    Declined,
    Done,
    Event,
    Facts,
    Garbled,
    LinkDown,
    LinkUp,
    Proven,
    Received,
    Recorded,
    Step,
    Stopping,
    TimerFired,
)
from .messages import (
    ClientAck,
    ClientCancel,
    ClientError,
    ClientHeartbeat,
    ClientId,
    ClientTask,
    ClientType,
    DeviceInfo,
    DeviceInfoRequest,
    FromClient,
    Register,
    ResponseId,
    ServerHeartbeat,
    ServerProgress,
    ServerTaskEnd,
    TaskId,
)
from .negotiation import PLAIN, Terms, agree
from .work import Work, WorkId, work_id, work_of


class State(Enum):
    """Where a listening device's link is in its life."""

    OFFLINE = auto()
    WAITING = auto()
    READY = auto()
    CLOSING = auto()


MOVES: dict[State, frozenset[State]] = {
    State.OFFLINE: frozenset({State.WAITING}),
    State.WAITING: frozenset({State.READY, State.CLOSING, State.OFFLINE}),
    State.READY: frozenset({State.CLOSING, State.OFFLINE}),
    State.CLOSING: frozenset({State.OFFLINE}),
}


class DeviceListening:
    """
    Decides what a device says to one constellation that dialled it. Performs nothing.

    Args:
        device_id: Who we are.
        offers: The extensions we take.
        link: A name for this link, unique in the process; response ids begin with it.

    """

    __slots__ = (
        "_held", "_ids", "_probed", "_unproven", "client_id", "client_type", "device_id", "offers",
        "state", "terms",
    )  # fmt: skip

    def __init__(self, device_id: str, offers: Terms, link: str = "r") -> None:
        self.device_id = device_id
        self.offers = offers
        self.terms: Terms = PLAIN
        self.state = State.OFFLINE
        self.client_id = ClientId("")
        self.client_type: ClientType = "constellation"
        self._ids = Counted(link)
        self._unproven: list[WorkId] | None = None
        self._held: list[Work] | None = None
        self._probed = 0

    @property
    def is_open(self) -> bool:
        """Whether something may be said."""
        return self.state in {State.WAITING, State.READY}

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
                self._unproven = self._held = None
                return [StopTimer("register")]
            case Received(message):
                if not isinstance(message, FromClient):
                    raise LocalProtocolError(f"a client never says {type(message).__name__}")
                return self._received(message) if self.is_open else []
            case Garbled(error):
                return self._garbled(error)
            case TimerFired("register") if self.state is State.WAITING:
                return self._close(CloseReason.NOT_REGISTERED, code=1008)
            case TimerFired():
                return []  # Late news of a timer that does not matter any more.
            case Stopping():
                return self._close(CloseReason.GOODBYE, code=1001) if self.is_open else []
            case _:
                return self._work(event)

    def _received(self, message: FromClient) -> list[Effect]:
        if self.state is State.WAITING:
            return self._register(message) if isinstance(message, Register) else not_yet(message)
        wrong = impostor(message, self.client_id, self.client_type)
        if wrong is not None:
            return [refuse(wrong)]
        match message:
            case ClientHeartbeat():
                return [still_here(self._ids.next())]
            case DeviceInfoRequest(request_id=request_id, target_id=target_id):
                return [AskFacts(request_id, target_id)]
            case ClientTask():
                return self._task(message)
            case ClientCancel(task_id=str() as task_id, reason=reason):
                return [CancelTask(task_id, reason)]
            case ClientAck(task_id=task_id):
                return [Confirmed(work_id(task_id))]
            case ClientError():
                # Never answered: ERROR against ERROR goes round for ever (AIP, section 0.9).
                return [Log(f"the constellation says: {message.error or 'an error without words'}")]
            case _:
                return [refuse(f"a device that listens takes no {type(message).__name__}")]

    def _garbled(self, error: RemoteProtocolError) -> list[Effect]:
        log = Log(f"a frame was refused: {error}")
        if not self.is_open:
            return [log]
        rest = error.salvage
        if self.state is State.READY and rest and rest.kind == "task" and rest.task_id:
            # An ERROR correlates with nothing: Galaxy would wait 1000 s for this task's end.
            failed = f"{Failure.BAD_ARGUMENTS.value}: {error}"
            end = ServerTaskEnd(status="failed", task_id=TaskId(rest.task_id), error=failed)
            return [log, Send(end)]
        return [log, refuse(str(error))]

    def _register(self, message: Register) -> list[Effect]:
        self._move(State.READY)
        self.client_id, self.client_type = message.client_id, message.client_type
        self.terms = agree(self.offers, message.metadata)
        said = message.metadata is not None and "accepts" in message.metadata
        hello = ServerHeartbeat(
            response_id=self._ids.next(),
            result={"accepts": self.offers.as_json()} if said else None,
        )
        other = message.target_id not in {None, self.device_id}
        note = f"{message.client_id} calls this device {message.target_id!r}"
        return [
            StopTimer("register"),
            *([Log(note)] if other else []),
            Send(hello),
            Opened(f"listen:{message.client_id}", self.terms.names, self.terms.max_frame_bytes),
        ]

    def _task(self, message: ClientTask) -> list[Effect]:
        if message.task_id is None:
            return [refuse("TASK needs a session_id, or its TASK_END could not be told apart")]
        work = work_of(message)
        if self._unproven is not None and work.work_id in self._unproven:
            # An id is free again once its outcome is delivered, and the proof is on its way.
            self._held = [*(self._held or ()), work]
            return []
        return [Accept(work)]

    def _work(self, event: Event) -> list[Effect]:
        match event:
            case Accepted(work):
                ack = ServerHeartbeat(response_id=self._ids.next(), task_id=work.request.task_id)
                return [*self._if_ready(Send(ack)), Run(work)]
            case Done(work, outcome):
                return [Record(work, outcome, answer_to_client(work, outcome))]
            case Declined(work, outcome):
                return self._if_ready(Send(answer_to_client(work, outcome)))
            case Recorded(finished, answer):
                return self._answer(finished, answer)
            case Proven():
                return self._proven()
            case Facts(request_id, facts):
                answer_id = None if request_id is None else ResponseId(request_id)
                return self._if_ready(Send(DeviceInfo(response_id=answer_id, result=dict(facts))))
            case Step():
                return self._progress(event)
            case _:
                raise LocalProtocolError(f"{type(event).__name__} is not for a listening device")

    def _if_ready(self, effect: Effect) -> list[Effect]:
        return [effect] if self.state is State.READY else []

    def _answer(self, finished: WorkId, answer: str) -> list[Effect]:
        if self.state is not State.READY:
            return []
        sent: list[Effect] = [SendAnswer(finished, answer)]
        if self._unproven is None:
            self._unproven = []
            sent.append(Probe())
            self._probed = 1
        self._unproven.append(finished)
        return sent

    def _proven(self) -> list[Effect]:
        # The ping went out behind these answers on one ordered stream: its pong proves them.
        probed, self._probed = self._probed, 0
        if not probed or self._unproven is None:
            return []
        proven = tuple(self._unproven[:probed])
        self._unproven = self._unproven[probed:] or None
        held, self._held = self._held or (), None
        effects: list[Effect] = [Delivered(proven), *(Accept(work) for work in held)]
        if self._unproven is not None:
            self._probed = len(self._unproven)
            effects.append(Probe())
        return effects

    def _progress(self, step: Step) -> list[Effect]:
        if "progress" not in self.terms or self.state is not State.READY:
            return []
        task_id = TaskId(step.work_id.removeprefix("task:"))
        return [
            Send(ServerProgress(task_id=task_id, step=step.step, total=step.total, text=step.text))
        ]

    def _close(self, reason: CloseReason, code: int) -> list[Effect]:
        self._move(State.CLOSING)
        return [StopTimer("register"), CloseLink(reason, code)]

    def _move(self, to: State) -> None:
        assert to in MOVES[self.state], f"{self.state.name} -> {to.name}"
        self.state = to
