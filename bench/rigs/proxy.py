"""A TCP proxy whose wire can go dead: both sides stay open, and nothing gets through."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CHUNK_BYTES = 64 * 1024


@dataclass(slots=True)
class Proxy:
    """
    Forwards to a port on loopback.

    Attributes:
        port: Where it listens.
        dead: Whether what comes is swallowed.
        hung_up: Done with the time when a caller has closed a connection that was dead.

    """

    to_port: int
    port: int = 0
    dead: bool = False
    hung_up: asyncio.Future[float] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Proxy"]:
        """Listen while the context lasts."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.dead:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        with contextlib.suppress(OSError):
            async with asyncio.TaskGroup() as group:
                back = group.create_task(self._pump(far_reader, writer))
                await self._pump(reader, far_writer)
                if self.dead and not self.hung_up.done():
                    self.hung_up.set_result(time.perf_counter())
                back.cancel()
        far_writer.transport.abort()
        writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(CHUNK_BYTES):
                if not self.dead:
                    writer.write(chunk)
                    await writer.drain()
