"""What a started agent does: open its journal, serve its peers, stop in order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from ..config.model import Config
from ..errors import Failure
from ..journal.lock import Lock
from ..journal.tasks import Journal
from ..journal.works import Limits
from . import control
from .clock import now_text, wall
from .desktop import Desktop
from .ending import STOP_WITHIN_S
from .ledger import Ledger
from .peers import Peers
from .state import PauseMark
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


async def serve_peers(
    config: Config, behind: Desktop, journal: Journal, stop: asyncio.Event
) -> None:
    """Serve every peer and the local door until *stop* is set, then stop in order."""
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


def open_journal(config: Config, lock: Lock) -> Journal:
    """
    Open the journal under the state directory's *lock*; one that is damaged is moved aside.

    Raises:
        JournalError: It cannot be used.

    """
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
