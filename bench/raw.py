"""The raw limits: what the system itself needs, without an agent, in the same run."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from .figures import WARM_UP_RUNS, median, timed_ms

LIBRARIES = "import asyncio, sqlite3, psutil, pydantic.main, websockets.asyncio.client"
RUNS = 200


async def echo_ms(payload: str = "x" * 300) -> float:
    """One text frame there and back over a WebSocket on loopback."""

    async def answer(link: ServerConnection) -> None:
        async for text in link:
            await link.send(text)

    async with (
        serve(answer, "127.0.0.1", 0, compression=None) as server,
        connect(
            f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}", compression=None
        ) as link,
    ):
        took = []
        for _ in range(RUNS + WARM_UP_RUNS):
            began = time.perf_counter()
            await link.send(payload)
            await link.recv()
            took.append((time.perf_counter() - began) * 1000)
    return median(took[WARM_UP_RUNS:])


def process_ms() -> float:
    """``sh -c 'echo hi'``: fork, exec, read, wait."""
    return timed_ms(lambda: subprocess.run(["sh", "-c", "echo hi"], capture_output=True), RUNS)


def fsync_ms(directory: Path) -> float:
    """Append a page to a file and have it on disk."""
    descriptor = os.open(directory / "fsync", os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def write() -> None:
        os.write(descriptor, b"x" * 4096)
        os.fsync(descriptor)

    try:
        return timed_ms(write, RUNS)
    finally:
        os.close(descriptor)


def libraries_s() -> float:
    """Start Python, import what a broker stands on, end."""
    command = [sys.executable, "-c", LIBRARIES]
    return timed_ms(lambda: subprocess.run(command, check=True), 10) / 1000


def libraries_mib(statement: str = LIBRARIES) -> float:
    """Resident memory of a Python that has imported what a process stands on, and nothing more."""
    code = f"{statement}\nimport psutil\nprint(psutil.Process().memory_info().rss)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return int(done.stdout) / (1024 * 1024)


async def journalled_ms(directory: Path) -> tuple[float, float]:
    """An echo and two commits; and the same with a process."""
    echo = await echo_ms()
    commits = 2 * await asyncio.to_thread(fsync_ms, directory)
    return echo + commits, echo + commits + await asyncio.to_thread(process_ms)
