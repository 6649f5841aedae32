"""A hub that speaks plain AIP, asks one COMMAND after the other and keeps the time."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from ..figures import WARM_UP_RUNS, median, p99
from ..row import Measured

Frame = dict[str, Any]

OK = '{"type":"heartbeat","status":"ok","response_id":"h"}'
TAKEN = '{"type":"error","status":"error","error":"Client ID already registered"}'
# REGISTER and HEARTBEAT are shorter. Longer frames are answers, and are not parsed on the way.
LONG_CHARS = 16 * 1024
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What came back for a COMMAND.

    Attributes:
        took_ms: From sending the COMMAND to having its COMMAND_RESULTS as text.
        text: The frame.

    """

    took_ms: float
    text: str

    def results(self) -> list[Frame]:
        """One result per action; raises RuntimeError where one is no success."""
        found: list[Frame] = json.loads(self.text)["action_results"]
        failed = [result.get("error") for result in found if result["status"] != "success"]
        if failed:
            raise RuntimeError(f"an action failed: {failed[0]}")
        return found


@dataclass(slots=True)
class Hub:
    """
    One hub on loopback. It answers REGISTER and HEARTBEAT, and takes any token.

    Attributes:
        port: Where it listens; the same one each time it is opened.
        refusing: Whether REGISTER is refused as "already registered".
        registers: When each REGISTER came, refused ones included, by ``time.perf_counter``.
        admitted: When each REGISTER was taken.

    """

    port: int = 0
    refusing: bool = False
    registers: list[float] = field(default_factory=list)
    admitted: list[float] = field(default_factory=list)
    _link: ServerConnection | None = None
    _answer: asyncio.Future[tuple[float, str]] | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _asked: int = 0

    @property
    def url(self) -> str:
        """Where to dial."""
        return f"ws://127.0.0.1:{self.port}/ws"

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Hub"]:
        """Listen while the context lasts; links end with it, without a goodbye."""
        options: dict[str, Any] = {"max_size": None, "ping_interval": None, "compression": None}
        async with serve(self._serve, "127.0.0.1", self.port, **options) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            yield self
            if self._link is not None:
                self._link.transport.abort()
            self._link = None

    async def registered(self, times: int = 1, patience_s: float = PATIENCE_S) -> float:
        """Wait until REGISTER was taken that often; tell when the last one came."""
        async with asyncio.timeout(patience_s), self._changed:
            await self._changed.wait_for(lambda: len(self.admitted) >= times)
        return self.admitted[-1]

    async def knocked(self, times: int = 1, patience_s: float = PATIENCE_S) -> float:
        """Wait until REGISTER came that often, taken or not; tell when the first one came."""
        async with asyncio.timeout(patience_s), self._changed:
            await self._changed.wait_for(lambda: len(self.registers) >= times)
        return self.registers[0]

    async def ask(self, *actions: Frame) -> Answer:
        """Send one COMMAND and wait for its answer."""
        link = self._link
        if link is None:
            raise RuntimeError("no device is connected")
        self._asked += 1
        text = json.dumps(
            {
                "type": "command",
                "status": "continue",
                "session_id": "bench",
                "response_id": f"r{self._asked}",
                "agent_name": "LinuxAgent",
                "actions": actions,
            }
        )
        self._answer = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await link.send(text)
        async with asyncio.timeout(PATIENCE_S):
            ended, answer = await self._answer
        return Answer((ended - began) * 1000, answer)

    async def measure(self, runs: int, *actions: Frame) -> Measured:
        """Ask the same thing *runs* times; milliseconds."""
        for _ in range(WARM_UP_RUNS):
            (await self.ask(*actions)).results()
        took = []
        for _ in range(runs):
            answer = await self.ask(*actions)
            took.append(answer.took_ms)
        answer.results()
        return Measured(median(took), p99=p99(took), runs=runs)

    async def _serve(self, link: ServerConnection) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for text in link:
                now = time.perf_counter()
                if isinstance(text, str):
                    await self._hear(link, text, now)

    async def _hear(self, link: ServerConnection, text: str, now: float) -> None:
        kind = "command_results" if len(text) > LONG_CHARS else json.loads(text)["type"]
        match kind:
            case "command_results":
                if self._answer is not None and not self._answer.done():
                    self._answer.set_result((now, text))
            case "register":
                await self._admit(link, now)
            case "heartbeat":
                await link.send(OK)
            case _:
                pass

    async def _admit(self, link: ServerConnection, now: float) -> None:
        refused = self.refusing
        await link.send(TAKEN if refused else OK)
        async with self._changed:
            self.registers.append(now)
            if not refused:
                self._link = link
                self.admitted.append(now)
            self._changed.notify_all()
        if refused:
            await link.close()


def action(tool: str, **parameters: Any) -> Frame:  # noqa: ANN401 -- JSON
    """One action of a COMMAND."""
    return {"tool_name": tool, "parameters": parameters, "tool_type": "action", "call_id": tool}
