"""Finding a Python for a peer that needs a newer one than ours may be."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from ..row import CannotMeasureError

NEEDED = (3, 12)
NAMES = ("python3.14", "python3.13", "python3.12", "python3")
CHECK = f"import sys, venv, ensurepip; sys.exit(sys.version_info[:2] < ({NEEDED[0]}, {NEEDED[1]}))"


async def newer_python() -> str:
    """
    The first Python of 3.12 or newer that can make an environment.

    Ours, then those on PATH, then pyenv's.

    Raises:
        CannotMeasureError: There is none.

    """
    for python in [sys.executable, *_on_path(), *await _of_pyenv()]:
        if await succeeds(python, "-c", CHECK):
            return python
    raise CannotMeasureError("it needs Python 3.12 or newer, and there is none on PATH or in pyenv")


async def succeeds(*command: str) -> bool:
    """Whether a program ends with 0; what it says is dropped."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await process.wait() == 0


def _on_path() -> Iterator[str]:
    yield from (found for name in NAMES if (found := shutil.which(name)))


async def _of_pyenv() -> list[str]:
    """All that pyenv has: its shims on PATH run only the version that is chosen."""
    pyenv = shutil.which("pyenv")
    if pyenv is None:
        return []
    process = await asyncio.create_subprocess_exec(
        pyenv, "root", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    said, _ = await process.communicate()
    return _below(Path(said.decode().strip()))


def _below(root: Path) -> list[str]:
    return [str(path) for path in sorted(root.glob("versions/3.*/bin/python3"))]
