"""
The local door: commands on this machine talk to the agent that runs here.

One JSON object a line, one line back, over a Unix socket that only the owner may open (0600) or,
on Windows, a named pipe. Requests are ``{"op": ...}``; answers carry ``ok`` and either what was
asked for or ``error`` and ``code``.
"""

import asyncio
import hashlib
import json
import logging
import os
import socket
import struct
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ..errors import ConfigError, DeviceAgentError, Failure

log = logging.getLogger(__name__)

Answer = Callable[[dict[str, Any]], Coroutine[Any, Any, dict[str, Any]]]

LINE_BYTES = 64 * 1024 * 1024
"""The longest line: a screenshot travels in one."""

_LONGEST_SOCKET_PATH = 100
_OURS_ALONE = 0o600


class NotRunning(DeviceAgentError):
    """No agent runs on this state directory."""


class AnswerLost(DeviceAgentError):
    """The agent went away before it answered; what was asked for may have happened."""


def door(state_dir: Path) -> str:
    """Say where the agent of a state directory listens."""
    if sys.platform == "win32":
        name = hashlib.sha256(str(state_dir.resolve()).encode()).hexdigest()[:24]
        return rf"\\.\pipe\device-agent-{name}"
    return str(state_dir.resolve() / "control.sock")


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
        NotRunning: Nobody listens there.
        AnswerLost: Somebody did, and went away before the answer.
        TimeoutError: It did not answer in time.

    """
    line = json.dumps(question).encode() + b"\n"
    answer = _exchange(door(state_dir), line, timeout_s)
    if not answer.endswith(b"\n"):
        raise AnswerLost("the agent went away before it answered; what was asked may have happened")
    return json.loads(answer)


if sys.platform == "win32":

    def _exchange(path: str, line: bytes, timeout_s: float | None) -> bytes:
        del timeout_s  # A pipe opened as a file has no time limit.
        try:
            pipe = Path(path).open("r+b", buffering=0)  # noqa: SIM115 -- closed below
        except OSError as error:
            raise NotRunning("no agent is running here") from error
        answer = b""
        with pipe, suppress(OSError):
            pipe.write(line)
            while not answer.endswith(b"\n"):
                more = pipe.read(65536)
                if not more:
                    break
                answer += more
        return answer

    async def _listen(path: str, take: Callable[..., None]) -> Callable[[], None]:
        loop = asyncio.get_running_loop()

        def make() -> asyncio.StreamReaderProtocol:
            return asyncio.StreamReaderProtocol(asyncio.StreamReader(limit=LINE_BYTES), take)

        (server, *_) = await loop.start_serving_pipe(make, path)  # type: ignore[attr-defined]
        close: Callable[[], None] = server.close
        return close

else:

    def _exchange(path: str, line: bytes, timeout_s: float | None) -> bytes:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(timeout_s)
            try:
                with _address(Path(path)) as address:
                    client.connect(address)
            except TimeoutError:
                raise
            except OSError as error:
                raise NotRunning("no agent is running here") from error
            try:
                client.sendall(line)
                with client.makefile("rb") as file:
                    return file.readline()
            except ConnectionError:
                return b""

    async def _listen(path: str, take: Callable[..., None]) -> Callable[[], None]:
        server = await asyncio.start_unix_server(take, sock=_bind(Path(path)), limit=LINE_BYTES)
        return server.close

    def _bind(path: Path) -> socket.socket:
        # Made under another name and put in the place of what an agent that was killed left
        # there: we hold its lock. So whoever sees the door can knock.
        draft = path.with_name(path.name + ".new")
        draft.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        try:
            with _address(draft) as address:
                listener.bind(address)
            draft.chmod(_OURS_ALONE)
            listener.listen()
            draft.replace(path)
        except BaseException:
            listener.close()
            raise
        return listener

    @contextmanager
    def _address(path: Path) -> Iterator[str]:
        """Have an address for a path: one holds 107 bytes, a state directory's name may be long."""
        if sys.platform != "linux" or len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            yield str(path)
            return
        directory = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            yield f"/proc/self/fd/{directory}/{path.name}"
        finally:
            os.close(directory)


async def serve(state_dir: Path, answer: Answer) -> None:
    """
    Answer requests until cancelled. The caller holds the state directory's lock.

    Raises:
        ConfigError: Nothing can listen there.

    """
    async with asyncio.TaskGroup() as group:

        def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            talk = group.create_task(_converse(reader, writer, answer), name="local caller")
            talk.add_done_callback(lambda _: writer.close())

        try:
            close = await _listen(door(state_dir), take)
        except OSError as error:
            message = f"the local door {door(state_dir)} cannot be opened: {error}"
            raise ConfigError(message, hint="choose another --state-dir") from error
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            close()


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer
) -> None:
    try:
        if _is_owner(writer):
            said = await _reply(reader, answer)
            if said is not None:
                writer.write(json.dumps(said).encode() + b"\n")
                await writer.drain()
    except ConnectionError:
        pass  # Nobody is left to be told.
    except Exception:  # the wall between one local caller and the agent
        log.exception("a local request failed inside the agent")
        writer.write(json.dumps(_refused(Failure.FAILED, _FAULT)).encode() + b"\n")


async def _reply(reader: asyncio.StreamReader, answer: Answer) -> dict[str, Any] | None:
    """Read a question and answer it; None when the caller has hung up before."""
    try:
        question = json.loads(await reader.readline())
    except ValueError as error:
        return _refused(Failure.BAD_ARGUMENTS, f"a request is one line of JSON: {error}")
    if not isinstance(question, dict):
        return _refused(Failure.BAD_ARGUMENTS, "a request is a JSON object")
    async with asyncio.TaskGroup() as group:
        answering = group.create_task(answer(question), name="answer")
        leaving = group.create_task(_hung_up(reader), name="caller")
        await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        answering.cancel()  # Nobody waits for it; one that is done does not mind.
    return None if answering.cancelled() else answering.result()


async def _hung_up(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        while await reader.read(4096):
            pass


def _refused(failure: Failure, error: str) -> dict[str, Any]:
    return {"ok": False, "failure": failure.value, "error": error}


_FAULT = "a fault in the agent; see its log"


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
