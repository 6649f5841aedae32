"""
Performs a simulated device's work: dialect, reaction, result; what acts goes one after another.

The driver's body port. There is no coroutine here and no clock: what takes time is put on an
alarm that is handed in.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol, TypeAlias

from device_agent.catalog.dialects import Memory, OurCall, Translated, proceed, translate
from device_agent.driver.ports import Tell
from device_agent.errors import Failure, ToolError
from device_agent.protocol.events import Done, Step
from device_agent.protocol.messages import Action, ActionResult, Command, Json, ServerTask, TaskId
from device_agent.protocol.work import Outcome, PeerId, Work

from . import words
from .body import react
from .machine import Machine

SKIPPED = "skipped after a failure"
PACE_S = (0.002, 0.03)
"""How long a call seems to take, at least and at most."""


NOTHING_YET = Memory()
"""What the dialects of a device that was not called yet remember; one for all of them."""


class Alarm(Protocol):
    """A call that will be made later."""

    def cancel(self) -> None:
        """Do not make it."""


Later: TypeAlias = Callable[[float, Callable[[], None]], Alarm]
"""Make a call after so many seconds."""


class _Job:
    """One work in hand and what came of it so far."""

    __slots__ = ("actions", "acts", "alarm", "error", "results", "tell", "work")

    def __init__(self, work: Work, tell: Tell) -> None:
        self.work = work
        self.tell = tell
        self.actions: tuple[Action, ...] = ()
        self.acts = False
        self.alarm: Alarm | None = None
        self.results: list[ActionResult] = []
        self.error: ToolError | None = None

    @property
    def outcome(self) -> Outcome:
        left = self.actions[len(self.results) :]
        rest = [
            ActionResult(status="skipped", error=SKIPPED, call_id=action.call_id) for action in left
        ]
        results = (*self.results, *rest)
        if isinstance(self.work.request, Command):
            return Outcome(results=results)
        steps = [
            {"tool": action.tool_name, **result.model_dump(exclude_none=True)}
            for action, result in zip(self.actions, results, strict=True)
        ]
        if self.error is None:
            return Outcome(results, result={"steps": steps})
        return Outcome(results, self.error.failure, self.error.detail, {"steps": steps})


class Desk:
    """
    The body of one simulated device.

    Args:
        machine: What is worked on.
        later: Where calls that take time are put.

    """

    __slots__ = ("_acting", "_in_hand", "_later", "_machine", "_memory", "calls", "works")

    def __init__(self, machine: Machine, later: Later) -> None:
        self._machine = machine
        self._later = later
        self._in_hand: list[_Job] = []
        self._acting: deque[_Job] = deque()
        self._memory = NOTHING_YET
        self.works = 0
        self.calls = 0

    def run(self, peer: PeerId, work: Work, tell: Tell) -> None:
        del peer  # One device, one hub.
        job = _Job(work, tell)
        self._in_hand.append(job)
        try:
            job.actions = _plan(work)
        except ToolError as error:
            job.error = error
        job.acts = any(_acts(action, _agent_of(work)) for action in job.actions)
        if job.acts:
            self._acting.append(job)
        if not job.acts or self._acting[0] is job:
            self._next(job)

    def cancel(self, peer: PeerId, task_id: TaskId, reason: str) -> None:
        del peer
        for job in tuple(self._in_hand):
            if job.work.request.task_id == task_id:
                if job.alarm is not None:
                    job.alarm.cancel()
                self._fail(job, None, ToolError(Failure.CANCELLED, reason or "cancelled"))

    def _next(self, job: _Job) -> None:
        if job.error is not None or len(job.results) == len(job.actions):
            self._end(job)
            return
        action = job.actions[len(job.results)]
        number = len(job.results) + 1
        job.tell(Step(job.work.work_id, number, len(job.actions), action.tool_name))
        how: Translated | None = None
        try:
            how = translate(action.tool_name, action.parameters, agent_name=_agent_of(job.work))
            value, lasts_s = self._play(how)
        except ToolError as error:
            self._fail(job, how, error)
            return
        result = ActionResult(
            status="success", result=value, namespace=how.namespace, call_id=action.call_id
        )
        self.calls += 1
        pace_s = self._machine.dice.between(*PACE_S, "pace", self.calls)
        job.alarm = self._later(pace_s + lasts_s, lambda: self._acted(job, result))

    def _play(self, how: Translated) -> tuple[Json, float]:
        """What a program gives, and how long its calls ask for; all of it happens at once."""
        program = how.start(self._memory)
        step = proceed(program)
        lasts_s = 0.0
        while isinstance(step, OurCall):
            try:
                reaction = react(step.tool, step.arguments, self._machine)
            except ToolError as error:
                step = proceed(program, error)
                continue
            lasts_s += reaction.lasts_s
            step = proceed(program, reaction.result.model_dump(mode="json", exclude_unset=True))
        self._memory = step.memory or self._memory
        return step.value, lasts_s

    def _acted(self, job: _Job, result: ActionResult) -> None:
        job.results.append(result)
        self._next(job)

    def _fail(self, job: _Job, how: Translated | None, error: ToolError) -> None:
        job.error = error
        if len(job.results) < len(job.actions):
            action = job.actions[len(job.results)]
            job.results.append(
                ActionResult(
                    status="failure",
                    result=error.value if how is None else how.shape_failure(error),
                    error=str(error),
                    namespace=None if how is None else how.namespace,
                    call_id=action.call_id,
                )
            )
        self._end(job)

    def _end(self, job: _Job) -> None:
        self._in_hand.remove(job)
        self.works += 1
        job.tell(Done(job.work, job.outcome))
        if not job.acts:
            return
        was_first = self._acting[0] is job
        self._acting.remove(job)
        if was_first and self._acting:
            self._next(self._acting[0])


def _plan(work: Work) -> tuple[Action, ...]:
    request = work.request
    if isinstance(request, ServerTask) and not request.actions:
        return words.plan(request.user_request or "")
    return work.actions


def _agent_of(work: Work) -> str:
    return (work.request.agent_name or "") if isinstance(work.request, Command) else ""


def _acts(action: Action, agent_name: str) -> bool:
    try:
        return translate(action.tool_name, action.parameters, agent_name=agent_name).acts
    except ToolError:
        return False  # What cannot run changes nothing.
