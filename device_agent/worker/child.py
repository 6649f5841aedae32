"""One worker process as the broker's event loop sees it."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from ..errors import Failure, FrameBroken, ToolError, WorkerLost
from .frames import (
    Bye,
    Decoder,
    Desktop,
    Failed,
    Frame,
    Held,
    Hello,
    Json,
    Pong,
    Returned,
    encode,
)


class Watcher(Protocol):
    """Who wants to know what a worker says of itself."""

    def saw(self, desktop: Desktop) -> None:
        """It has looked at the desktop."""

    def holds(self, held: Held) -> None:
        """Its calls have left these keys and buttons down."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A call that was sent and not answered."""

    tool: str
    since_s: float
    answer: asyncio.Future[Json]


class Child(asyncio.SubprocessProtocol):
    """
    One worker process, from its start to its end. Everything happens on the event loop.

    Attributes:
        ready: Done when the worker takes calls, failed with WorkerLost where it never does.
        gone: Done with a sentence when the process has ended and all it said was heard.
        pending: Calls in hand, the oldest first.
        pid: Of the process, 0 before it runs.

    """

    def __init__(self, watcher: Watcher) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.gone: asyncio.Future[str] = loop.create_future()
        self.pending: dict[str, Pending] = {}
        self.pid = 0
        self._pongs: dict[int, asyncio.Future[None]] = {}
        self._watcher = watcher
        self._decoder = Decoder()
        self._transport: asyncio.SubprocessTransport | None = None
        self._exited = False
        self._silent = False
        self._why = ""

    @property
    def takes_calls(self) -> bool:
        """Whether it is up."""
        return self.ready.done() and not self._exited and not self._why

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio: the process runs."""
        self._transport = cast("asyncio.SubprocessTransport", transport)
        self.pid = self._transport.get_pid()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Asyncio: it said something."""
        if fd != 1:
            return
        try:
            for frame in self._decoder.feed(data):
                self._take(frame)
        except FrameBroken as error:
            self.kill(str(error))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002
        """Asyncio: it will say no more."""
        if fd == 1:
            self._silent = True
            self._kill_group()
            self._lose_if_over()

    def process_exited(self) -> None:
        """Asyncio: it has ended."""
        self._exited = True
        self._lose_if_over()

    def send(self, frame: Frame) -> None:
        """Put a frame on the stream; nothing happens where the process has ended."""
        pipe = self._stdin()
        if pipe is not None and not pipe.is_closing():
            pipe.write(encode(frame))

    def expect(self, call_id: str, tool: str) -> asyncio.Future[Json]:
        """The future answer to a call that is about to be sent."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Json] = loop.create_future()
        self.pending[call_id] = Pending(tool, loop.time(), answer)
        return answer

    def expect_pong(self, number: int) -> asyncio.Future[None]:
        """The future answer to a ping that is about to be sent."""
        return self._pongs.setdefault(number, asyncio.get_running_loop().create_future())

    def close(self) -> None:
        """Close the stream: the worker tidies up and ends."""
        self._why = self._why or "the agent is stopping"
        pipe = self._stdin()
        if pipe is not None:
            pipe.close()

    def kill(self, why: str) -> None:
        """End the process at once, for this reason. Its commands are in sessions of their own."""
        self._why = self._why or why
        self._kill_group()

    def abandon(self) -> None:
        """Kill the process if it still runs, and wait for nothing any more."""
        self._kill_group()
        if self._transport is not None:
            self._transport.close()

    def _stdin(self) -> asyncio.WriteTransport | None:
        pipe = None if self._transport is None else self._transport.get_pipe_transport(0)
        return cast("asyncio.WriteTransport | None", pipe)

    def _kill_group(self) -> None:
        if self._exited or self._transport is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if sys.platform == "win32":
                self._transport.kill()
            else:
                os.killpg(self.pid, signal.SIGKILL)

    def _take(self, frame: Frame) -> None:
        match frame:
            case Returned(call_id, value):
                self._answer(call_id, lambda answer: answer.set_result(value))
            case Failed():
                error = ToolError(Failure(frame.failure), frame.detail, value=frame.value)
                self._answer(frame.call_id, lambda answer: answer.set_exception(error))
            case Hello():
                _settle(self.ready)
            case Held():
                self._watcher.holds(frame)
            case Desktop():
                self._watcher.saw(frame)
            case Pong(number):
                _settle(self._pongs.pop(number, None))
            case Bye(reason):
                self._why = reason
            case _:
                pass

    def _answer(self, call_id: str, settle: Callable[[asyncio.Future[Json]], None]) -> None:
        pending = self.pending.pop(call_id, None)
        if pending is not None and not pending.answer.done():
            settle(pending.answer)

    def _lose_if_over(self) -> None:
        if not (self._exited and self._silent) or self.gone.done():
            return
        code = None if self._transport is None else self._transport.get_returncode()
        reason = self._why or _how(code)
        self.gone.set_result(reason)
        waiting = [*(each.answer for each in self.pending.values()), *self._pongs.values()]
        self.pending.clear()
        self._pongs.clear()
        for future in (*waiting, self.ready):
            if not future.done():
                future.set_exception(WorkerLost(reason))
                # Whoever gave up waiting has said so; the loop need not complain for it.
                future.exception()
        if self._transport is not None:
            self._transport.close()


def _settle(future: asyncio.Future[None] | None) -> None:
    if future is not None and not future.done():
        future.set_result(None)


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"the desktop process was ended by signal {-code}"
    return f"the desktop process ended with exit code {code}"
