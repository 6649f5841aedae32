"""
A device that dialled a hub.

Registering and heartbeats are :mod:`.calling`'s; here is what a device does with COMMAND, TASK
and the rest. Work outlives links: what was accepted is finished, written down and sent on the
next link, so :class:`~.events.Done` and :class:`~.events.Accepted` are welcome in every state.
"""

from enum import Enum

from ..errors import Failure, LocalProtocolError, RemoteProtocolError
from . import calling
from .answers import answer_to_server
from .calling import Caller
from .effects import (
    Accept,
    AskFacts,
    CancelTask,
    Confirmed,
    Delivered,
    Effect,
    Log,
    Record,
    Run,
    Send,
    SendAnswer,
    StartTimer,
)
from .events import Accepted, Declined, Done, Event, Facts, Garbled, Recorded, Step
from .messages import (
    ActionResult,
    Cancel,
    ClientDeviceInfo,
    ClientId,
    ClientTask,
    Command,
    CommandResults,
    Progress,
    ResponseId,
    ServerAck,
    ServerDeviceInfoRequest,
    ServerError,
    ServerMessage,
    ServerTask,
    TaskId,
)
from .negotiation import Terms
from .work import WorkId, work_id, work_of

State = calling.State
MOVES = calling.MOVES

PROOF_S = 2.0
"""How soon after an answer a HEARTBEAT asks for proof that it arrived (plain AIP has no ack)."""


class PlannerChoice(Enum):
    """Who turns a task's words into actions on this link."""

    AUTO = "auto"
    LOCAL = "local"
    PEER = "peer"


class DeviceDialling(Caller):
    """
    Decides what a device says to a hub it dialled. Performs nothing.

    Args:
        client_id: The device's id.
        peer: The hub: its URL without query.
        platform: ``windows`` or ``linux``; what UFO picks its agents by.
        offers: The extensions we take.
        planner: Who plans; ``AUTO`` and ``LOCAL`` need a hub that takes ``task_end``.

    """

    __slots__ = ("_asked", "_unproven", "planner", "platform")

    def __init__(
        self,
        client_id: ClientId,
        peer: str,
        platform: str,
        offers: Terms,
        planner: PlannerChoice = PlannerChoice.AUTO,
    ) -> None:
        super().__init__(client_id, peer, offers)
        self.platform = platform
        self.planner = planner
        self._unproven: list[WorkId] | None = None
        self._asked = 0

    @property
    def plans_here(self) -> bool:
        """Whether tasks in words are planned on the device; fixed for as long as a link lasts."""
        return self.planner is not PlannerChoice.PEER and "task_end" in self.terms

    def _link_down(self) -> list[Effect]:
        self._unproven = None
        self._asked = 0
        return super()._link_down()

    def _said(self, message: ServerMessage) -> list[Effect]:
        match message:
            case Command():
                return [Accept(work_of(message))]
            case ServerTask():
                return self._task(message)
            case Cancel(task_id=str() as task_id, reason=reason):
                return [CancelTask(task_id, reason)]
            case ServerAck(task_id=task_id, response_id=response_id):
                return [Confirmed(work_id(task_id, response_id))]
            case ServerDeviceInfoRequest():
                return [AskFacts(message.request_id or message.response_id)]
            case ServerError():
                # Never answered: a server echoes ERROR, so an answer would go round for ever.
                return [Log(f"the hub says: {message.error or 'an error without words'}")]
            case _:
                return []

    def _task(self, message: ServerTask) -> list[Effect]:
        if self.plans_here and message.task_id is not None:
            return [Accept(work_of(message))]
        return [
            Send(
                ClientTask(
                    client_id=self.client_id,
                    task_id=message.task_id,
                    task_name=message.task_name,
                    request=message.user_request,
                    request_id=message.response_id,
                    metadata={"platform": self.platform},
                )
            )
        ]

    def _other(self, event: Event) -> list[Effect]:
        match event:
            case Accepted(work):
                return [Run(work)]
            case Done(work, outcome):
                return [Record(work, outcome, answer_to_server(self.client_id, work, outcome))]
            case Declined(work, outcome):
                return self._if_open(Send(answer_to_server(self.client_id, work, outcome)))
            case Recorded(finished, answer):
                return self._answer(finished, answer)
            case Facts(request_id, facts):
                pushed = ClientDeviceInfo(
                    client_id=self.client_id,
                    request_id=request_id,
                    response_id=None if request_id is None else ResponseId(request_id),
                    result=dict(facts),
                )
                return self._if_open(Send(pushed))
            case Step():
                return self._progress(event)
            case Garbled(error):
                return self._garbled(error)
            case _:
                raise LocalProtocolError(f"{type(event).__name__} is not for a dialling device")

    def _if_open(self, effect: Effect) -> list[Effect]:
        return [effect] if self.is_open else []

    def _answer(self, finished: WorkId, answer: str) -> list[Effect]:
        if self.state is not State.READY:
            return []  # Once registered, everything the hub does not have comes again.
        sent: list[Effect] = [SendAnswer(finished, answer)]
        if self._unproven is None:
            self._unproven = []
            sent.append(StartTimer("heartbeat", PROOF_S))
        self._unproven.append(finished)
        return sent

    def _beat(self) -> list[Effect]:
        if not self._waits:
            self._asked = len(self._unproven or ())
        return super()._beat()

    def _answered(self) -> list[Effect]:
        # The heartbeat went out behind these answers on one ordered stream: they have arrived.
        asked, self._asked = self._asked, 0
        if not asked or self._unproven is None:
            return []
        proven = tuple(self._unproven[:asked])
        self._unproven = self._unproven[asked:] or None
        again: list[Effect] = [] if self._unproven is None else [StartTimer("heartbeat", PROOF_S)]
        return [Delivered(proven), *again]

    def _progress(self, step: Step) -> list[Effect]:
        if "progress" not in self.terms or not step.work_id.startswith("task:"):
            return []
        return [
            Send(
                Progress(
                    client_id=self.client_id,
                    task_id=TaskId(step.work_id.removeprefix("task:")),
                    step=step.step,
                    total=step.total,
                    text=step.text,
                )
            )
        ]

    def _garbled(self, error: RemoteProtocolError) -> list[Effect]:
        log = Log(f"a frame of the hub was refused: {error}")
        rest = error.salvage
        if rest is None or rest.kind != "command" or not self.is_open:
            return [log]
        # A COMMAND that stays unanswered hangs the hub's task for 6000 s (AIP, section 0.7).
        failed = ActionResult(status="failure", error=f"{Failure.BAD_ARGUMENTS.value}: {error}")
        skipped = ActionResult(status="skipped", error="skipped after a failure")
        results = (failed, *[skipped] * (rest.actions - 1)) if rest.actions else ()
        refusal = CommandResults(
            status="continue",
            client_id=self.client_id,
            task_id=None if rest.task_id is None else TaskId(rest.task_id),
            prev_response_id=None if rest.response_id is None else ResponseId(rest.response_id),
            request_id=rest.response_id,
            action_results=results,
            error=str(error),
        )
        return [log, Send(refusal)]


__all__ = ["MOVES", "DeviceDialling", "PlannerChoice", "State"]
