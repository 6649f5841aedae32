"""What an agent costs while nothing is asked of it."""

import asyncio
import subprocess
import sys
import time

from ..figures import cpu_s, rss_mib
from ..raw import libraries_mib
from ..rigs.agent import running
from ..rigs.hub import Hub
from ..rigs.rig import Rig
from ..row import Measured

SETTLED_S = 10.0
WINDOW_S = 95.0
"""Three heartbeats and as many looks at the link as come with them."""

WORKER_LIBRARIES = "import pydantic.main, PIL.Image, mss, xcffib, xcffib.xproto, xcffib.xtest"


async def broker_rss(rig: Rig) -> Measured:
    """Memory of the broker, once it has settled."""
    mib, _ = await _settled(rig, "rss")
    raw = await asyncio.to_thread(libraries_mib)
    return Measured(mib, raw, "Python with asyncio, websockets, pydantic, psutil, sqlite3")


async def worker_rss(rig: Rig) -> Measured:
    """Memory of the worker, which has looked at the desktop and done nothing else."""
    rig.need_display()
    _, mib = await _settled(rig, "rss-worker")
    raw = await asyncio.to_thread(libraries_mib, WORKER_LIBRARIES)
    return Measured(mib, raw, "Python with pydantic, Pillow, mss, xcffib")


async def cpu(rig: Rig) -> Measured:
    """CPU time of broker and worker together, heartbeats included, as a share of one core."""
    async with (
        Hub().open() as hub,
        running(rig.directory / "cpu", hub.url, display=rig.display or None) as agent,
    ):
        await hub.registered()
        await asyncio.sleep(SETTLED_S)
        pids = (agent.broker_pid, agent.worker_pid)
        began, used_s = time.perf_counter(), sum(cpu_s(pid) for pid in pids)
        await asyncio.sleep(WINDOW_S)
        share = (sum(cpu_s(pid) for pid in pids) - used_s) / (time.perf_counter() - began)
    return Measured(share * 100, 0.0, f"nothing at all; over {WINDOW_S:.0f} s")


async def session_bytes(_: Rig) -> Measured:
    """One of 10,000 idle sessions."""
    command = [sys.executable, "-m", "bench.sizes"]
    done = await asyncio.to_thread(
        subprocess.run, command, check=True, capture_output=True, text=True
    )
    session, driver = map(float, done.stdout.split())
    return Measured(session, shown=f"{session:.0f} (with its driver {driver:.0f})", runs=10_000)


async def _settled(rig: Rig, name: str) -> tuple[float, float]:
    """Memory of broker and worker in MiB."""
    async with (
        Hub().open() as hub,
        running(rig.directory / name, hub.url, display=rig.display or None) as agent,
    ):
        await hub.registered()
        await asyncio.sleep(SETTLED_S)
        return rss_mib(agent.broker_pid), rss_mib(agent.worker_pid)
