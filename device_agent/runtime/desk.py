"""
The agent's body: takes work from all links and performs it on the one desktop.

For every action: dialect, then policy, then the worker. Work that acts goes through the lane, one
unit at a time; work that only observes runs beside it (HOUSE, decision 4). Every work ends in
exactly one outcome, whatever happens on the way.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from ..driver.ports import Tell
from ..errors import Failure, ToolError
from ..protocol.events import Done, Step
from ..protocol.messages import Action, Command, TaskId
from ..protocol.work import Outcome, PeerId, Work, WorkId
from .calls import CallRunner, Steps, agent_of
from .lane import Lane, Ticket
from .telling import report

log = logging.getLogger(__name__)

QUEUE_LIMIT = 64
"""How many works may be in hand at once; the next one is refused as busy."""

HELD_FOR_S = 10.0
"""How long a key or button left held keeps the lane for its peer."""

HALT_S = 0.7
"""How long a call may take to stop once the owner has paused; then its process is killed."""

Begun = Callable[[PeerId, WorkId, int], None]
"""Told before each action of a work: whose, which work, the action's number from 1."""

Stop = tuple[Failure, str]
"""Why a work is to be stopped: the word and the sentence of its outcome."""

_PAUSED: Stop = (Failure.PAUSED, "the owner has paused this device")


@dataclass(slots=True)
class Job:
    """One work in hand."""

    ticket: Ticket
    work: Work
    acts: bool
    tell: Tell
    steps: Steps
    turn: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Expected:
    """A work that is being written down, and whether somebody wants it stopped already."""

    work: Work
    stop: Stop | None = None


