"""From starting the process to REGISTER on the wire."""

import asyncio
import time

from ..figures import median, p99
from ..raw import libraries_s
from ..rigs.agent import running
from ..rigs.hub import Hub
from ..rigs.rig import Rig
from ..row import Measured

RUNS = 12
QUIET_S = 0.5


async def start(rig: Rig) -> Measured:
    """Seconds from starting Python to REGISTER, with displays in it where there is a desktop."""
    took = []
    for _ in range(RUNS):
        async with Hub().open() as hub:
            began = time.perf_counter()
            async with running(rig.directory / "start", hub.url, display=rig.display or None):
                took.append(await hub.knocked() - began)
        # What the last one left to be tidied up is not the next one's start.
        await asyncio.sleep(QUIET_S)
    # The first one makes the journal and reads everything from disk.
    raw = await asyncio.to_thread(libraries_s)
    return Measured(
        median(took[1:]),
        raw,
        "Python, imports of the libraries alone",
        p99=p99(took[1:]),
        runs=RUNS - 1,
    )
