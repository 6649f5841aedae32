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
from .calls import CallRunner, Steps
from .lane import Lane, Ticket

log = logging.getLogger(__name__)

QUEUE_LIMIT = 64
"""How many works may be in hand at once; the next one is refused as busy."""

HELD_FOR_S = 10.0
"""How long a key or button left held keeps the lane for its peer."""

Begun = Callable[[PeerId, WorkId, int], None]
"""Told before each action of a work: whose, which work, the action's number from 1."""


@dataclass(slots=True)
class Job:
    """One work in hand."""

    ticket: Ticket
    work: Work
    acts: bool
    tell: Tell
    steps: Steps = field(default_factory=Steps)
    turn: asyncio.Event = field(default_factory=asyncio.Event)


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
        self._expected: set[tuple[PeerId, WorkId]] = set()
        self._jobs: dict[tuple[PeerId, WorkId], Job] = {}
        self._lane = Lane(self._begin)
        self._keep_timer: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self.paused = False
        self.stopping = False

    def refusal(self, work: Work) -> Outcome | None:
        """Say why a new work is not taken; None when there is room for it."""
        if self.stopping:
            return Outcome(failure=Failure.BUSY, error="the agent is stopping; send it again later")
        if self.paused and self.acts(work):
            return Outcome(failure=Failure.PAUSED, error="the owner has paused this device")
        in_hand = len(self._jobs) + len(self._expected)
        if in_hand >= self._queue_limit:
            detail = f"{in_hand} works are in hand, which is the limit; send it again later"
            return Outcome(failure=Failure.BUSY, error=detail)
        return None

    def expect(self, peer: PeerId, work: Work) -> None:
        """Keep a place for a work that is being written down."""
        self._expected.add((peer, work.work_id))

    def forget(self, peer: PeerId, work: Work) -> None:
        """Give the place up: the work will not come."""
        self._expected.discard((peer, work.work_id))

    def acts(self, work: Work) -> bool:
        """Whether a work may change something; words may, until they are planned."""
        if not isinstance(work.request, Command) and not work.actions:
            return True
        return any(self._runner.acts(action) for action in work.actions)

    def run(self, peer: PeerId, work: Work, tell: Tell) -> None:
        """Take a work in hand; *tell* hears Step before each action, and Done once."""
        ticket = Ticket(peer, work.work_id, self._runner.summary(work))
        job = Job(ticket, work, self.acts(work), tell)
        self._jobs[peer, work.work_id] = job
        self._expected.discard((peer, work.work_id))
        self._idle.clear()
        self._group.create_task(self._perform(job), name=f"work {work.work_id}")

    def cancel(self, peer: PeerId, task_id: TaskId, reason: str) -> None:
        """Stop what a peer's task has in hand; every work of it still reports its outcome."""
        for job in tuple(self._jobs.values()):
            if job.ticket.peer == peer and job.work.request.task_id == task_id:
                self._stop(job, Failure.CANCELLED, reason or "cancelled by the peer")

    def pause(self) -> None:
        """Stop everything that acts, release every key, take no acting work until resumed."""
        self.paused = True
        for job in tuple(self._jobs.values()):
            if job.acts:
                self._stop(job, Failure.PAUSED, "the owner has paused this device")
        self._group.create_task(self._runner.release(), name="release")

    def resume(self) -> None:
        """Take acting work again."""
        self.paused = False

    def peer_gone(self, peer: PeerId) -> None:
        """Let go of what a peer holds; its last link has ended."""
        if self._lane.keeper == peer:
            self._keeper_out(peer)

    async def drained(self) -> None:
        """Wait until nothing is in hand."""
        await self._idle.wait()

    def abandon(self, failure: Failure, reason: str) -> None:
        """Stop everything that is still in hand."""
        for job in tuple(self._jobs.values()):
            self._stop(job, failure, reason)

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

    def _stop(self, job: Job, failure: Failure, reason: str) -> None:
        job.steps.stop(failure, reason)
        self._runner.cancel(job.steps)
        if self._lane.drop(job.ticket):
            job.turn.set()

    async def _perform(self, job: Job) -> None:
        if job.acts:
            self._lane.join(job.ticket)
            await job.turn.wait()
        try:
            outcome = await self._outcome(job)
        except Exception:  # the wall between a bug of ours and the promise of one outcome
            log.exception("work %s failed inside the agent", job.work.work_id)
            outcome = Outcome(failure=Failure.FAILED, error="a fault in the agent; see its log")
        del self._jobs[job.ticket.peer, job.ticket.work_id]
        if job.acts:
            await self._leave(job)
        job.tell(Done(job.work, outcome))
        if not self._jobs:
            self._idle.set()

    async def _outcome(self, job: Job) -> Outcome:
        request = job.work.request
        if isinstance(request, Command):
            agent_name = request.agent_name or ""
            await self._runner.perform(
                job.work.actions, job.steps, agent_name, partial(self._step, job)
            )
            return Outcome(results=job.steps.results(job.work.actions))
        try:
            actions = self._plan(job.work)
        except ToolError as error:
            return Outcome(failure=error.failure, error=error.detail)
        await self._runner.perform(actions, job.steps, "", partial(self._step, job))
        return job.steps.task_outcome(actions)

    def _step(self, job: Job, number: int, total: int, tool: str) -> None:
        self._begun(job.ticket.peer, job.work.work_id, number)
        job.tell(Step(job.work.work_id, number, total, tool))

    async def _leave(self, job: Job) -> None:
        if job.steps.failed and self._runner.holds:
            await self._runner.release()  # Nobody comes back for what a failed unit left down.
        holding = self._runner.holds
        if holding:
            loop = asyncio.get_running_loop()
            self._keep_timer = loop.call_later(HELD_FOR_S, self._keeper_out, job.ticket.peer)
        self._lane.leave(job.ticket, holding=holding)

    def _keeper_out(self, peer: PeerId) -> None:
        self._stop_keep_timer()
        self._group.create_task(self._release_keeper(peer), name="release")

    async def _release_keeper(self, peer: PeerId) -> None:
        await self._runner.release()
        self._lane.let_go(peer)

    def _stop_keep_timer(self) -> None:
        if self._keep_timer is not None:
            self._keep_timer.cancel()
            self._keep_timer = None


def _row(ticket: Ticket) -> dict[str, object]:
    return {"peer": ticket.peer, "work": ticket.work_id, "summary": ticket.summary}
