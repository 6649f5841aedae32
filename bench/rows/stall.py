"""Whether a heartbeat waits while a picture is taken."""

import asyncio
import json
import sys
from typing import Any

from ..rigs.hub import action
from ..rigs.rig import Connected, Rig
from ..row import Measured

WATCHED_S = 8.0


async def stall(rig: Rig) -> Measured:
    """Round trip of a constellation's HEARTBEAT while a hub takes one picture after the other."""
    rig.need_display()
    connected = await rig.connected()
    quiet = await _pulse(connected)
    async with asyncio.TaskGroup() as group:
        shooting = group.create_task(_shoot(connected))
        busy = await _pulse(connected)
        shooting.cancel()
    return Measured(
        busy["p99_ms"],
        quiet["p99_ms"],
        "the same p99 while nothing is asked",
        shown=f"{busy['p99_ms']:.1f} (median {busy['median_ms']:.1f})",
        runs=busy["count"],
    )


async def _shoot(connected: Connected) -> None:
    while True:
        await connected.hub.ask(action("screenshot"))


async def _pulse(connected: Connected) -> dict[str, Any]:
    """From a process of its own, so that what is measured is not this one."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.pulse", str(connected.port)),
        *(str(connected.agent.token_file), str(WATCHED_S)),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    found: dict[str, Any] = json.loads(said)
    return found
