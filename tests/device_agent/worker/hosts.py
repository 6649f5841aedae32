"""A running worker for tests, and what its desktop and its processes look like from outside."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import xcffib
import xcffib.xproto

from device_agent.catalog import find, parse
from device_agent.protocol.messages import Json
from device_agent.worker.host import WorkerHost
from device_agent.worker.status import WorkerOptions

BUTTON_MASK = 0x1F00


def environment(display: str | None = None, **more: str) -> dict[str, str]:
    """The test's own environment with another display, or none."""
    kept = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    return {**kept, **({} if display is None else {"DISPLAY": display}), **more}


@asynccontextmanager
async def running(
    display: str | None = None,
    *,
    state_dir: Path | None = None,
    inherited: Mapping[str, str] | None = None,
    secrets: frozenset[str] = frozenset(),
) -> AsyncIterator[WorkerHost]:
    """A host that keeps a worker until the end of the block."""
    host = WorkerHost(WorkerOptions(inherited or environment(display), state_dir, secrets))
    async with asyncio.TaskGroup() as group:
        keeping = group.create_task(host.run())
        try:
            yield host
        finally:
            keeping.cancel()


async def call(host: WorkerHost, name: str, /, **parameters: object) -> Json:
    """Call a tool by its name."""
    tool = find(name)
    assert tool is not None
    return await host.call(tool, parse(tool, parameters))


async def until(condition: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait until *condition* holds."""
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 -- what is waited for is in another process
            await asyncio.sleep(0.01)


def tag() -> str:
    """An argument by which a test's own processes are found."""
    return f"tag{uuid.uuid4().hex}"


def tagged(text: str) -> list[int]:
    """Living processes with *text* in their command line."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = process.info["cmdline"] or []
        if any(text in word for word in words) and process.info["status"] != "zombie":
            found.append(process.pid)
    return found


def alive(pid: int) -> bool:
    """Whether a process runs; one that its parent has not reaped yet does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def pressed(display: str) -> bool:
    """Whether any key or button of an X server is down."""
    connection = xcffib.connect(display)
    try:
        keys = bytes(connection.core.QueryKeymap().reply().keys)
        root = connection.setup.roots[0].root
        mask = connection.core.QueryPointer(root).reply().mask
    finally:
        connection.disconnect()
    return any(keys) or bool(mask & BUTTON_MASK)
