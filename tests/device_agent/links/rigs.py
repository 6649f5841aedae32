"""Real peers on loopback: hubs, proxies that stall or tunnel, and callers that dial by hand."""

import asyncio
import base64
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.utils import accept_key

from device_agent.links.liveness import Pace

QUICK = Pace(
    ping_after_s=0.2,
    pong_within_s=0.2,
    look_every_s=0.02,
    slowest_bytes_s=400_000.0,
    close_within_s=0.3,
)
"""The usual pace, fifty times as fast."""

Handler = Callable[[ServerConnection], Awaitable[None]]
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


class Hub:
    """A real WebSocket server and what it was asked."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.port = 0
        self.token: str | None = None
        self.looks_at = "query"
        self.refuses_with = 403
        self.answer: Callable[[ServerConnection], Response] | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        self.requests.append(request)
        if self.answer is not None:
            return self.answer(connection)
        if self.token is None:
            return None
        shown = f"token={self.token}" in request.path
        if self.looks_at == "header":
            shown = request.headers.get("Authorization") == f"Bearer {self.token}"
        return None if shown else connection.respond(self.refuses_with, "no\n")


@asynccontextmanager
async def hub(handler: Handler = echo, **options: object) -> AsyncIterator[Hub]:
    """Run a server as UFO's is: it takes its token from the query alone, if it wants one."""
    running = Hub()
    # A hub's own log may show what it likes; tests read ours.
    quiet = logging.Logger("hub", logging.CRITICAL + 1)
    options = {"close_timeout": 0.2, "max_size": 2**27, "logger": quiet, **options}
    async with serve(
        handler, "127.0.0.1", 0, process_request=running.process_request, **options
    ) as server:
        running.port = next(iter(server.sockets)).getsockname()[1]
        yield running


@asynccontextmanager
async def raw_server(
    serve_one: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """Run a TCP server; everything it has open is cut at the end."""
    open_now: set[asyncio.Task[None]] = set()

    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await serve_one(reader, writer)
        finally:
            open_now.discard(task)
            writer.transport.abort()

    plug = socket.socket()
    # Small, or the system would read ahead for a slow reader and hide how slow it is.
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)
    plug.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(guarded, sock=plug, limit=32 * 1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tuple(open_now):
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)
        await server.wait_closed()


class Cable:
    """A TCP proxy that can be cut in the middle: packets stop, and nobody is told."""

    def __init__(self, port: int) -> None:
        self.port = 0
        self.passed = asyncio.Event()
        self.passed.set()
        self._to = port

    def stall(self) -> None:
        self.passed.clear()

    def heal(self) -> None:
        self.passed.set()

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pump(reader, back))
                group.create_task(self._pump(there, writer))
        finally:
            back.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while chunk := await source.read(65536):
            await self.passed.wait()
            sink.write(chunk)
            await sink.drain()
        with contextlib.suppress(OSError):
            sink.write_eof()


@asynccontextmanager
async def cable(port: int) -> AsyncIterator[Cable]:
    wire = Cable(port)
    async with raw_server(wire.serve_one) as wire.port:
        yield wire


class Tunnel:
    """An HTTP proxy that knows CONNECT."""

    def __init__(self) -> None:
        self.port = 0
        self.asked: list[bytes] = []
        self.status = b"200 OK"

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head)
        writer.write(b"HTTP/1.1 " + self.status + b"\r\n\r\n")
        await writer.drain()
        if not self.status.startswith(b"200"):
            return
        target = head.split(b" ")[1].decode()
        wire = Cable(int(target.rpartition(":")[2]))
        await wire.serve_one(reader, writer)


@asynccontextmanager
async def tunnel() -> AsyncIterator[Tunnel]:
    proxy = Tunnel()
    async with raw_server(proxy.serve_one) as proxy.port:
        yield proxy


async def upgrade(port: int, path: str = "/ws", *headers: str, host: str | None = None) -> Stream:
    """Dial by hand, as a browser, an attacker or a slow machine would; the answer is not read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1",
        *([] if host == "" else [f"Host: {host or f'127.0.0.1:{port}'}"]),
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        *headers,
    ]
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    return reader, writer


async def status_of(stream: Stream) -> int:
    """Read the answer's head, hang up and say its status; 0 if there was none."""
    reader, writer = stream
    try:
        head = await reader.readuntil(b"\r\n")
        return int(head.split(b" ")[1])
    except (asyncio.IncompleteReadError, ConnectionError):
        return 0
    finally:
        writer.transport.abort()


async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Upgrade by hand: from then on nothing is read and no ping answered by itself."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    key = next(line[19:] for line in head.split("\r\n") if line.startswith("Sec-WebSocket-Key: "))
    writer.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept_key(key).encode() + b"\r\n\r\n"
    )
    await writer.drain()


def frame(opcode: int, payload: bytes) -> bytes:
    """Make what a server sends."""
    size = len(payload)
    if size < 126:
        return bytes([0x80 | opcode, size]) + payload
    if size < 65536:
        return bytes([0x80 | opcode, 126]) + size.to_bytes(2, "big") + payload
    return bytes([0x80 | opcode, 127]) + size.to_bytes(8, "big") + payload


async def until(ready: Callable[[], bool]) -> None:
    """Let the loop run until something is so; ten seconds are more than enough."""
    async with asyncio.timeout(10):
        while not ready():  # noqa: ASYNC110 -- what is waited for has no event of its own
            await asyncio.sleep(0)
