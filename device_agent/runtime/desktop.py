"""What one agent's links share: the machine behind them."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ..config.model import Config
from ..errors import Failure
from ..journal.redact import Redactor
from ..policy.rules import Policy
from ..protocol.messages import Action
from ..protocol.work import Work
from ..worker.host import WorkerHost
from ..worker.status import WorkerOptions
from .calls import CallRunner
from .desk import Begun, Desk
from .facts import Machine
from .local import LocalWork
from .own_files import own_files
from .state import usable


@dataclass(frozen=True, slots=True)
class Desktop:
    """
    Everything that stands behind the sessions of one agent.

    Attributes:
        retire: Ends the worker for good, beside whatever else is still to be done.

    """

    config: Config
    policy: Policy
    worker: WorkerHost
    runner: CallRunner
    desk: Desk
    machine: Machine
    local: LocalWork
    retire: Callable[[], object]


@asynccontextmanager
async def desktop(
    config: Config, policy: Policy, begun: Begun = lambda *_: None
) -> AsyncIterator[Desktop]:
    """
    Have a worker and a desk while the context lasts; the worker has been started when it begins.

    Args:
        config: Whose device.
        policy: What is allowed there.
        begun: Told before each action of a work.

    """
    with usable(config.state_dir):
        redactor = Redactor.load(config.state_dir)
    options = WorkerOptions(state_dir=config.state_dir, environment=_environment(config))

    def changed() -> None:
        machine.desktop_changed()
        desk.hands_changed()

    worker = WorkerHost(options, on_change=changed)
    runner = CallRunner(worker, policy, redactor, closed=own_files(config, policy))
    async with asyncio.TaskGroup() as group:
        desk = Desk(runner, _plan, group, begun, config.limits.queue)
        machine = Machine(config, policy, worker, group)
        keeping = group.create_task(worker.run(), name="worker")
        await asyncio.sleep(0)
        local = LocalWork(desk)
        try:
            yield Desktop(
                config, policy, worker, runner, desk, machine, local, retire=keeping.cancel
            )
        finally:
            desk.abandon(Failure.INTERRUPTED, "the agent was stopped")
            keeping.cancel()
            machine.close()
            await desk.drained()


def _plan(work: Work) -> tuple[Action, ...]:
    # Many an agent is never asked to plan anything.
    from .planning import plan_work

    return plan_work(work)


def _environment(config: Config) -> Mapping[str, str]:
    display = config.worker.display
    return os.environ if display is None else {**os.environ, "DISPLAY": display}
