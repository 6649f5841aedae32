"""
Puts the agent together and runs it until it is told to stop.

Stop is not cancel: what runs is finished or recorded, what is done is sent, peers hear goodbye,
all within :data:`STOP_WITHIN_S`.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from ..config.model import Config
from ..errors import Failure
from ..journal.lock import Lock
from ..journal.tasks import Journal
from ..journal.works import Limits
from ..policy.rules import Policy
from . import control
from .clock import now_text, wall
from .desktop import Desktop, desktop
from .ending import STOP_WITHIN_S, exit_in_time, unwrapped
from .ledger import Ledger
from .peers import Peers
from .state import PauseMark, held, usable
from .status import answer_for

log = logging.getLogger(__name__)

FINISH_S = 3.5
"""How much of STOP_WITHIN_S what runs may take to finish; then it is stopped and recorded so."""

GIVE_UP_S = 0.7
"""How long stopping it may take; then the desktop process has to go."""

RETIRE_S = 2.5
"""How long that may take."""

FLUSH_S = 0.5
"""How long the journal may take to write what came last; it goes on beside the goodbyes."""


def run(config: Config, policy: Policy) -> int:
    """
    Run the agent until SIGTERM or SIGINT, and end within STOP_WITHIN_S of it.

    Returns:
        The exit code: 0 after an orderly stop.

    Raises:
        StateLocked: Another agent uses the state directory; says which.
        ConfigError: A port is taken, a file or the state directory is unusable.

    """
    with unwrapped():
        asyncio.run(serve(config, policy, exit_in_time))
    return 0


async def serve(
    config: Config, policy: Policy, stopping: Callable[[], object] = lambda: None
) -> None:
    """Run the agent until it is told to stop; *stopping* hears of that first."""
    stop = asyncio.Event()

    def begin() -> None:
        if not stop.is_set():
            stopping()
        stop.set()

    _stop_on_signals(begin)
    with ExitStack() as stack:
        lock = stack.enter_context(held(config.state_dir, "agent"))
        with usable(config.state_dir):
            journal = stack.enter_context(_open_journal(config, lock))
        async with desktop(config, policy, journal) as behind:
            await _serve_peers(config, behind, journal, stop)


async def _serve_peers(
    config: Config, behind: Desktop, journal: Journal, stop: asyncio.Event
) -> None:
    pause = PauseMark(config.state_dir)
    if pause:
        log.warning("the owner has paused this device; `device-agent resume` ends that")
        behind.desk.paused = True
    ledger = Ledger(journal, behind.desk, config.device_id, now_text, behind.runner.summary)
    interrupted = ledger.settle_interrupted()
    if interrupted:
        log.warning("%d works of the last run were interrupted; their peers will hear", interrupted)
    async with asyncio.TaskGroup() as group:
        peers = Peers(config, behind, ledger, now_text)
        answer = answer_for(behind, peers, pause)
        door = group.create_task(control.serve(config.state_dir, answer), name="control")
        serving = group.create_task(peers.serve(), name="peers")
        stopping = group.create_task(stop.wait(), name="stop")
        await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            await _stop(behind, journal, peers)
        for task in (door, serving, stopping):
            task.cancel()


async def _stop(behind: Desktop, journal: Journal, peers: Peers) -> None:
    log.info("stopping; everything ends within %g s", STOP_WITHIN_S)
    desk = behind.desk
    desk.stopping = True
    if not await _within(FINISH_S, desk.drained()):
        desk.abandon(Failure.INTERRUPTED, "the agent was stopped")
        await _within(GIVE_UP_S, desk.drained())
    behind.retire()
    await _within(RETIRE_S, desk.drained())
    await _within(FLUSH_S, asyncio.to_thread(journal.flush, FLUSH_S))
    await peers.say_goodbye()


async def _within(seconds: float, what: Awaitable[object]) -> bool:
    """Wait for something, but not for ever: whether it came to pass."""
    try:
        async with asyncio.timeout(seconds):
            await what
    except TimeoutError:
        return False
    return True


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


def _stop_on_signals(begin: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        # The Proactor loop takes no signal handlers; these run between two steps of the loop.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(begin))
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, begin)
