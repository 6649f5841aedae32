"""
Performs actions one after another: dialect, policy, worker, shape.

Every action that was asked for gets exactly one result, in order; after a failure the rest is
skipped, also when the reason was an unknown tool, wrong arguments or the owner's policy.
"""

import itertools
import re
import time
from collections.abc import Callable, Iterable

from ..catalog.dialects import OurCall, Translated, listing, proceed, translate
from ..catalog.system import LIST_TOOLS
from ..errors import Failure, ToolError, WorkerLost
from ..journal.redact import Redactor, mask_named, one_line
from ..policy.rates import Rates
from ..policy.rules import Allow, Policy, decide, grant, offers
from ..protocol.messages import Action, ActionResult, ClientTask, Command, Json, ServerTask
from ..protocol.work import Outcome, Work
from ..worker.host import MAX_RESULT_BYTES, WorkerHost
from .memories import Memories

SKIPPED = "skipped after a failure"
FAULT = "a fault in the agent; see its log"

_TYPED = re.compile(
    r"(?is)\b((?:type|write|enter|paste|copy|put|save|append)\s+)(.+?)(?=\s+then\s|$)"
)


class Steps:
    """
    The results of one work so far, and whether somebody wants it stopped.

    Args:
        owner: The peer whose work it is.
        task_id: The task that it is part of.

    """

    __slots__ = ("_done", "_failure", "_stop", "call_id", "error", "owner", "task_id")

    def __init__(self, owner: str = "", task_id: str = "") -> None:
        self.owner = owner
        self.task_id = task_id
        self._done: list[ActionResult] = []
        self._failure: Failure | None = None
        self._stop: tuple[Failure, str] | None = None
        self.error = ""
        self.call_id = ""

    @property
    def failed(self) -> bool:
        """Whether an action failed; nothing more is run then."""
        return self._failure is not None

    def check(self) -> None:
        """Raise ToolError when somebody wants the work stopped."""
        if self._stop is not None:
            raise ToolError(*self._stop)

    def stop(self, failure: Failure, reason: str) -> None:
        """Run nothing more; the first reason given stays."""
        if self._stop is None:
            self._stop = (failure, reason)

    def add(self, result: ActionResult) -> None:
        """Note a success."""
        self._done.append(result)

    def fail(self, action: Action, error: ToolError, how: Translated | None) -> None:
        """Note the failure that ends the work."""
        if self._stop is not None and error.failure in {Failure.CANCELLED, Failure.WORKER_LOST}:
            error = ToolError(*self._stop)
        self._failure, self.error = error.failure, error.detail
        self._done.append(
            ActionResult(
                status="failure",
                result=error.value if how is None else how.shape_failure(error),
                error=f"{error.failure.value}: {error.detail}",
                namespace=None if how is None else how.namespace,
                call_id=action.call_id,
            )
        )

    def fault(self, actions: tuple[Action, ...]) -> None:
        """Note that the agent itself failed; what was done before stays done."""
        error = ToolError(Failure.FAILED, FAULT)
        if len(self._done) < len(actions):
            self.fail(actions[len(self._done)], error, None)
        else:
            self._failure, self.error = error.failure, error.detail

    def results(self, actions: tuple[Action, ...]) -> tuple[ActionResult, ...]:
        """One result per action, whatever happened."""
        rest = [
            ActionResult(status="skipped", error=SKIPPED, call_id=action.call_id)
            for action in actions[len(self._done) :]
        ]
        return (*self._done, *rest)

    def task_outcome(self, actions: tuple[Action, ...]) -> Outcome:
        """How a task made of these actions ended: its steps, with what each gave."""
        results = self.results(actions)
        steps = [
            {"tool": action.tool_name, **result.model_dump(exclude_none=True)}
            for action, result in zip(actions, results, strict=True)
        ]
        return Outcome(results, self._failure, self.error, {"steps": steps})


