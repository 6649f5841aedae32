"""
What a hub tells over HTTP, beside the WebSocket. Pure.

``/api/health`` needs no token and tells nothing but that somebody is there. ``/api/clients`` gives
``online_clients`` (ids of devices and constellations, as UFO's server does) and ``devices`` (one
object each: device_id, platform, accepts, connected_s, system_info).
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from device_agent.protocol.messages import Json

from .clients import Client, Clients

PREFIX = "/api/"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer whose body is JSON."""

    status: HTTPStatus
    body: Json


class Api:
    """
    Answers what is asked under ``/api/``.

    Args:
        clients: Who is connected.
        clock: Seconds of the clock by which clients registered.

    """

    def __init__(self, clients: Clients, clock: Callable[[], float]) -> None:
        self._clients = clients
        self._clock = clock

    def answer(self, target: str, *, is_trusted: bool) -> Answer:
        """
        Answer a GET.

        Args:
            target: Path and query as requested.
            is_trusted: Whether the right token came with it.

        """
        path = urlsplit(target).path.rstrip("/")
        if path == "/api/health":
            return Answer(HTTPStatus.OK, {"status": "healthy"})
        if not is_trusted:
            detail = "send the hub's token as X-API-Key or as Authorization: Bearer"
            return Answer(HTTPStatus.UNAUTHORIZED, {"detail": detail})
        if path == "/api/clients":
            return Answer(HTTPStatus.OK, self._list())
        return Answer(HTTPStatus.NOT_FOUND, {"detail": "there are /api/health and /api/clients"})

    def _list(self) -> dict[str, Json]:
        everybody = self._clients.all()
        return {
            "online_clients": [client.client_id for client in everybody],
            "devices": [self._device(client) for client in everybody if client.is_device],
        }

    def _device(self, client: Client) -> dict[str, Json]:
        return {
            "device_id": client.device_id,
            "platform": client.platform,
            "accepts": list(client.accepts),
            "connected_s": round(self._clock() - client.since_s, 1),
            "system_info": client.system_info,
        }
