"""The agent as people start it: a process of its own."""

import asyncio
import contextlib
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

STOP_S = 12.0
DEVICE = "bench"


@dataclass(frozen=True, slots=True)
class Agent:
    """
    A running agent.

    Attributes:
        process: The broker.
        token_file: Its token.

    """

    process: asyncio.subprocess.Process
    token_file: Path

    @property
    def broker_pid(self) -> int:
        """The process with the network."""
        return self.process.pid

    @property
    def worker_pid(self) -> int:
        """The process with the desktop."""
        (worker,) = psutil.Process(self.process.pid).children()
        return int(worker.pid)


@asynccontextmanager
async def running(
    directory: Path, url: str, *flags: str, display: str | None = None
) -> AsyncIterator[Agent]:
    """
    Have an agent that dials *url*; stopped as a service manager would.

    Args:
        directory: Its state; may be one that an agent used before.
        url: The hub.
        flags: What else to say on its command line.
        display: Which X server it drives; None for none.

    """
    token_file = _token_file(directory)
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    if display is not None:
        environment["DISPLAY"] = display
    with (directory / "agent.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "device_agent", "run", "--hub", url, "--device-id", DEVICE),
            *("--token-file", str(token_file), "--state-dir", str(directory / "state")),
            *("--log-level", "warning", "--allow", "shell", *flags),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
        )
    try:
        yield Agent(process, token_file)
    finally:
        await _stop(process)


def _token_file(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "token"
    if not file.exists():
        file.write_text(secrets.token_hex(16) + "\n")
        file.chmod(0o600)
    return file


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_S):
            await process.wait()
            return
    process.kill()
    await process.wait()
