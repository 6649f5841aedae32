"""All peers of one agent: hubs that it dials, constellations that dial it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from functools import partial

from ..config.model import Config, LinkConfig, ListenConfig
from ..driver.aio import serve
from ..driver.core import Driver, Home
from ..errors import ConfigError
from ..links.base import Link
from ..links.dial import DialTarget, TokenIn
from ..links.listen import ListenSettings, listen
from ..protocol.codec import decode_client, decode_server
from ..protocol.device_dialling import DeviceDialling, PlannerChoice
from ..protocol.device_listening import DeviceListening
from ..protocol.effects import CloseReason
from ..protocol.events import LinkUp, Stopping
from ..protocol.messages import ClientId, Json
from ..protocol.negotiation import Terms
from ..protocol.scan import Limits
from .desktop import Desktop
from .ledger import Ledger
from .supervisor import LinkState, Supervisor, peer_of

log = logging.getLogger(__name__)

GOODBYE_S = 2.0
"""How long links may take to close once goodbye was said."""

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
        self._drivers: set[Driver] = set()
        self._ended = asyncio.Event()
        self._listening: dict[Driver, LinkState] = {}
        self._numbers = 0
        self._supervisors = [self._supervisor(link) for link in config.links]
        self.port: int | None = None

    async def serve(self) -> None:
        """Dial and listen; ends when it is cancelled, or after goodbye."""
        try:
            async with contextlib.AsyncExitStack() as stack:
                group = await stack.enter_async_context(asyncio.TaskGroup())
                if self._config.listen is not None:
                    settings = _listen_settings(self._config, self._config.listen)
                    self.port = await stack.enter_async_context(listen(settings, self._serve_one))
                    log.info("listening on %s:%d", settings.host, self.port)
                for supervisor in self._supervisors:
                    group.create_task(supervisor.keep(), name=supervisor.state.peer)
                await self._stopping.wait()
        finally:
            self._ended.set()

    async def say_goodbye(self) -> None:
        """Tell every peer that the agent stops, and wait until the links are closed."""
        self._stopping.set()
        for driver in tuple(self._drivers):
            driver.tell(Stopping())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_S):
                await self._ended.wait()

    def states(self) -> list[dict[str, Json]]:
        """How every link is doing."""
        now = time.monotonic()
        dialled = [supervisor.state for supervisor in self._supervisors]
        return [state.as_json(now) for state in (*dialled, *self._listening.values())]

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
        self._drivers.add(driver)
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
        driver = self._driver(session, partial(decode_client, limits=Limits(limit)))
        self._drivers.add(driver)
        self._listening[driver] = LinkState(link.peer_label, "connected", time.monotonic(), 1)
        log.info("%s has dialled us", link.peer_label)
        try:
            end = await serve(driver, link, LinkUp())
            log.info("%s is gone: %s", link.peer_label, end)
        finally:
            self._drivers.discard(driver)
            del self._listening[driver]
            if driver.peer and self._ledger.gone(driver.peer, driver.tell):
                self._desktop.desk.peer_gone(driver.peer)

    def _driver(self, session: DeviceDialling | DeviceListening, decode) -> Driver:  # type: ignore[no-untyped-def]  # noqa: ANN001
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


__all__ = ["CloseReason", "Peers"]
