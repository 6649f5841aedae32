"""A link over one WebSocket connection, whichever side opened it."""

import asyncio
import logging
import socket
import struct
from typing import cast

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed
from websockets.frames import CTRL_OPCODES, Frame, Opcode
from websockets.protocol import Event, State

from ..errors import LinkClosed
from . import tcp
from .liveness import BACKLOG_BYTES, Liveness, Pace, Sample, Verdict

MAX_FRAME_BYTES = 16 * 1024 * 1024
"""Largest frame that is taken by default, in bytes; AIP itself allows 100 MiB."""

MAX_QUEUED_FRAMES = 4
"""Frames that wait to be received before the socket is no longer read; each may be large."""

SILENT = logging.Logger("silent", logging.CRITICAL + 1)
"""For the library: its own lines repeat the request with its token, and the frames."""

_LONGEST_REASON_BYTES = 120
_log = logging.getLogger(__name__)


class Metered(Connection):
    """A connection that tells what comes in over it."""

    heard_s = 0.0
    """When anything came last, by the loop's clock."""

    payload_bytes = 0
    """What came so far, without pings, pongs and close frames."""

    last_pong = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        plug = transport.get_extra_info("socket")
        if plug is not None and plug.family in {socket.AF_INET, socket.AF_INET6}:
            # asyncio does so itself only for sockets that name their protocol; those accepted
            # on a socket bound beforehand do not, and then every second frame waits 40 ms.
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self.heard_s = self.loop.time()
        self.payload_bytes += len(data)
        super().data_received(data)

    def process_event(self, event: Event) -> None:
        if isinstance(event, Frame) and event.opcode in CTRL_OPCODES:
            mask_bytes = 4 if isinstance(self, ServerConnection) else 0
            self.payload_bytes -= 2 + mask_bytes + len(event.data)
            if event.opcode is Opcode.PONG:
                self.last_pong = bytes(event.data)
        super().process_event(event)


class MeteredClient(Metered, ClientConnection):
    """The side that dialled."""


class MeteredServer(Metered, ServerConnection):
    """The side that was dialled."""