class Desk:
    """
    One device behind all its links.

    Args:
        runner: Performs single actions.
        plan: Turns a task's words into actions; raises ToolError(NOT_UNDERSTOOD).
        group: Everything that runs here runs in it.
        begun: Told before each action.
        queue_limit: Works in hand at once.

    """

    def __init__(
        self,
        runner: CallRunner,
        plan: Callable[[Work], tuple[Action, ...]],
        group: asyncio.TaskGroup,
        begun: Begun,
        queue_limit: int = QUEUE_LIMIT,
    ) -> None:
        self._runner = runner
        self._plan = plan
        self._group = group
        self._begun = begun
        self._queue_limit = queue_limit
        self._expected: dict[tuple[PeerId, WorkId], Expected] = {}
        self._jobs: dict[tuple[PeerId, WorkId], Job] = {}
        self._lane = Lane(self._begin)
        self._keep_timer: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._abandoned: Stop | None = None
        self.paused = False
        self.stopping = False

    def refusal(self, work: Work) -> Outcome | None:
        """Say why a new work is not taken; None when there is room for it."""
        if self.stopping:
            return Outcome(failure=Failure.BUSY, error="the agent is stopping; send it again later")
        if self.paused and self.acts(work):
            return Outcome(failure=_PAUSED[0], error=_PAUSED[1])
        in_hand = len(self._jobs) + len(self._expected)
        if in_hand >= self._queue_limit:
            detail = f"{in_hand} works are in hand, which is the limit; send it again later"
            return Outcome(failure=Failure.BUSY, error=detail)
        return None

    def expect(self, peer: PeerId, work: Work) -> bool:
        """Keep a place for a work that is being written down; False when it has one already."""
        key = (peer, work.work_id)
        if key in self._expected or key in self._jobs:
            return False
        self._expected[key] = Expected(work)
        return True

    def forget(self, peer: PeerId, work: Work) -> None:
        """Give the place up: the work will not come."""
        self._expected.pop((peer, work.work_id), None)

    def acts(self, work: Work) -> bool:
        """Whether a work may change something; words may, until they are planned."""
        if not isinstance(work.request, Command) and not work.actions:
            return True
        agent_name = agent_of(work)
        return any(self._runner.acts(action, agent_name) for action in work.actions)

    def run(self, peer: PeerId, work: Work, tell: Tell) -> None:
        """Take a work in hand; *tell* hears Step before each action, and Done once."""
        ticket = Ticket(peer, work.work_id, self._runner.summary(work))
        steps = Steps(peer, work.request.task_id or "")
        job = Job(ticket, work, self.acts(work), tell, steps)
        stop = self._stop_of(self._expected.pop((peer, work.work_id), None), job)
        self._jobs[peer, work.work_id] = job
        self._idle.clear()
        if stop is not None:
            job.steps.stop(*stop)
        if job.acts and stop is None:
            self._lane.join(ticket)
        else:
            job.turn.set()
        self._group.create_task(self._perform(job), name=f"work {work.work_id}")

    def cancel(self, peer: PeerId, task_id: TaskId, reason: str) -> None:
        """Stop what a peer's task has in hand; every work of it still reports its outcome."""
        stop = (Failure.CANCELLED, reason or "cancelled by the peer")
        for (owner, _), expected in self._expected.items():
            if owner == peer and expected.work.request.task_id == task_id:
                expected.stop = expected.stop or stop
        for job in tuple(self._jobs.values()):
            if job.ticket.peer == peer and job.work.request.task_id == task_id:
                self._stop(job, stop)

    def pause(self) -> asyncio.Task[None]:
        """
        Stop everything that acts, release every key, take no acting work until resumed.

        Returns:
            Done once nothing acts any more, at most a second later.

        """
        self.paused = True
        acting = [job for job in self._jobs.values() if job.acts]
        for job in acting:
            self._stop(job, _PAUSED)
        if self._lane.keeper is not None:
            self._keeper_out(self._lane.keeper)
        return self._group.create_task(self._halt(acting), name="pause")

    def resume(self) -> None:
        """Take acting work again."""
        self.paused = False

    def peer_gone(self, peer: PeerId) -> None:
        """Let go of what a peer holds; its last link has ended."""
        if self._lane.keeper == peer:
            self._keeper_out(peer)

    def hands_changed(self) -> None:
        """Other keys or buttons are down than before, or none: then nobody keeps the lane."""
        keeper = self._lane.keeper
        if keeper is not None and not self._runner.holds:
            self._stop_keep_timer()
            self._lane.let_go(keeper)

    async def drained(self) -> None:
        """Wait until nothing is in hand."""
        await self._idle.wait()

    def abandon(self, failure: Failure, reason: str) -> None:
        """Stop everything that is still in hand, and what comes in hand from now on."""
        self._abandoned = (failure, reason)
        for job in tuple(self._jobs.values()):
            self._stop(job, self._abandoned)

    def status(self) -> dict[str, object]:
        """What is in hand, for ``device-agent status``."""
        running = self._lane.running
        return {
            "paused": self.paused,
            "in_hand": len(self._jobs),
            "limit": self._queue_limit,
            "lane": {
                "running": None if running is None else _row(running),
                "keeper": self._lane.keeper,
                "waiting": [_row(ticket) for ticket in self._lane.waiting],
            },
        }

    def _begin(self, ticket: Ticket) -> None:
        self._stop_keep_timer()
        self._jobs[ticket.peer, ticket.work_id].turn.set()

    def _stop_of(self, expected: Expected | None, job: Job) -> Stop | None:
        """Why a work must not begin although it was accepted; much may happen meanwhile."""
        if expected is not None and expected.stop is not None:
            return expected.stop
        return self._abandoned or (_PAUSED if self.paused and job.acts else None)

    def _stop(self, job: Job, stop: Stop) -> None:
        job.steps.stop(*stop)
        self._runner.cancel(job.steps)
        if self._lane.drop(job.ticket):
            job.turn.set()

    async def _perform(self, job: Job) -> None:
        try:
            await job.turn.wait()
            outcome = await self._outcome(job)
            if self._lane.running == job.ticket:
                await self._leave(job)
            report(job.tell, Done(job.work, outcome))
        finally:
            del self._jobs[job.ticket.peer, job.ticket.work_id]
            job.over.set()
            if not self._jobs:
                self._idle.set()

    async def _outcome(self, job: Job) -> Outcome:
        request = job.work.request
        actions = job.work.actions
        try:
            if not isinstance(request, Command):
                actions = self._plan(job.work)
            step = partial(self._step, job)
            await self._runner.perform(actions, job.steps, agent_of(job.work), step)
        except ToolError as error:
            return Outcome(failure=error.failure, error=error.detail)
        except Exception:  # the wall between a bug of ours and the promise of one outcome
            log.exception("work %s failed inside the agent", job.work.work_id)
            job.steps.fault(actions)
        if isinstance(request, Command):
            return Outcome(results=job.steps.results(actions))
        return job.steps.task_outcome(actions)

    def _step(self, job: Job, number: int, total: int, tool: str) -> None:
        self._begun(job.ticket.peer, job.work.work_id, number)
        report(job.tell, Step(job.work.work_id, number, total, tool))

    async def _leave(self, job: Job) -> None:
        if job.steps.failed and self._runner.holds:
            await self._runner.release()  # Nobody comes back for what a failed unit left down.
        holding = self._runner.holds
        if holding:
            loop = asyncio.get_running_loop()
            self._keep_timer = loop.call_later(HELD_FOR_S, self._keeper_out, job.ticket.peer)
        self._lane.leave(job.ticket, holding=holding)

    def _keeper_out(self, peer: PeerId) -> None:
        turn = self._lane.evict(peer)
        if turn is not None:
            self._stop_keep_timer()
            self._group.create_task(self._release(turn), name="release")

    async def _release(self, turn: Ticket) -> None:
        await self._runner.release()
        self._lane.leave(turn, holding=False)

    async def _halt(self, acting: list[Job]) -> None:
        try:
            async with asyncio.timeout(HALT_S):
                for job in acting:
                    await job.over.wait()
        except TimeoutError:
            self._runner.kill("the owner has paused this device")
            for job in acting:
                await job.over.wait()

    def _stop_keep_timer(self) -> None:
        if self._keep_timer is not None:
            self._keep_timer.cancel()
            self._keep_timer = None


def _row(ticket: Ticket) -> dict[str, object]:
    return {"peer": ticket.peer, "work": ticket.work_id, "summary": ticket.summary}
