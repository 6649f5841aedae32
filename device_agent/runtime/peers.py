"""All peers of one agent: hubs that it dials, constellations that dial it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from functools import partial

from ..config.model import Config, LinkConfig, ListenConfig
from ..driver.aio import serve
from ..driver.core import Decode, Driver, Home
from ..errors import ConfigError
from ..links.base import Link
from ..links.dial import DialTarget, TokenIn
from ..links.listen import ListenSettings, listen
from ..protocol.codec import decode_client, decode_server
from ..protocol.device_dialling import DeviceDialling, PlannerChoice
from ..protocol.device_listening import DeviceListening
from ..protocol.events import LinkUp, Stopping
from ..protocol.messages import ClientId, Json
from ..protocol.negotiation import Terms
from ..protocol.scan import Limits
from .desktop import Desktop
from .ledger import Ledger
from .supervisor import LinkState, Supervisor, peer_of
from .telling import report

log = logging.getLogger(__name__)

GOODBYE_S = 1.5
"""How long links may take to close once goodbye was said; then they are cut."""

CUT_S = 0.1
"""How long a link that is cut may still take."""

GOING_AWAY = 1001
"""Close code of a side that goes away (RFC 6455, section 7.4.1)."""

DIALLING = ("ack", "cancel", "progress", "task_end")
LISTENING = ("ack", "cancel", "plans", "progress")


class Peers:
    """
    Serves every peer until cancelled.

    Args:
        config: Which ones.
        desktop: What stands behind the sessions.
        ledger: Their journal.
        clock: The wall clock as ISO 8601 in UTC.

    """

    def __init__(
        self, config: Config, desktop: Desktop, ledger: Ledger, clock: Callable[[], str]
    ) -> None:
        self._config = config
        self._desktop = desktop
        self._ledger = ledger
        self._clock = clock
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._nobody = asyncio.Event()
        self._nobody.set()
        self._dialling: list[Driver] = []
        self._listening: dict[Driver, tuple[Link, LinkState]] = {}
        self._numbers = 0
        self._supervisors = [self._supervisor(link) for link in config.links]
        self.port: int | None = None

    async def serve(self) -> None:
        """
        Dial and listen; ends when it is cancelled, or after goodbye.

        Raises:
            ConfigError: It cannot be listened, or a hub cannot be dialled, as configured; within
                a group.

        """
        try:
            async with contextlib.AsyncExitStack() as stack:
                group = await stack.enter_async_context(asyncio.TaskGroup())
                if self._config.listen is not None:
                    settings = _listen_settings(self._config, self._config.listen)
                    self.port = await stack.enter_async_context(listen(settings, self._serve_one))
                    log.info("listening on %s:%d", settings.host, self.port)
                keeping = [
                    (supervisor, group.create_task(supervisor.keep(), name=supervisor.state.peer))
                    for supervisor in self._supervisors
                ]
                await self._stopping.wait()
                for supervisor, task in keeping:
                    if supervisor.link is None:
                        task.cancel()
                # Closing the door cuts those inside short, so let them have their goodbye first.
                await self._nobody.wait()
        finally:
            self._ended.set()

    async def say_goodbye(self, within_s: float = GOODBYE_S) -> None:
        """Tell every peer that the agent stops; who has not closed by then is cut off."""
        self._stopping.set()
        for driver in (*self._dialling, *self._listening):
            report(driver.tell, Stopping())
        try:
            async with asyncio.timeout(within_s):
                await self._ended.wait()
        except TimeoutError:
            await self._cut()

    async def _cut(self) -> None:
        dialled = [each.link for each in self._supervisors if each.link is not None]
        links = [*dialled, *(link for link, _ in self._listening.values())]
        log.info("%d peers do not take our goodbye", len(links))

        async def cut(link: Link) -> None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(CUT_S):
                    await link.close(GOING_AWAY, "stopping")

        async with asyncio.TaskGroup() as group:
            for link in links:
                group.create_task(cut(link), name=f"cut {link.peer_label}")

    def states(self) -> list[dict[str, Json]]:
        """How every link is doing."""
        now = time.monotonic()
        dialled = [supervisor.state for supervisor in self._supervisors]
        inside = [state for _, state in self._listening.values()]
        return [state.as_json(now) for state in (*dialled, *inside)]

    def _supervisor(self, link: LinkConfig) -> Supervisor:
        config = self._config
        peer = peer_of(link.url)
        session = DeviceDialling(
            ClientId(config.device_id),
            peer,
            self._desktop.machine.platform,
            Terms(DIALLING, link.max_frame_bytes or config.limits.max_frame_bytes),
            PlannerChoice(link.planner),
        )
        limit = link.max_frame_bytes or config.limits.max_frame_bytes
        driver = self._driver(session, partial(decode_server, limits=Limits(limit)))
        self._dialling.append(driver)
        target = _dial_target(link, limit)
        gone = partial(self._desktop.desk.peer_gone, peer)
        metadata = self._desktop.machine.metadata
        return Supervisor(target, driver, metadata, gone, self._stopping)

    async def _serve_one(self, link: Link) -> None:
        config = self._config
        limit = config.limits.max_frame_bytes
        if config.listen is not None and config.listen.max_frame_bytes is not None:
            limit = config.listen.max_frame_bytes
        self._numbers += 1
        session = DeviceListening(
            config.device_id, Terms(LISTENING, limit), f"{config.device_id}.{self._numbers}"
        )
        if self._stopping.is_set():
            return
        driver = self._driver(session, partial(decode_client, limits=Limits(limit)))
        state = LinkState(link.peer_label, "connected", time.monotonic(), 1)
        self._listening[driver] = (link, state)
        self._nobody.clear()
        log.info("%s has dialled us", link.peer_label)
        try:
            end = await serve(driver, link, LinkUp())
            log.info("%s is gone: %s", link.peer_label, end)
        finally:
            del self._listening[driver]
            if not self._listening:
                self._nobody.set()
            if driver.peer and self._ledger.gone(driver.peer, driver.tell):
                self._desktop.desk.peer_gone(driver.peer)

    def _driver(self, session: DeviceDialling | DeviceListening, decode: Decode) -> Driver:
        return Driver(
            session,
            Home(
                decode=decode,
                clock=self._clock,
                journal=self._ledger,
                body=self._desktop.desk,
                facts=self._desktop.machine,
            ),
        )


def _dial_target(link: LinkConfig, limit: int) -> DialTarget:
    return DialTarget(
        url=link.url,
        token=link.token,
        token_in=TokenIn(link.token_in),
        ca_file=link.ca_file,
        client_cert_file=link.client_cert_file,
        client_key_file=link.client_key_file,
        proxy=None if link.proxy == "auto" else link.proxy,
        insecure=link.insecure,
        max_frame_bytes=limit,
    )


def _listen_settings(config: Config, listen_config: ListenConfig) -> ListenSettings:
    if listen_config.token is None:
        raise ConfigError("a listener needs a token", hint="name a file with --token-file")
    return ListenSettings(
        port=listen_config.port,
        token=listen_config.token,
        host=listen_config.host,
        query_token=listen_config.query_token,
        allowed_hosts=listen_config.allow_hosts,
        cert_file=listen_config.cert_file,
        key_file=listen_config.key_file,
        max_frame_bytes=listen_config.max_frame_bytes or config.limits.max_frame_bytes,
    )
