"""
Puts the agent together and runs it until it is told to stop.

Stop is not cancel: what runs is finished or recorded, what is done is sent, peers hear goodbye,
all within :data:`STOP_WITHIN_S`.
"""

import asyncio
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack

from ..config.model import Config
from ..policy.rules import Policy
from .desktop import desktop
from .ending import exit_in_time, unwrapped
from .state import held, usable


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

    def begun(peer: str, work_id: str, number: int) -> None:
        journal.step(peer, work_id, number)

    _stop_on_signals(begin)
    with ExitStack() as stack:
        lock = stack.enter_context(held(config.state_dir, "agent"))
        async with desktop(config, policy, begun) as behind:
            # The worker looks at the desktop meanwhile; REGISTER waits for that, and for this.
            from .serving import open_journal, serve_peers

            with usable(config.state_dir):
                journal = stack.enter_context(open_journal(config, lock))
            await serve_peers(config, behind, journal, stop)


def _stop_on_signals(begin: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        # The Proactor loop takes no signal handlers; these run between two steps of the loop.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(begin))
        return
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, begin)
