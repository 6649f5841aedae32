"""Clients that speak AIP as plain JSON over plain websockets, as UFO's do: no code of ours."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from device_agent.protocol.messages import Json

TOKEN = "the-token-of-these-tests"
WALL = "2026-01-02T03:04:05+00:00"
WITHIN_S = 10.0

OPTIONAL = (
    "target_id", "session_id", "task_name", "request", "action_results", "request_id",
    "prev_response_id", "error", "metadata",
)  # fmt: skip
"""UFO's clients write every optional field, as null."""


def wall_clock() -> str:
    return WALL


class Raw:
    """One connection."""

    def __init__(self, connection: ClientConnection, client_id: str, client_type: str) -> None:
        self.connection = connection
        self.client_id = client_id
        self.client_type = client_type

    async def say(self, kind: str, **fields: Json) -> None:
        """Send a message in the form that UFO's clients give it."""
        frame = {
            "type": kind,
            "status": "ok",
            "client_type": self.client_type,
            "client_id": self.client_id,
            "timestamp": WALL,
            **dict.fromkeys(OPTIONAL),
            **fields,
        }
        await self.connection.send(json.dumps(frame))

    async def hear(self) -> dict[str, Json]:
        """Wait for the next message."""
        async with asyncio.timeout(WITHIN_S):
            frame = json.loads(await self.connection.recv())
        assert isinstance(frame, dict)
        return frame

    async def hear_of(self, kind: str) -> dict[str, Json]:
        """Wait for the next message, which is of this kind."""
        frame = await self.hear()
        assert frame["type"] == kind, frame
        return frame

    async def register(self, **metadata: Json) -> dict[str, Json]:
        """Say REGISTER; give the answer."""
        await self.say("register", metadata={"platform": "linux", **metadata})
        return await self.hear()

    async def closed(self) -> int:
        """Wait for the end; give the close code, 1006 without one."""
        async with asyncio.timeout(WITHIN_S):
            try:
                while True:
                    await self.connection.recv()
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd is not None else 1006


@asynccontextmanager
async def raw(url: str, client_id: str, client_type: str = "device") -> AsyncIterator[Raw]:
    """Connect as UFO's clients do: the token in the query."""
    async with connect(f"{url}?token={TOKEN}", proxy=None) as connection:
        yield Raw(connection, client_id, client_type)
