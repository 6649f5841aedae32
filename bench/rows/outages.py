"""How an agent comes back. These wait more than they work, so the other rows run meanwhile."""

import asyncio
import time
from contextlib import AsyncExitStack

from ..rigs.agent import running
from ..rigs.hub import Hub
from ..rigs.proxy import Proxy
from ..rigs.rig import Rig
from ..row import Measured

REFUSED_S = 40.0
PATIENCE_S = 90.0
SETTLED_S = 5.0


async def outage(rig: Rig) -> Measured:
    """Seconds from the hub's return to REGISTER, after it was away for a while."""
    hub = Hub()
    async with AsyncExitStack() as stack:
        async with hub.open():
            await stack.enter_async_context(running(rig.directory / "outage", hub.url))
            await hub.registered()
            await asyncio.sleep(SETTLED_S)
        await asyncio.sleep(rig.outage_s)
        began = time.perf_counter()
        async with hub.open():
            ended = await hub.registered(2, PATIENCE_S)
    return Measured(ended - began, shown=f"{ended - began:.1f} after {rig.outage_s:.0f} s")


async def half_open(rig: Rig) -> Measured:
    """Seconds until a link is given up that swallows everything and never closes."""
    async with (
        Hub().open() as hub,
        Proxy(hub.port).open() as proxy,
        running(rig.directory / "half-open", f"ws://127.0.0.1:{proxy.port}/ws"),
    ):
        await hub.registered()
        await asyncio.sleep(SETTLED_S)
        proxy.dead = True
        began = time.perf_counter()
        async with asyncio.timeout(PATIENCE_S):
            ended = await proxy.hung_up
    return Measured(ended - began)


async def duplicate(rig: Rig) -> Measured:
    """Seconds from the first REGISTER to the one that is taken, 40 s of refusals between them."""
    async with (
        Hub(refusing=True).open() as hub,
        running(rig.directory / "duplicate", hub.url),
    ):
        began = await hub.knocked()
        await asyncio.sleep(REFUSED_S)
        hub.refusing = False
        ended = await hub.registered(1, PATIENCE_S)
    return Measured(ended - began, runs=1)
