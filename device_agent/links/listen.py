"""Let constellations dial us, as Galaxy does: any path, several at once, never without a token."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from ..errors import ConfigError, LinkClosed
from .base import Link
from .door import Door, Knock
from .liveness import Pace
from .tls import server_context
from .urls import is_loopback
from .websocket import MAX_FRAME_BYTES, MAX_QUEUED_FRAMES, SILENT, MeteredServer, WebSocketLink

OnLink = Callable[[Link], Awaitable[None]]
"""Serves one link until it ends."""

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
MAX_STRANGERS = 8
"""Connections that have not shown a token yet; more are dropped. With TLS they count from the
end of its handshake, which has a deadline of its own."""

MAX_REQUEST_BYTES = 8 * 1024
"""What a stranger may send before it has shown a token; Galaxy's request has 300 bytes."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ListenSettings:
    """
    Where to listen and whom to let in.

    Attributes:
        host: Which address to bind; another than loopback has to be asked for by name.
        port: 0 takes a free one.
        token: What every caller has to show, from this machine too.
        query_token: Whether ``?token=`` will do beside ``Authorization: Bearer``.
        allowed_hosts: Names under which callers reach us, beside loopback and ``host``.
        cert_file: Turns on TLS; PEM.
        key_file: Its key, if it is not in the same file.
        handshake_within_s: How long a caller may take until it has shown its token.
        max_frame_bytes: Larger frames end a link (1009).
        pace: How patient links are.

    """

    port: int
    token: SecretStr
    host: str = "127.0.0.1"
    query_token: bool = True
    allowed_hosts: tuple[str, ...] = ()
    cert_file: Path | None = None
    key_file: Path | None = None
    handshake_within_s: float = 5.0
    max_frame_bytes: int = MAX_FRAME_BYTES
    pace: Pace = field(default_factory=Pace)


@asynccontextmanager
async def listen(settings: ListenSettings, on_link: OnLink) -> AsyncIterator[int]:
    """
    Listen while the context lasts; every link that is still open at its end is closed (1001).

    Args:
        settings: Where, and for whom.
        on_link: Awaited for each link, beside the others.

    Yields:
        The port.

    Raises:
        ConfigError: The port is taken, the address is not ours, a file is unusable, no token.

    """
    if not settings.token.get_secret_value():
        raise ConfigError("a listener needs a token", hint="name a file with --token-file")
    if not is_loopback(settings.host) and settings.cert_file is None:
        _log.warning("listening on %s without TLS: the token can be overheard", settings.host)
    tls = None
    if settings.cert_file is not None:
        tls = server_context(settings.cert_file, settings.key_file)
    plug = await _bind(settings)
    port = plug.getsockname()[1]
    reception = Reception(settings, _door(settings, port), on_link)
    async with reception.opened(plug, tls):
        yield port


class _Guarded(MeteredServer):
    """A connection that stays a stranger until it is let in."""

    def __init__(self, reception: "Reception", *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._reception = reception

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if not self._reception.entered(self):
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self.request is None and self.payload_bytes + len(data) > MAX_REQUEST_BYTES:
            self.transport.abort()
            return
        super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._reception.left(self)
        super().connection_lost(exc)


class Reception:
    """
    Everyone at the door or inside it.

    Args:
        settings: Where, and for whom.
        door: Decides.
        on_link: Serves those who are in.

    """

    def __init__(self, settings: ListenSettings, door: Door, on_link: OnLink) -> None:
        self._settings = settings
        self._door = door
        self._on_link = on_link
        self._strangers: set[_Guarded] = set()
        self._links: set[WebSocketLink] = set()

    @asynccontextmanager
    async def opened(self, plug: socket.socket, tls: ssl.SSLContext | None) -> AsyncIterator[None]:
        """Take callers on a bound socket while the context lasts."""
        settings = self._settings
        server = await serve(
            self._serve,
            sock=plug,
            ssl=tls,
            compression=None,
            process_request=self._process_request,
            server_header=None,
            open_timeout=settings.handshake_within_s,
            ping_interval=None,
            close_timeout=settings.pace.close_within_s,
            max_size=settings.max_frame_bytes,
            max_queue=MAX_QUEUED_FRAMES,
            logger=SILENT,
            create_connection=partial(_Guarded, self),  # type: ignore[arg-type]
        )
        try:
            yield
        finally:
            await self._close(server)

    def entered(self, stranger: _Guarded) -> bool:
        """Count a new connection; False if there are too many."""
        if len(self._strangers) >= MAX_STRANGERS:
            return False
        self._strangers.add(stranger)
        return True

    def left(self, stranger: _Guarded) -> None:
        """Forget a connection that is in, or gone."""
        self._strangers.discard(stranger)

    def _process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        address = _ip(connection.remote_address)
        knock = Knock(
            request.path, _by_name(request.headers), address, _ip(connection.local_address)
        )
        refused = self._door.judge(knock, connection.loop.time())
        if refused is None:
            return None
        _log.warning("refused %s: %s (HTTP %d)", address, refused.reason, refused.status)
        response = connection.respond(refused.status, f"{refused.reason}\n")
        if refused.retry_after_s is not None:
            response.headers["Retry-After"] = str(refused.retry_after_s)
        if refused.status == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
        return response

    async def _serve(self, connection: ServerConnection) -> None:
        assert isinstance(connection, _Guarded)  # noqa: S101 -- for the type checker
        self.left(connection)
        host, port = connection.remote_address[:2]
        link = WebSocketLink(connection, f"{host}:{port}", self._settings.pace)
        self._links.add(link)
        try:
            await self._on_link(link)
        except LinkClosed:
            pass
        except Exception:  # noqa: BLE001 -- the wall between one caller's link and all others
            _log.exception("serving %s failed", link.peer_label)
        finally:
            self._links.discard(link)
            await link.close()

    async def _close(self, server: Server) -> None:
        server.close(close_connections=False)
        for stranger in tuple(self._strangers):
            stranger.transport.abort()
        async with asyncio.TaskGroup() as group:
            for link in tuple(self._links):
                group.create_task(link.close(1001, "stopping"), name=f"close {link.peer_label}")
        await server.wait_closed()


def _door(settings: ListenSettings, port: int) -> Door:
    return Door(
        settings.token.get_secret_value(),
        query_token=settings.query_token,
        hosts=(*LOOPBACK_NAMES, settings.host, *settings.allowed_hosts),
        port=port,
        default_port=443 if settings.cert_file is not None else 80,
    )


async def _bind(settings: ListenSettings) -> socket.socket:
    where = f"{settings.host}:{settings.port}"
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return socket.create_server(found[0][4][:2], family=found[0][0])
    except OSError as error:
        raise _unusable(where, error) from None


def _unusable(where: str, error: OSError) -> ConfigError:
    if error.errno == errno.EADDRINUSE:
        return ConfigError(
            f"{where} is in use by another program",
            hint="stop that program, or listen on another port: --listen HOST:PORT",
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return ConfigError(f"{where} may not be bound by this user", hint="use a port above 1023")
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return ConfigError(f"{where} is no address of this machine", hint="use 127.0.0.1:PORT")
    return ConfigError(f"cannot listen on {where}: {error.strerror}")


def _by_name(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers.raw_items():
        found.setdefault(name.lower(), []).append(value)
    return found


def _ip(address: Any) -> str:  # noqa: ANN401 -- what the socket module calls an address
    return str(address[0]) if isinstance(address, tuple) else ""
