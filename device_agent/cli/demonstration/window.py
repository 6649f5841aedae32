"""A real window with a program in it that reads lines, and tells what it has read."""

import asyncio
import importlib.util
import os
import secrets
import shutil
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from ...errors import ConfigError
from .children import Children
from .display import Display

TITLE = "device-agent demo"
READY = "ready"
START_S = 20.0

FONT = "DejaVu Sans Mono"
FONT_POINTS = 14
COLUMNS, ROWS = 76, 14
# The program in the terminal: says what this is, then reads lines and passes each on.
RECORDER = r"""
exec 3> "$1"
printf '\033[1m\n  device-agent demo\033[0m\n\n'
printf '  A real window of this machine. A hub has sent a task, and the agent\n'
printf '  has found this window, clicked into it, and types:\n\n'
echo ready >&3
while printf '  \033[34m>\033[0m ' && IFS= read -r line; do
    printf '%s\n' "$line" >&3
    printf '\n  \033[32mThe program in this window has read the line above.\033[0m\n\n'
done
"""


@dataclass(frozen=True, slots=True)
class TextWindow:
    """
    An open window.

    Attributes:
        title: As the window list shows it; no other window has it.
        program: For people.
        line: Waits for the next line that its program has read.

    """

    title: str
    program: str
    line: Callable[[], Awaitable[str]]


def check() -> None:
    """
    Look for a program that can show a window.

    Raises:
        ConfigError: There is none; says how to get one.

    """
    if _has_xterm() or importlib.util.find_spec("tkinter") is not None:
        return
    hint = "`apt-get install xterm` gives one"
    raise ConfigError("there is no xterm and no tkinter, so no window to type into", hint=hint)


async def open_window(
    children: Children, display: Display, directory: Path, stack: AsyncExitStack
) -> TextWindow:
    """
    Open a window, and wait until its program reads.

    Raises:
        ChildEnded: It did not open.
        TimeoutError: It took too long.

    """
    # On a screen with other windows the title must be this one's alone.
    title = TITLE if display.is_own else f"{TITLE} {secrets.token_hex(2)}"
    if _has_xterm():
        window = await _xterm(children, display, title, directory, stack)
    else:
        window = await _tk(children, display, title)
    async with asyncio.timeout(START_S):
        await window.line()
    return window


def _has_xterm() -> bool:
    return sys.platform == "linux" and shutil.which("xterm") is not None


async def _xterm(
    children: Children, display: Display, title: str, directory: Path, stack: AsyncExitStack
) -> TextWindow:
    pipe = directory / "typed"
    reader = await _listen(pipe, stack)
    look = [
        *("-T", title, "-geometry", f"{COLUMNS}x{ROWS}+30+30", "-u8"),
        *("-fa", FONT, "-fs", str(FONT_POINTS), "-bg", "#fdfcf7", "-fg", "#26282b", "-b", "8"),
        # Of the fonts it may fall back to, the one with emoji can be far down the list.
        *("-xrm", "XTerm*limitFontsets: 255"),
        *("-xrm", "XTerm*color2: #1f7a3f", "-xrm", "XTerm*color4: #2f5fd0"),
    ]
    command = ["xterm", *look, "-e", "sh", "-c", RECORDER, "recorder", str(pipe)]
    environment = {**display.environment, "LC_ALL": "C.UTF-8"}
    await children.start("xterm", command, environment)

    async def line() -> str:
        return (await reader.readline()).decode().removesuffix("\n")

    return TextWindow(title, "xterm", line)


async def _tk(children: Children, display: Display, title: str) -> TextWindow:
    module = f"{__package__}.tk_window"
    child = await children.start(
        "window", [sys.executable, "-m", module, title], display.environment
    )

    async def line() -> str:
        return (await child.line()).rstrip("\r\n")

    return TextWindow(title, "a window of its own", line)


async def _listen(path: Path, stack: AsyncExitStack) -> asyncio.StreamReader:
    """Make a named pipe and read it."""
    if sys.platform == "win32":
        raise ConfigError("named pipes have no place in Windows' file system")
    os.mkfifo(path, 0o600)
    # Opened for both, so that there is no end of file before the other side has come.
    pipe = os.fdopen(os.open(path, os.O_RDWR | os.O_NONBLOCK), "rb", buffering=0)
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    stack.callback(transport.close)
    return reader
