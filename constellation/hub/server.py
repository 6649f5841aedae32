"""A hub: one port, devices and constellations on ``/ws``, a little HTTP beside."""

import asyncio
import logging
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from websockets.asyncio.server import Server, ServerConnection, serve

from device_agent.driver.aio import serve as drive
from device_agent.errors import ConfigError, Failure, ToolError
from device_agent.links.liveness import Pace
from device_agent.links.urls import is_loopback
from device_agent.links.websocket import (
    MAX_FRAME_BYTES,
    MAX_QUEUED_FRAMES,
    SILENT,
    WebSocketLink,
)
from device_agent.protocol.called import Counted
from device_agent.protocol.events import LinkUp
from device_agent.protocol.limits import Limits
from device_agent.protocol.messages import Action, CommandResults, DeviceId, Json

from .api import Api
from .clients import Clients
from .errands import GRACE_S, Errands
from .front import WS_PATH, Front, Visitor, bind
from .gate import Gate
from .line import HubLine, Rooms
from .relay import Relay
from .tasks import HubTask, Tasks

log = logging.getLogger(__name__)

DEFAULT_PORT = 8765
EXTENSIONS = ("ack", "cancel", "plans", "progress", "task_end")


@dataclass(frozen=True, slots=True)
class HubSettings:
    """
    How a hub runs.

    Attributes:
        token: What everybody has to show.
        host: Address to bind.
        port: 0 takes a free one.
        names: Names under which the hub is dialled, beside loopback, ``host`` and the address.
        insecure: Whether the port may be reached from other machines without TLS.
        max_frame_bytes: Larger frames end a link (1009).
        grace_s: How long a device may stay away before its tasks are given up.
        answer_within_s: How long a link whose id a newcomer claims has to prove that it lives.
        pace: How patient links are.

    """

    token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    names: tuple[str, ...] = ()
    insecure: bool = False
    max_frame_bytes: int = MAX_FRAME_BYTES
    grace_s: float = GRACE_S
    answer_within_s: float = 2.0
    pace: Pace = field(default_factory=Pace)


@asynccontextmanager
async def running_hub(settings: HubSettings, wall_clock: Callable[[], str]) -> AsyncIterator["Hub"]:
    """
    Run a hub while the context lasts; at its end every link hears goodbye (1012).

    Args:
        settings: How.
        wall_clock: ISO 8601 in UTC.

    Raises:
        ConfigError: The port is taken, the address is not ours, or tokens would travel in clear.

    """
    if not settings.insecure and not is_loopback(settings.host):
        raise ConfigError(
            f"on {settings.host} the token and all frames would cross the network in clear",
            where="--host",
            hint="put a TLS proxy before 127.0.0.1, or say --insecure if the network is trusted",
        )
    plug = await bind(settings.host, settings.port)
    hub = Hub(settings, plug.getsockname()[1], wall_clock)
    server = await hub.open(plug)
    try:
        yield hub
    finally:
        await hub.close(server)


class Hub:
    """
    Everything one hub has: who is connected, what was asked, and who is told what.

    Args:
        settings: How it runs.
        port: Where it listens.
        wall_clock: ISO 8601 in UTC.

    """

    def __init__(self, settings: HubSettings, port: int, wall_clock: Callable[[], str]) -> None:
        loop = asyncio.get_running_loop()
        run = secrets.token_hex(4)  # Devices remember response ids for a day, over our restarts.
        self.settings = settings
        self.port = port
        self.clients = Clients()
        self._names = Counted(f"hub.{run}")
        gate = Gate(settings.token, (settings.host, *settings.names))
        self._front = Front(gate, Api(self.clients, loop.time))
        self._lines: set[HubLine] = set()
        tasks, ids = Tasks(), Counted(f"task.{run}")
        errands = Errands(self.clients, tasks, ids, loop.call_later, settings.grace_s)
        self._relay = Relay(self.clients, tasks, errands, ids)
        accepts: dict[str, Json] = dict.fromkeys(EXTENSIONS, True)
        self._rooms = Rooms(
            clients=self.clients,
            relay=self._relay,
            accepts={**accepts, "max_frame_bytes": settings.max_frame_bytes},
            clock=loop.time,
            wall_clock=wall_clock,
            answer_within_s=settings.answer_within_s,
            limits=Limits(settings.max_frame_bytes),
        )

    @property
    def url(self) -> str:
        """What devices and constellations of this machine dial."""
        host = self.settings.host
        if host in {"0.0.0.0", "::", ""}:  # noqa: S104 -- compared, not bound
            host = "127.0.0.1"
        return f"ws://{f'[{host}]' if ':' in host else host}:{self.port}{WS_PATH}"

    async def command(
        self, device_id: str, actions: Sequence[Action], timeout_s: float = 60.0
    ) -> CommandResults:
        """
        Have a device run actions, and wait for what it says.

        Raises:
            ToolError: The device is not connected, or went away for good.
            TimeoutError: No answer in time; the device was told to stop, if it can be.

        """
        ended: asyncio.Future[HubTask] = asyncio.get_running_loop().create_future()

        def end(task: HubTask) -> None:
            if not ended.done():
                ended.set_result(task)

        task = self._relay.command(DeviceId(device_id), tuple(actions), end)
        if task is None:
            raise ToolError(Failure.UNAVAILABLE, f"device {device_id!r} is not connected")
        try:
            async with asyncio.timeout(timeout_s):
                await ended
        finally:
            self._relay.give_up(task, Failure.TIMED_OUT, "nobody waits for it any longer")
        if task.results is None:
            raise ToolError(Failure.INTERRUPTED, f"device {device_id!r} went away")
        return task.results

    async def open(self, plug: socket.socket) -> Server:
        """Take callers on a bound socket."""
        return await serve(
            self._serve,
            sock=plug,
            compression=None,
            process_request=self._front.answer,
            server_header=None,
            ping_interval=None,
            close_timeout=self.settings.pace.close_within_s,
            max_size=self.settings.max_frame_bytes,
            max_queue=MAX_QUEUED_FRAMES,
            logger=SILENT,
            create_connection=partial(Visitor, self._front),  # type: ignore[arg-type]
        )

    async def close(self, server: Server) -> None:
        """Say goodbye to everybody and stop."""
        server.close(close_connections=False)
        self._front.turn_out()
        for line in tuple(self._lines):
            line.stop()
        await server.wait_closed()

    async def _serve(self, connection: ServerConnection) -> None:
        assert isinstance(connection, Visitor)  # noqa: S101 -- for the type checker
        self._front.left(connection)
        host, port = connection.remote_address[:2]
        link = WebSocketLink(connection, f"{host}:{port}", self.settings.pace)
        try:
            async with asyncio.TaskGroup() as contests:
                line = HubLine(self._rooms, link, self._names.next(), contests)
                self._lines.add(line)
                try:
                    await drive(line.driver, link, LinkUp())
                finally:
                    self._lines.discard(line)
                    line.gone()
        except Exception:  # the wall between one client's link and all others
            log.exception("serving %s failed", link.peer_label)
        finally:
            await link.close()