class CallRunner:
    """
    Turns actions into results.

    Args:
        worker: The process with the desktop.
        policy: What the owner allows.
        redactor: Makes one-line summaries that hold no secret and no typed text.
        max_result_bytes: Per result.
        closed: The agent's own files and directories, which no file tool may reach.

    """

    def __init__(
        self,
        worker: WorkerHost,
        policy: Policy,
        redactor: Redactor,
        max_result_bytes: int = MAX_RESULT_BYTES,
        closed: Iterable[str] = (),
    ) -> None:
        self._worker = worker
        self._policy = policy
        self._redactor = redactor
        self._max_result_bytes = max_result_bytes
        self._closed = tuple(closed)
        self._numbers = itertools.count(1)
        self._memories = Memories()
        self._rates = Rates(policy.calls_per_minute, policy.source, time.monotonic)

    @property
    def holds(self) -> bool:
        """Whether a key or button is down."""
        return bool(self._worker.held.keys or self._worker.held.buttons)

    async def release(self) -> None:
        """Let every key and button go."""
        await self._worker.release()

    def kill(self, reason: str) -> None:
        """End whatever runs, at once."""
        self._worker.kill(reason)

    def cancel(self, steps: Steps) -> None:
        """Stop the call that runs for these steps, if one does."""
        if steps.call_id:
            self._worker.cancel(steps.call_id)

    def acts(self, action: Action, agent_name: str = "") -> bool:
        """Whether an action may change something; one that cannot run changes nothing."""
        try:
            return translate(action.tool_name, action.parameters, agent_name=agent_name).acts
        except ToolError:
            return False

    def summary(self, work: Work) -> str:
        """One line for people."""
        if work.actions:
            agent_name = agent_of(work)
            return one_line(", ".join(self._brief(each, agent_name) for each in work.actions))
        words = words_of(work)
        if not words:
            return "no actions"
        # What follows "type" is what a person would type.
        shown = _TYPED.sub(lambda found: found[1] + self._redactor.typed(found[2]), words)
        return one_line(mask_named(shown))

    async def perform(
        self,
        actions: tuple[Action, ...],
        steps: Steps,
        agent_name: str,
        begin: Callable[[int, int, str], None],
    ) -> None:
        """
        Run actions in order until one fails; results gather in *steps*. Never raises ToolError.

        Args:
            actions: What to run.
            steps: Where the results go.
            agent_name: Whose vocabulary the actions use (COMMAND's agent_name).
            begin: Told before each action: its number from 1, how many, and the tool's name.

        """
        for number, action in enumerate(actions, start=1):
            how: Translated | None = None
            begin(number, len(actions), action.tool_name)
            try:
                steps.check()
                how = translate(
                    action.tool_name,
                    action.parameters,
                    agent_name=agent_name,
                    tool_type=action.tool_type,
                )
                value = await self._play(how, steps, action, agent_name)
            except ToolError as error:
                steps.fail(action, error, how)
                return
            steps.add(
                ActionResult(
                    status="success",
                    result=value,
                    namespace=how.namespace,
                    call_id=action.call_id,
                )
            )

    async def _play(self, how: Translated, steps: Steps, action: Action, agent_name: str) -> Json:
        program = how.start(self._memories.of(steps.owner, steps.task_id))
        step = proceed(program)
        while isinstance(step, OurCall):
            gave: Json | ToolError
            try:
                steps.check()
                gave = await self._call(step, steps, action.tool_name, agent_name)
            except ToolError as error:
                gave = error
            step = proceed(program, gave)
        if step.memory is not None:
            self._memories.keep(steps.owner, steps.task_id, step.memory)
        return step.value

    async def _call(self, call: OurCall, steps: Steps, name: str, agent_name: str) -> Json:
        arguments = call.arguments.model_dump(exclude_unset=True)
        verdict = decide(self._policy, call.tool, arguments)
        if isinstance(verdict, Allow):
            verdict = self._rates.take(call.tool.tier) or verdict
        if not isinstance(verdict, Allow):
            raise ToolError(Failure.DENIED, verdict.reason)
        if call.tool is LIST_TOOLS:
            wanted = arguments.get("tool_type")
            tools = listing(lambda tool: offers(self._policy, tool), wanted, agent_name=agent_name)
            return {"tools": tools}
        steps.call_id = f"{next(self._numbers)}.{name}"
        try:
            return await self._worker.call(
                call.tool,
                call.arguments,
                call_id=steps.call_id,
                max_result_bytes=self._max_result_bytes,
                grant=grant(self._policy, steps.owner, self._closed),
            )
        except WorkerLost as error:
            raise ToolError(Failure.WORKER_LOST, str(error)) from error
        finally:
            steps.call_id = ""

    def _brief(self, action: Action, agent_name: str) -> str:
        given = action.parameters or {}
        try:
            private = translate(action.tool_name, given, agent_name=agent_name).private
        except ToolError:
            private = frozenset(given)  # Nobody knows which of them a person would type.
        return self._redactor.call(action.tool_name, given, {"api_key", *private})


def words_of(work: Work) -> str:
    """The words of a task; empty for a COMMAND."""
    match work.request:
        case ClientTask(request=words) | ServerTask(user_request=words):
            return words or ""
        case _:
            return ""


def agent_of(work: Work) -> str:
    """Whose vocabulary a work uses; empty where it does not say."""
    return (work.request.agent_name or "") if isinstance(work.request, Command) else ""
