"""
Keeps one hub dialled: dial, serve, wait, again; ends only with the agent.

No outage is too long and no refusal final (HOUSE, "Any orchestrator"): UFO's own client gives up
after 30 s and stays as a living zombie (AIP, section 6.1).
"""

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from ..driver.aio import serve
from ..driver.core import Driver
from ..errors import ConfigError, LinkRefused, Refusal
from ..links.base import Link
from ..links.dial import DialTarget, TokenIn, dial
from ..links.urls import masked
from ..protocol.backoff import Backoff, Cause, cause_of
from ..protocol.effects import CloseReason
from ..protocol.events import LinkUp
from ..protocol.messages import Json
from ..protocol.work import PeerId

log = logging.getLogger(__name__)


@dataclass(slots=True)
class LinkState:
    """How one link is doing, for ``device-agent status``."""

    peer: str
    state: str = "connecting"
    since: float = 0.0
    links: int = 0
    last_error: str = ""
    next_try_s: float | None = None

    def as_json(self, now: float) -> dict[str, Json]:
        """For people and scripts."""
        return {
            "peer": self.peer,
            "state": self.state,
            "for_s": round(max(now - self.since, 0.0), 1),
            "links": self.links,
            "last_error": self.last_error,
            "next_try_s": self.next_try_s,
        }


def peer_of(url: str) -> PeerId:
    """Name a hub: its address; a query is told apart by a hash, because it may be a secret."""
    query = urlsplit(url).query
    address = masked(url).partition("?")[0]
    mark = hashlib.sha256(query.encode()).hexdigest()[:8] if query else ""
    return PeerId(f"{address}#{mark}" if mark else address)


class Supervisor:
    """
    Keeps one driver on its hub.

    Args:
        target: Whom to dial.
        driver: Serves every link, one after another.
        metadata: Says what the machine is, anew for every link.
        gone: Told whenever a link has ended.
        stopping: Set when no further link is wanted.

    """

    def __init__(
        self,
        target: DialTarget,
        driver: Driver,
        metadata: Callable[[], Awaitable[dict[str, Json]]],
        gone: Callable[[], None],
        stopping: asyncio.Event,
    ) -> None:
        self._target = target
        self._driver = driver
        self._metadata = metadata
        self._gone = gone
        self._stopping = stopping
        self._tried = False
        self._token_in = target.token_in
        self._backoff = Backoff(random.uniform)
        self.state = LinkState(masked(target.url), since=time.monotonic())
        self.link: Link | None = None

    async def keep(self) -> None:
        """
        Serve link after link until the agent stops.

        Raises:
            ConfigError: The very first try shows that the target cannot be dialled as configured.

        """
        while not self._stopping.is_set():
            delay_s = await self._guarded()
            if self._stopping.is_set():
                return
            self._is("waiting", next_try_s=round(delay_s, 1))
            try:
                async with asyncio.timeout(delay_s):
                    await self._stopping.wait()
            except TimeoutError:
                pass

    async def _guarded(self) -> float:
        """Have one link; return how long to wait before the next one, in seconds."""
        first, self._tried = not self._tried, True
        try:
            return await self._once()
        except ConfigError as error:
            # A certificate that is being replaced is no reason to end an agent that runs.
            if first:
                raise
            self._failed(str(error))
        except Exception as error:  # the wall between one link and all others
            log.exception("%s: a fault in the agent ended this link", self.state.peer)
            self._failed(f"a fault in the agent: {type(error).__name__}")
        return self._backoff.delay(time.monotonic(), Cause.LOST)

    async def _once(self) -> float:
        self._is("connecting")
        metadata = await self._metadata()
        try:
            link = await dial(replace(self._target, token_in=self._token_in))
        except LinkRefused as error:
            if error.refusal is Refusal.CREDENTIALS:
                self._token_in = self._target.token_in
            self._failed(str(error).removeprefix(f"{self.state.peer}: "))
            return self._backoff.delay(
                time.monotonic(), cause_of(error.refusal), retry_after_s=error.retry_after_s
            )
        self._token_in = link.token_in or TokenIn.AUTO
        self.state.links += 1
        self._is("connected")
        began = time.monotonic()
        self.link = link
        try:
            end = await serve(self._driver, link, LinkUp(metadata))
        finally:
            self.link = None
            self._gone()
        lasted_s = time.monotonic() - began
        refused = self._driver.closing is CloseReason.REFUSED
        reason = self._driver.closing.value if self._driver.closing else str(end)
        self._failed(reason)
        cause = Cause.REFUSED if refused else Cause.LOST
        return self._backoff.delay(time.monotonic(), cause, lasted_s=lasted_s)

    def _is(self, state: str, next_try_s: float | None = None) -> None:
        self.state.state = state
        self.state.since = time.monotonic()
        self.state.next_try_s = next_try_s
        if state != "waiting":
            log.info("%s: %s", self.state.peer, state)

    def _failed(self, error: str) -> None:
        if not self._stopping.is_set():
            log.warning("%s: %s", self.state.peer, error)
            self.state.last_error = error
