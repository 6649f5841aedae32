"""
Puts the agent together and runs it until it is told to stop.

Stop is not cancel: what runs is finished or recorded, what is done is sent, peers hear goodbye,
all within :data:`STOP_WITHIN_S`.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from ..config.model import Config
from ..errors import Failure
from ..journal.lock import STATE_LOCK, WORKER_LOCK, Lock, wait_until_free
from ..journal.redact import Redactor
from ..journal.tasks import Journal
from ..journal.works import Limits
from ..policy.rules import Policy
from ..worker.host import WorkerHost
from ..worker.status import WorkerOptions
from . import control
from .calls import CallRunner
from .clock import now_text, wall
from .desk import Desk
from .desktop import Desktop
from .facts import Machine
from .ledger import Ledger
from .local import LocalWork
from .peers import Peers
from .planning import plan_work
from .status import answer_for

log = logging.getLogger(__name__)

STOP_WITHIN_S = 10.0
"""SIGTERM to exit, at most."""

FINISH_S = 6.0
"""Of which what runs may take this long to finish; then it is stopped and recorded so."""

WORKER_GONE_S = 3.0
"""How long a new agent waits for the desktop process of one that was killed."""


def run(config: Config, policy: Policy) -> int:
    """
    Run the agent until SIGTERM or SIGINT.

    Returns:
        The exit code: 0 after an orderly stop.

    Raises:
        StateLocked: Another agent uses the state directory; says which.
        ConfigError: A port is taken, a file is unusable.
        JournalError: The journal cannot be used.

    """
    try:
        asyncio.run(serve(config, policy))
    except ExceptionGroup as group:
        raise _cause(group) from None
    return 0


def _cause(error: Exception) -> Exception:
    """Find what ended the agent: task groups wrap it once for every room it left on its way."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        (error,) = error.exceptions
    return error


async def serve(config: Config, policy: Policy) -> None:
    """Run the agent until it is told to stop."""
    stop = asyncio.Event()
    _stop_on_signals(stop)
    with Lock.take(config.state_dir / STATE_LOCK, "agent", clock=wall) as lock:
        wait_until_free(config.state_dir / WORKER_LOCK, WORKER_GONE_S)
        with _open_journal(config, lock) as journal:
            async with desktop(config, policy, journal) as desk:
                await _serve_peers(config, desk, journal, stop)


@asynccontextmanager
async def desktop(
    config: Config, policy: Policy, journal: Journal | None = None
) -> AsyncIterator[Desktop]:
    """Have a worker and a desk while the context lasts; without journal for one command alone."""
    redactor = Redactor.load(config.state_dir)
    options = WorkerOptions(state_dir=config.state_dir, environment=_environment(config))
    worker = WorkerHost(options, on_change=lambda: machine.desktop_changed())
    runner = CallRunner(worker, policy, redactor)

    def begun(peer: str, work_id: str, number: int) -> None:
        if journal is not None:
            journal.step(peer, work_id, number)

    async with asyncio.TaskGroup() as group:
        desk = Desk(runner, plan_work, group, begun, config.limits.queue)
        keeping = group.create_task(worker.run(), name="worker")
        machine = Machine(config, policy, worker, group)
        try:
            yield Desktop(config, policy, worker, runner, desk, machine, LocalWork(desk))
        finally:
            desk.abandon(Failure.INTERRUPTED, "the agent was stopped")
            await desk.drained()
            keeping.cancel()


async def _serve_peers(
    config: Config, desktop_: Desktop, journal: Journal, stop: asyncio.Event
) -> None:
    ledger = Ledger(journal, desktop_.desk, config.device_id, now_text, desktop_.runner.summary)
    interrupted = ledger.settle_interrupted()
    if interrupted:
        log.warning("%d works of the last run were interrupted; their peers will hear", interrupted)
    async with asyncio.TaskGroup() as group:
        peers = Peers(config, desktop_, ledger, now_text)
        door = group.create_task(
            control.serve(config.state_dir, answer_for(desktop_, peers)), name="control"
        )
        serving = group.create_task(peers.serve(), name="peers")
        stopping = group.create_task(stop.wait(), name="stop")
        await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            await _stop(desktop_.desk, journal, peers)
        for task in (door, serving, stopping):
            task.cancel()


async def _stop(desk: Desk, journal: Journal, peers: Peers) -> None:
    log.info("stopping")
    desk.stopping = True
    try:
        async with asyncio.timeout(FINISH_S):
            await desk.drained()
    except TimeoutError:
        desk.abandon(Failure.INTERRUPTED, "the agent was stopped")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await desk.drained()
    await asyncio.to_thread(journal.flush, 1.0)
    await peers.say_goodbye()


def _environment(config: Config) -> Mapping[str, str]:
    display = config.worker.display
    return os.environ if display is None else {**os.environ, "DISPLAY": display}


def _open_journal(config: Config, lock: Lock) -> Journal:
    limits = Limits(
        quota_bytes=config.limits.spool_bytes, undelivered_s=config.limits.keep_days * 24 * 3600
    )
    loop = asyncio.get_running_loop()

    def post(call: Callable[[], None]) -> None:
        loop.call_soon_threadsafe(call)

    journal = Journal.open(config.state_dir, clock=wall, limits=limits, post=post, lock=lock)
    if journal.recovered is not None:
        log.error("the journal was damaged and moved aside: %s", journal.recovered)
    return journal


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        # The Proactor loop takes no signal handlers; these run between two steps of the loop.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
