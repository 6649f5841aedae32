"""Who is connected to a hub right now."""

from dataclasses import dataclass
from typing import Protocol

from device_agent.protocol.effects import CloseReason
from device_agent.protocol.limits import DEFAULT_FRAME_BYTES
from device_agent.protocol.messages import (
    ClientId,
    ClientType,
    DeviceId,
    Json,
    Register,
    ServerMessage,
)


class Line(Protocol):
    """The open link of one client, as far as the hub's other rooms see it."""

    def say(self, message: ServerMessage) -> None:
        """Put a message on the link; lost without a word when the link is gone."""

    async def answers(self, within_s: float) -> bool:
        """Whether the other end answers a ping in this time."""

    async def hang_up(self, reason: CloseReason) -> None:
        """Close the link; it may be dead already."""


@dataclass(frozen=True, slots=True)
class Client:
    """
    A registered client.

    Attributes:
        client_id: As in REGISTER.
        client_type: Device or constellation.
        line: Its link.
        since_s: When it registered, by the hub's own clock.
        accepts: Names of the extensions that hold on its link; empty for plain AIP.
        platform: ``metadata.platform`` of a device; UFO takes ``windows`` where none is said.
        system_info: ``metadata.system_info`` of a device; None when it said none.
        max_frame_bytes: The largest frame it takes.
        target_id: The only device that a constellation asked for; None: it may name any.

    """

    client_id: ClientId
    client_type: ClientType
    line: Line
    since_s: float
    accepts: tuple[str, ...] = ()
    platform: str | None = None
    system_info: Json = None
    max_frame_bytes: int = DEFAULT_FRAME_BYTES
    target_id: DeviceId | None = None

    @property
    def is_device(self) -> bool:
        """Whether this is a device."""
        return self.client_type == "device"

    @property
    def device_id(self) -> DeviceId:
        """The id by which a device is asked for."""
        return DeviceId(self.client_id)


def client_of(
    register: Register,
    line: Line,
    accepts: tuple[str, ...],
    *,
    since_s: float,
    max_frame_bytes: int | None = None,
) -> Client:
    """Take from a REGISTER what a hub needs to know."""
    said = register.metadata or {}
    is_device = register.client_type == "device"
    platform = said.get("platform")
    return Client(
        client_id=register.client_id,
        client_type=register.client_type,
        line=line,
        since_s=since_s,
        accepts=accepts,
        platform=(platform if isinstance(platform, str) else "windows") if is_device else None,
        system_info=said.get("system_info") if is_device else None,
        max_frame_bytes=max_frame_bytes or DEFAULT_FRAME_BYTES,
        target_id=None if is_device else register.target_id,
    )


class Clients:
    """Registered clients by id; a device and a constellation cannot have the same one."""

    def __init__(self) -> None:
        self._by_id: dict[str, Client] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def put(self, client: Client) -> None:
        """Add a client, or replace what is known of it."""
        self._by_id[client.client_id] = client

    def remove(self, line: Line, client_id: ClientId) -> Client | None:
        """Forget the client of this very link; None when another link has its id by now."""
        known = self._by_id.get(client_id)
        if known is None or known.line is not line:
            return None
        return self._by_id.pop(client_id)

    def find(self, client_id: str | None) -> Client | None:
        """Find a client of either kind."""
        return None if client_id is None else self._by_id.get(client_id)

    def device(self, device_id: str | None) -> Client | None:
        """Find a device that is connected."""
        found = self.find(device_id)
        return found if found is not None and found.is_device else None

    def all(self) -> tuple[Client, ...]:
        """List everybody, in the order in which they came."""
        return tuple(self._by_id.values())
