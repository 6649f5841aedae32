"""
The demo's processes: started out of the terminal's reach, watched, and ended with all they started.

Ctrl-C reaches the demo alone, so that it ends the others in order.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import DeviceAgentError
from ...processes import carrying, end

MARK = "AGENT_DEMO"
"""The variable by which everything that a demo has started is found again."""

STOP_S = 8.0
"""How long a process may take to stop when it is asked to; then it is killed."""

LEFTOVERS_S = 1.0

_NOT_OURS = ("DEVICE_AGENT_", "DEVICE_SIM_", "CONSTELLATION_")
"""Settings of the user's own agents, which have no business in a demo."""


class ChildEnded(DeviceAgentError):
    """A process that the demo needs has ended by itself."""


@dataclass(slots=True)
class Child:
    """
    A running process.

    Attributes:
        name: For people.
        log: Where its stderr goes.

    """

    name: str
    process: asyncio.subprocess.Process
    log: Path

    async def line(self) -> str:
        """
        Wait for the next line of its stdout.

        Raises:
            ChildEnded: There will be none.

        """
        assert self.process.stdout is not None  # noqa: S101 -- for the type checker
        line = await self.process.stdout.readline()
        if not line:
            raise await self.ended()
        return line.decode(errors="replace")

    async def ended(self) -> ChildEnded:
        """What to say of its end."""
        code = await self.process.wait()
        lines = self.log.read_text(errors="replace").splitlines()
        said = [line.strip() for line in lines if any(map(str.isalnum, line))]
        last = f": {said[-1]}" if said else " and said nothing"
        return ChildEnded(f"{self.name} ended with exit code {code}{last}")


class Children:
    """
    Starts processes; made by :func:`children`.

    Args:
        directory: Where their stderr and their temporary files go.
        mark: Put on them and, by inheritance, on everything that they start.

    """

    def __init__(self, directory: Path, mark: str) -> None:
        self._mark = mark
        self._directory = directory
        self._running: list[Child] = []
        self._unwatched: asyncio.Queue[Child] = asyncio.Queue()

    async def start(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        *,
        pass_fds: tuple[int, ...] = (),
    ) -> Child:
        """
        Start a process; its stdout is read with :meth:`Child.line`.

        Args:
            name: For people, and for its log.
            command: Program and arguments.
            environment: On top of ours.
            pass_fds: Descriptors that it keeps.

        """
        log = self._directory / f"{name.replace(' ', '-')}.log"
        with log.open("wb") as stderr:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=self._environment(environment or {}),
                **_apart(pass_fds),
            )
        child = Child(name, process, log)
        self._running.append(child)
        self._unwatched.put_nowait(child)
        return child

    async def watch(self) -> None:
        """
        Wait until one of them ends by itself.

        Raises:
            ChildEnded: It has (in an exception group).

        """
        async with asyncio.TaskGroup() as group:
            while True:
                child = await self._unwatched.get()
                group.create_task(_watch(child), name=f"watch {child.name}")

    async def stop(self) -> None:
        """End them, those that were started last first."""
        for child in reversed(self._running):
            await _stop(child.process)

    def _environment(self, extra: Mapping[str, str]) -> dict[str, str]:
        ours = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_OURS)}
        # What they forget to take away goes with our directory.
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._directory))
        return {**ours, **temporary, **extra, MARK: self._mark}


@asynccontextmanager
async def children(directory: Path, mark: str) -> AsyncIterator[Children]:
    """
    Have processes while the context lasts.

    Raises:
        ChildEnded: One of them ended before (in an exception group).

    """
    several = Children(directory, mark)
    try:
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(several.watch(), name="watch")
            yield several
            watching.cancel()
    finally:
        await several.stop()


async def sweep(mark: str) -> bool:
    """End whatever still carries a mark; tells whether that could be done."""
    return await asyncio.to_thread(
        end, lambda: carrying(MARK, lambda value: value == mark), LEFTOVERS_S
    )


async def _watch(child: Child) -> None:
    raise await child.ended()


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.terminate()
    try:
        async with asyncio.timeout(STOP_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _apart(pass_fds: tuple[int, ...]) -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True, "pass_fds": pass_fds}
