"""cua-computer-server: a server on the device, driven over its WebSocket as its client does."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from ..rigs.rig import free_port
from ..row import CannotMeasureError
from .interpreter import newer_python, succeeds

# With a newer FastAPI the server does not start.
PACKAGES = ("cua-computer-server==0.3.46", "fastapi==0.128.0")
ENVIRONMENT = Path(".venv-cua")
READY_S = 60.0
POLL_S = 0.05
PATIENCE_S = 60.0


@dataclass(slots=True)
class Cua:
    """A running server and the connection to it."""

    _link: ClientConnection

    async def ask(self, command: str, **parameters: Any) -> float:  # noqa: ANN401 -- JSON
        """
        Have one command done; milliseconds from sending it to having its answer as text.

        Raises:
            RuntimeError: It says that it failed.

        """
        question = json.dumps({"command": command, "params": parameters})
        began = time.perf_counter()
        await self._link.send(question)
        async with asyncio.timeout(PATIENCE_S):
            answer = await self._link.recv()
        took_ms = (time.perf_counter() - began) * 1000
        if json.loads(answer).get("success") is False:
            raise RuntimeError(f"cua's {command} failed: {answer[:200]!r}")
        return took_ms


@asynccontextmanager
async def running(directory: Path, display: str) -> AsyncIterator[Cua]:
    """
    Have the server on a display; installs it first where it is not.

    Raises:
        CannotMeasureError: It cannot be installed, or does not start.

    """
    python = await _installed()
    port = free_port()
    with (directory / "cua.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(python, "-m", "computer_server", "--host", "127.0.0.1", "--port", str(port)),
            *("--log-level", "warning"),
            cwd=directory,
            env=_surroundings(directory, display),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        async with await _connected(process, port, directory / "cua.log") as link:
            yield Cua(link)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _installed() -> str:
    """The interpreter of the peer's environment."""
    python = ENVIRONMENT / "bin" / "python"
    if python.exists() and await succeeds(str(python), "-c", "import computer_server"):
        return str(python.absolute())
    newer = await newer_python()
    if not await succeeds(newer, "-m", "venv", "--clear", str(ENVIRONMENT)):
        raise CannotMeasureError(f"{newer} made no environment {ENVIRONMENT}")
    if not await succeeds(str(python), "-m", "pip", "install", "-qq", *PACKAGES):
        raise CannotMeasureError(f"pip could not install {PACKAGES[0]}")
    return str(python.absolute())


def _surroundings(directory: Path, display: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # A variable of this name, common in containers, makes it ask its vendor who may connect.
    kept.pop("CONTAINER_NAME", None)
    quiet = {"CUA_TELEMETRY_ENABLED": "false", "CUA_TELEMETRY": "off"}
    return {**kept, **quiet, "DISPLAY": display, "HOME": str(directory)}


async def _connected(process: asyncio.subprocess.Process, port: int, log: Path) -> ClientConnection:
    end = time.monotonic() + READY_S
    while True:
        try:
            return await connect(
                f"ws://127.0.0.1:{port}/ws", max_size=None, compression=None, proxy=None
            )
        except OSError:
            if process.returncode is not None or time.monotonic() > end:
                raise CannotMeasureError(f"it did not start: {_last_line(log)}") from None
            await asyncio.sleep(POLL_S)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
