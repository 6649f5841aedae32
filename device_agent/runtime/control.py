"""
The local door: commands on this machine talk to the agent that runs here.

One JSON object a line, one line back, over a Unix socket that only the owner may open (0600) or,
on Windows, a named pipe. Requests are ``{"op": ...}``; answers carry ``ok`` and either what was
asked for or ``error`` and ``code``.
"""

import asyncio
import hashlib
import json
import os
import socket
import struct
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import DeviceAgentError

Answer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

LINE_BYTES = 64 * 1024 * 1024
"""The longest line: a screenshot travels in one."""

_LONGEST_SOCKET_PATH = 100


class NotRunning(DeviceAgentError):
    """No agent runs on this state directory."""


def door(state_dir: Path) -> str:
    """Say where the agent of a state directory listens."""
    name = hashlib.sha256(str(state_dir.resolve()).encode()).hexdigest()[:24]
    if sys.platform == "win32":
        return rf"\\.\pipe\device-agent-{name}"
    path = str(state_dir.resolve() / "control.sock")
    if len(path.encode()) <= _LONGEST_SOCKET_PATH:
        return path
    # A socket's address holds 108 bytes; a long state directory needs a short stand-in.
    return f"{tempfile.gettempdir()}/device-agent-{os.getuid()}/{name}.sock"


def request(state_dir: Path, question: dict[str, Any], timeout_s: float | None = None) -> Any:  # noqa: ANN401
    """
    Ask the running agent; blocks.

    Args:
        state_dir: Whose agent is meant.
        question: A JSON object with ``op``.
        timeout_s: How long to wait for the answer; None waits for ever.

    Returns:
        The JSON object that was answered.

    Raises:
        NotRunning: Nobody listens there, or the agent went away before it answered.
        TimeoutError: It did not answer in time.

    """
    line = json.dumps(question).encode() + b"\n"
    answer = _exchange(door(state_dir), line, timeout_s)
    if not answer.endswith(b"\n"):
        raise NotRunning("the agent went away before it answered")
    return json.loads(answer)


if sys.platform == "win32":

    def _exchange(path: str, line: bytes, timeout_s: float | None) -> bytes:
        del timeout_s  # A pipe opened as a file has no time limit.
        try:
            with Path(path).open("r+b", buffering=0) as pipe:
                pipe.write(line)
                answer = b""
                while not answer.endswith(b"\n"):
                    answer += pipe.read(65536)
                return answer
        except OSError as error:
            raise NotRunning("no agent is running here") from error

    async def serve(state_dir: Path, answer: Answer) -> None:
        """Answer requests until cancelled."""
        loop = asyncio.get_running_loop()

        def make() -> asyncio.StreamReaderProtocol:
            reader = asyncio.StreamReader(limit=LINE_BYTES)
            return asyncio.StreamReaderProtocol(reader, lambda r, w: _answer_one(r, w, answer))

        (server, *_) = await loop.start_serving_pipe(make, door(state_dir))  # type: ignore[attr-defined]
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()

else:

    def _exchange(path: str, line: bytes, timeout_s: float | None) -> bytes:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(timeout_s)
            try:
                client.connect(path)
                client.sendall(line)
                with client.makefile("rb") as file:
                    return file.readline()
            except TimeoutError:
                raise
            except OSError as error:
                raise NotRunning("no agent is running here") from error

    async def serve(state_dir: Path, answer: Answer) -> None:
        """Answer requests until cancelled. The caller holds the state directory's lock."""
        listener = _bind(Path(door(state_dir)))
        server = await asyncio.start_unix_server(
            lambda r, w: _answer_one(r, w, answer), sock=listener, limit=LINE_BYTES
        )
        async with server:
            await server.serve_forever()

    def _bind(path: Path) -> socket.socket:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What lies there was left by an agent that was killed: we hold its lock.
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        before = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        return listener


async def _answer_one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer
) -> None:
    with suppress(ConnectionError, asyncio.LimitOverrunError, ValueError):
        if _is_owner(writer):
            question = json.loads(await reader.readline())
            if isinstance(question, dict):
                writer.write(json.dumps(await answer(question)).encode() + b"\n")
                await writer.drain()
    writer.close()


def _is_owner(writer: asyncio.StreamWriter) -> bool:
    """Whether the caller is the agent's own user, or root (SO_PEERCRED, unix(7))."""
    if sys.platform != "linux":
        return True
    connection = writer.get_extra_info("socket")
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack(
        "3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
    )
    return uid in {0, os.getuid()}
