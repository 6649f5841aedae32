"""What all rows share: one directory, one desktop, one agent on it."""

import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from ..row import CannotMeasureError
from .agent import Agent, running
from .hub import Hub

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Connected:
    """An agent on the desktop, with its hub; it also listens on ``port``."""

    agent: Agent
    hub: Hub
    port: int


@dataclass(slots=True)
class Rig:
    """
    What rows are measured with.

    Args:
        directory: Empty, and gone afterwards.
        no_display: Why there is no desktop; empty where there is one.
        display: The desktop's X server.
        outage_s: How long the hub is away.
        stack: Closed after the last row.

    """

    directory: Path
    stack: AsyncExitStack
    display: str = ""
    no_display: str = ""
    outage_s: float = 180.0
    _connected: Connected | None = field(default=None)
    _shared: dict[str, Any] = field(default_factory=dict)

    def need_display(self) -> str:
        """
        The desktop.

        Raises:
            CannotMeasureError: There is none.

        """
        if not self.display:
            raise CannotMeasureError(self.no_display)
        return self.display

    async def connected(self) -> Connected:
        """The agent that most rows share; started when first asked for."""
        if self._connected is None:
            hub = await self.stack.enter_async_context(Hub().open())
            port = free_port()
            flags = ("--listen", f"127.0.0.1:{port}")
            agent = await self.stack.enter_async_context(
                running(self.directory / "shared", hub.url, *flags, display=self.display or None)
            )
            await hub.registered()
            self._connected = Connected(agent, hub, port)
        return self._connected

    async def once(self, name: str, opened: Callable[[], AbstractAsyncContextManager[T]]) -> T:
        """
        What several rows share besides the agent; opened when first asked for.

        Raises:
            CannotMeasureError: It could not be opened, now or the first time.

        """
        if name not in self._shared:
            try:
                self._shared[name] = await self.stack.enter_async_context(opened())
            except CannotMeasureError as reason:
                self._shared[name] = reason
        found = self._shared[name]
        if isinstance(found, CannotMeasureError):
            raise found
        shared: T = found
        return shared


def free_port() -> int:
    """Find a port of loopback that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
