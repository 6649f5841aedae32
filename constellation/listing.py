"""Ask a hub over HTTP who is connected."""

import asyncio
import http.client
import json
from urllib.parse import urlsplit

from device_agent.errors import LinkRefused, Refusal
from device_agent.protocol.messages import Json

from .selector import DeviceEntry

MAX_LIST_BYTES = 64 * 1024 * 1024
ANSWER_WITHIN_S = 10.0


async def list_devices(hub: str, token: str) -> tuple[DeviceEntry, ...]:
    """
    List the devices that are connected to a hub, in the order in which they came.

    Args:
        hub: ``ws://`` or ``wss://`` URL, as devices dial it.
        token: The hub's.

    Raises:
        LinkRefused: It cannot be reached, is no hub of ours, or refuses the token.

    """
    body = await asyncio.to_thread(_get, hub, token)
    try:
        entries = json.loads(body)["devices"]
        return tuple(_entry(each) for each in entries)
    except (ValueError, KeyError, TypeError):
        raise LinkRefused(
            Refusal.NOT_A_HUB, f"{_label(hub)} does not list devices as a hub of ours does"
        ) from None


def _get(hub: str, token: str) -> bytes:
    parts = urlsplit(hub)
    kind = http.client.HTTPSConnection if parts.scheme == "wss" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=ANSWER_WITHIN_S)
    try:
        connection.request("GET", "/api/clients", headers={"X-API-Key": token})
        answer = connection.getresponse()
        body = answer.read(MAX_LIST_BYTES)
    except (OSError, http.client.HTTPException) as problem:
        cause = getattr(problem, "strerror", None) or "no HTTP answer"
        detail = f"{_label(hub)}: {cause}; check the URL and whether the hub runs"
        raise LinkRefused(Refusal.UNREACHABLE, detail) from None
    finally:
        connection.close()
    if answer.status in {http.HTTPStatus.UNAUTHORIZED, http.HTTPStatus.FORBIDDEN}:
        detail = f"{_label(hub)} refused the token; check --token-file"
        raise LinkRefused(Refusal.CREDENTIALS, detail)
    if answer.status != http.HTTPStatus.OK:
        detail = f"{_label(hub)} is no hub of ours (HTTP {answer.status}); check the URL"
        raise LinkRefused(Refusal.NOT_A_HUB, detail)
    return body


def _entry(said: Json) -> DeviceEntry:
    return DeviceEntry(
        device_id=str(said["device_id"]),
        platform=str(said.get("platform") or ""),
        accepts=tuple(said.get("accepts") or ()),
        connected_s=float(said.get("connected_s") or 0.0),
        system_info=said.get("system_info"),
    )


def _label(hub: str) -> str:
    parts = urlsplit(hub)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
