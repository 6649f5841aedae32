"""One link of a hub: its session, its driver, and the client at the other end."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from device_agent.driver.core import Driver, Home
from device_agent.driver.ports import Tell
from device_agent.errors import LinkClosed, LocalProtocolError
from device_agent.links.base import Link
from device_agent.protocol.codec import decode_client
from device_agent.protocol.effects import CloseReason
from device_agent.protocol.events import Admitted, Rejected, Say, Stopping
from device_agent.protocol.hub import HubSession
from device_agent.protocol.limits import Limits
from device_agent.protocol.messages import FromClient, Json, Message, Register, ServerMessage

from .clients import Client, Clients, client_of
from .relay import Relay

log = logging.getLogger(__name__)

ALREADY_REGISTERED = "client_id {!r} is already registered; duplicate registrations are not allowed"


@dataclass(frozen=True, slots=True)
class Rooms:
    """
    What all lines of a hub share.

    Attributes:
        clients: Who is connected.
        relay: Who is told what.
        accepts: The extensions this hub takes, as it says them.
        clock: Seconds; never jumps.
        wall_clock: ISO 8601 in UTC, for the messages.
        answer_within_s: How long a link whose id a newcomer claims has to prove that it lives.
        limits: How much of a frame is looked at.

    """

    clients: Clients
    relay: Relay
    accepts: Mapping[str, Json]
    clock: Callable[[], float]
    wall_clock: Callable[[], str]
    answer_within_s: float
    limits: Limits


class HubLine:
    """
    Stands behind the session of one link; its client is spoken to here.

    Args:
        rooms: What all lines share.
        link: Open.
        name: Unique in all runs of this hub; response ids begin with it.
        contests: Where the question who may have an id is settled; ends with the link.

    """

    def __init__(self, rooms: Rooms, link: Link, name: str, contests: asyncio.TaskGroup) -> None:
        self._rooms = rooms
        self._link = link
        self._contests = contests
        self._register: Register | None = None
        decode = partial(decode_client, limits=rooms.limits)
        home = Home(decode=decode, clock=rooms.wall_clock, owner=self)
        self.driver = Driver(HubSession(name), home)

    def say(self, message: ServerMessage) -> None:
        self.driver.tell(Say(message))

    async def answers(self, within_s: float) -> bool:
        try:
            async with asyncio.timeout(within_s):
                await self._link.ping()
        except (TimeoutError, LinkClosed):
            return False
        return True

    async def hang_up(self, reason: CloseReason) -> None:
        await self._link.close(1000, reason.value)

    def stop(self) -> None:
        """Say goodbye: the hub stops."""
        self.driver.tell(Stopping())

    def gone(self) -> None:
        """Hear that the link has ended."""
        client = self._client
        if client is not None:
            log.info("%s %r is gone", client.client_type, client.client_id)
            self._rooms.relay.left(client)

    def admit(self, register: Register, tell: Tell) -> None:
        self._register = register
        if self._rooms.clients.find(register.client_id) is None:
            self._judge(register, tell)
        else:
            name = f"contest of {self._link.peer_label}"
            self._contests.create_task(self._contest(register, tell), name=name)

    def opened(self, accepts: tuple[str, ...], max_frame_bytes: int | None) -> None:
        if self._register is None:
            raise LocalProtocolError("opened before REGISTER")
        client = client_of(
            self._register,
            self,
            accepts,
            since_s=self._rooms.clock(),
            max_frame_bytes=max_frame_bytes,
        )
        log.info("%s %r from %s", client.client_type, client.client_id, self._link.peer_label)
        self._rooms.relay.came(client)

    def deliver(self, message: Message) -> None:
        client = self._client
        if client is None:
            return  # Another link has this id by now; this one is being closed.
        if not isinstance(message, FromClient):
            raise LocalProtocolError(f"a client never says {type(message).__name__}")
        self._rooms.relay.heard(client, message)

    @property
    def _client(self) -> Client | None:
        """The client of this very link, as the hub knows it now."""
        if self._register is None:
            return None
        found = self._rooms.clients.find(self._register.client_id)
        return found if found is not None and found.line is self else None

    async def _contest(self, register: Register, tell: Tell) -> None:
        """
        Let a newcomer have an id if the link that holds it is dead.

        A device that lost its network comes back long before its old link is noticed to be dead;
        everybody here has shown the same token.
        """
        while (holder := self._rooms.clients.find(register.client_id)) is not None:
            if await holder.line.answers(self._rooms.answer_within_s):
                log.warning(
                    "%s asked for the id %r again", self._link.peer_label, register.client_id
                )
                tell(Rejected(ALREADY_REGISTERED.format(register.client_id)))
                return
            self._rooms.relay.left(holder)
            log.info("%r replaces its old link, which is dead", register.client_id)
            name = f"close the old link of {register.client_id}"
            self._contests.create_task(holder.line.hang_up(CloseReason.REPLACED), name=name)
        self._judge(register, tell)

    def _judge(self, register: Register, tell: Tell) -> None:
        refusal = self._rooms.relay.refusal(register)
        tell(Admitted(self._rooms.accepts) if refusal is None else Rejected(refusal))
