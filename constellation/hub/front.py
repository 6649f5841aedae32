"""The port of a hub: who is let through to the WebSocket, and what HTTP gets."""

import asyncio
import errno
import json
import logging
import socket
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from device_agent.errors import ConfigError
from device_agent.links.websocket import MeteredServer

from .api import PREFIX, Answer, Api
from .gate import Caller, Gate

log = logging.getLogger(__name__)

WS_PATH = "/ws"


class Front:
    """
    Answers requests before there is a WebSocket.

    Args:
        gate: Decides who comes in.
        api: Answers what is no WebSocket.

    """

    def __init__(self, gate: Gate, api: Api) -> None:
        self._gate = gate
        self._api = api
        self._strangers: set[Visitor] = set()

    def entered(self, visitor: "Visitor") -> None:
        """Note somebody who has said nothing yet."""
        self._strangers.add(visitor)

    def left(self, visitor: "Visitor") -> None:
        """Forget somebody who is in, or gone."""
        self._strangers.discard(visitor)

    def turn_out(self) -> None:
        """Drop everybody who has said nothing yet."""
        for visitor in tuple(self._strangers):
            visitor.transport.abort()

    def answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer a request; None opens a WebSocket."""
        local = connection.local_address
        caller = Caller(
            request.path,
            _by_name(request.headers),
            str(local[0]) if isinstance(local, tuple) else "",
        )
        strange = self._gate.stranger(caller)
        if strange is not None:
            return _refused(connection, strange)
        path = urlsplit(request.path).path
        if path.startswith(PREFIX):
            is_trusted = self._gate.trusts(caller, as_device=False)
            return _response(self._api.answer(request.path, is_trusted=is_trusted))
        if not self._gate.trusts(caller, as_device=True):
            return _refused(connection, "the token is missing or wrong")
        if path.rstrip("/") != WS_PATH:
            detail = f"devices and constellations connect to {WS_PATH}"
            return _response(Answer(HTTPStatus.NOT_FOUND, {"detail": detail}))
        return None


class Visitor(MeteredServer):
    """A connection that the front knows of until it is in, or gone."""

    def __init__(self, front: Front, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- passed on
        super().__init__(*args, **kwargs)
        self._front = front

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._front.entered(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._front.left(self)
        super().connection_lost(exc)


async def bind(host: str, port: int) -> socket.socket:
    """
    Take a port.

    Raises:
        ConfigError: It is taken, or no port of this machine; says what to try.

    """
    where = f"{host}:{port}"
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        return socket.create_server(found[0][4][:2], family=found[0][0], backlog=1024)
    except OSError as error:
        raise _unusable(where, error) from None


def _unusable(where: str, error: OSError) -> ConfigError:
    if error.errno == errno.EADDRINUSE:
        hint = "stop the other program, or take another port with --port N (0: any free one)"
        return ConfigError(f"{where} is in use by another program", hint=hint)
    if error.errno in {errno.EACCES, errno.EPERM}:
        hint = "use a port above 1023 with --port N"
        return ConfigError(f"{where} may not be bound by this user", hint=hint)
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        hint = "use --host 127.0.0.1"
        return ConfigError(f"{where} is no address of this machine", hint=hint)
    return ConfigError(f"cannot listen on {where}: {error.strerror}", hint="try another --port")


def _refused(connection: ServerConnection, reason: str) -> Response:
    address = connection.remote_address
    log.warning("refused %s: %s", address[0] if address else "somebody", reason)
    return _response(Answer(HTTPStatus.FORBIDDEN, {"detail": reason}))


def _response(answer: Answer) -> Response:
    body = json.dumps(answer.body).encode()
    headers = Headers()
    headers["Content-Type"] = "application/json"
    headers["Content-Length"] = str(len(body))
    headers["Connection"] = "close"
    return Response(answer.status.value, answer.status.phrase, headers, body)


def _by_name(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers.raw_items():
        found.setdefault(name.lower(), []).append(value)
    return found