class WebSocketLink:
    """
    Carries text frames over an open connection, and ends it when the peer is gone.

    Args:
        connection: Open, with the library's own keepalive off.
        peer_label: For people; contains no query.
        pace: How patient to be.

    """

    def __init__(self, connection: Metered, peer_label: str, pace: Pace) -> None:
        self.peer_label = peer_label
        self._connection = connection
        self._pace = pace
        self._loop = asyncio.get_running_loop()
        self._liveness = Liveness(pace, self._loop.time())
        self._sent_bytes = 0
        self._read_bytes = 0
        self._question: tuple[bytes, int] | None = None
        self._questions = 0
        self._drained_bytes = 0
        # What the handshake took is nobody's payload.
        self._before_bytes = connection.payload_bytes
        self._moved_bytes = 0
        self._closing_since_s: float | None = None
        self._gone: LinkClosed | None = None
        self._timer = self._loop.call_later(pace.look_every_s, self._look)

    @property
    def moved_bytes(self) -> int:
        self._sample()
        moved = self._connection.payload_bytes - self._before_bytes + self._drained_bytes
        self._moved_bytes = max(self._moved_bytes, moved)
        return self._moved_bytes

    @property
    def is_backlogged(self) -> bool:
        self._sample()
        return self._sent_bytes - self._read_bytes >= BACKLOG_BYTES

    async def receive(self) -> str | bytes:
        try:
            return await self._connection.recv()
        except ConnectionClosed as closed:
            raise self._end(closed) from None

    async def send(self, text: str, *, more: bool = False) -> None:
        payload = text.encode()
        if more:
            tcp.hold(self._connection.transport, on=True)
        self._sent_bytes += len(payload)
        try:
            await self._connection.send(payload, text=True)
        except ConnectionClosed as closed:
            raise self._end(closed) from None

    async def ping(self) -> None:
        try:
            pong = await self._connection.ping()
            tcp.hold(self._connection.transport, on=False)
            await pong
        except ConnectionClosed as closed:
            raise self._end(closed) from None

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self._timer.cancel()
        short = reason.encode()[:_LONGEST_REASON_BYTES].decode(errors="ignore")
        try:
            # Twice: once for what still has to drain, once for the handshake itself.
            async with asyncio.timeout(2 * self._pace.close_within_s):
                await self._connection.close(code, short)
        except TimeoutError:
            _log.debug("%s does not take our goodbye", self.peer_label)
        finally:
            self._connection.transport.abort()

    def _look(self) -> None:
        state = self._connection.state
        if state is State.CLOSED:
            return
        now_s = self._loop.time()
        if state is State.OPEN:
            self._judge(now_s)
        else:
            self._limit_closing(now_s)
        self._timer = self._loop.call_later(self._pace.look_every_s, self._look)

    def _judge(self, now_s: float) -> None:
        match self._liveness.look(now_s, self._sample()):
            case Verdict.PING:
                self._ask()
            case Verdict.DEAD:
                silent_s = now_s - self._connection.heard_s
                self._gone = LinkClosed(1006, f"nothing heard for {silent_s:.0f} s")
                _log.info("%s: %s", self.peer_label, self._gone)
                self._connection.transport.abort()
            case Verdict.WAIT:
                pass

    def _limit_closing(self, now_s: float) -> None:
        # The library watches its deadline only while somebody sends.
        if self._closing_since_s is None:
            self._closing_since_s = now_s
        elif now_s - self._closing_since_s >= self._pace.close_within_s:
            self._connection.transport.abort()

    def _ask(self) -> None:
        self._questions += 1
        question = struct.pack("!Q", self._questions)
        self._question = (question, self._sent_bytes)
        # Not ping(): that would wait behind a backlog, and its answer needs somebody to await it.
        self._connection.protocol.send_ping(question)
        self._connection.send_data()

    def _sample(self) -> Sample:
        connection = self._connection
        if self._question is not None and connection.last_pong == self._question[0]:
            self._take_answer(self._question[1])
        out_bytes, unacknowledged_s = self._out()
        return Sample(
            heard_s=connection.heard_s,
            out_bytes=out_bytes,
            unread_bytes=self._sent_bytes - self._read_bytes,
            queued_bytes=connection.transport.get_write_buffer_size(),
            is_deaf=not connection.transport.is_reading(),
            unacknowledged_s=unacknowledged_s,
        )

    def _take_answer(self, asked_at_bytes: int) -> None:
        read_bytes = asked_at_bytes - self._read_bytes
        if read_bytes >= BACKLOG_BYTES:
            self._drained_bytes += read_bytes
        self._read_bytes = asked_at_bytes
        self._question = None
        self._liveness.answered()

    def _out(self) -> tuple[int, float]:
        transport = self._connection.transport
        plug = cast("socket.socket | None", transport.get_extra_info("socket"))
        known = None if plug is None else tcp.sent(plug)
        if known is not None:
            return known.acknowledged_bytes, known.unacknowledged_s
        return self._sent_bytes - transport.get_write_buffer_size(), 0.0

    def _end(self, closed: ConnectionClosed) -> LinkClosed:
        """Say in our words how the connection ended."""
        if self._gone is not None:
            return self._gone
        if closed.rcvd is not None:
            return LinkClosed(closed.rcvd.code, closed.rcvd.reason)
        if closed.sent is not None:
            # Ours, not the peer's: 1009 here means that *its* frame was too large.
            return LinkClosed(1006, f"closed by us ({closed.sent.code}) {closed.sent.reason}")
        return LinkClosed(1006, _why(closed.__cause__))


def _why(cause: BaseException | None) -> str:
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return "the peer hung up without a goodbye"
