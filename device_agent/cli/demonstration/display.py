"""Where the demo's window opens: a virtual screen of its own, or the one in front of the user."""

import asyncio
import os
import secrets
import shutil
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import ConfigError
from .children import Child, Children

SIZE = (1000, 420)
"""Of the virtual screen, in pixels: what a page shows without shrinking it."""

START_S = 20.0
_WILD_FAMILY = 0xFFFF
_COOKIE = b"MIT-MAGIC-COOKIE-1"


@dataclass(frozen=True, slots=True)
class Display:
    """
    A screen to work on.

    Attributes:
        label: For people.
        is_own: Nobody else uses it.
        environment: What programs on it need; empty for the user's own screen.
        tells_focus: Whether its window list says which window has the focus.

    """

    label: str
    is_own: bool
    environment: dict[str, str] = field(default_factory=dict)
    tells_focus: bool = True


def check(*, here: bool) -> None:
    """
    Look for what the demo needs, before anything is started.

    Raises:
        ConfigError: Something is missing; says how to get it.

    """
    if sys.platform != "linux":
        return
    if here:
        if not os.environ.get("DISPLAY"):
            hint = "leave --here out for a virtual screen, or set DISPLAY"
            raise ConfigError("there is no screen here: DISPLAY is not set", hint=hint)
        return
    if shutil.which("Xvfb") is None:
        hint = "`apt-get install xvfb xterm openbox` gives it one; --here takes your own screen"
        raise ConfigError("Xvfb is missing, so there is no virtual screen", hint=hint)


async def open_display(children: Children, directory: Path, *, here: bool) -> Display:
    """
    Open a virtual screen with a window manager, where there is one; or take the user's own.

    Args:
        children: Runs the servers.
        directory: Where the key to the screen is kept.
        here: Take the user's own.

    Raises:
        ChildEnded: The server did not start.
        TimeoutError: It took too long.

    """
    if here or sys.platform != "linux":
        return Display("your own screen", is_own=False)
    key = directory / "xauthority"
    await asyncio.to_thread(_write_key, key)
    name = await _start_server(children, key)
    # A home of its own: nobody's settings of terminals and window managers.
    environment = {"DISPLAY": name, "XAUTHORITY": str(key), "HOME": str(directory)}
    manager = shutil.which("openbox")
    if manager is not None:
        # Windows that open while it starts may never be shown, so it says when it has.
        openbox = await children.start("openbox", [manager, "--startup", "echo ready"], environment)
        async with asyncio.timeout(START_S):
            await openbox.line()
    label = f"virtual screen {SIZE[0]}x{SIZE[1]}"
    return Display(label, is_own=True, environment=environment, tells_focus=manager is not None)


async def _start_server(children: Children, key: Path) -> str:
    """Start Xvfb on a free display number; gives the display's name."""
    ready, theirs = os.pipe()
    screen = f"{SIZE[0]}x{SIZE[1]}x24"
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", screen, "-auth", str(key)]
    try:
        server = await children.start(
            "Xvfb", [*command, "-nolisten", "tcp", "-noreset", "-br"], pass_fds=(theirs,)
        )
    finally:
        os.close(theirs)
    return f":{await _number(ready, server)}"


async def _number(ready: int, server: Child) -> str:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ready, "rb")
    )
    try:
        async with asyncio.timeout(START_S):
            number = (await reader.readline()).decode().strip()
    finally:
        with suppress(OSError):
            transport.close()
    if not number:
        raise await server.ended()
    return number


def _write_key(path: Path) -> None:
    """Write an Xauthority file that fits every display (xau(3): lengths are big-endian)."""
    fields = (b"", b"", _COOKIE, secrets.token_bytes(16))
    entry = struct.pack(">H", _WILD_FAMILY)
    entry += b"".join(struct.pack(">H", len(field)) + field for field in fields)
    path.touch(0o600)
    path.write_bytes(entry)
