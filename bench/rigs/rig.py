"""What all rows share: one directory, one desktop, one agent on it."""

import socket
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ..row import CannotMeasureError
from .agent import Agent, running
from .hub import Hub


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
            port = _free_port()
            flags = ("--listen", f"127.0.0.1:{port}")
            agent = await self.stack.enter_async_context(
                running(self.directory / "shared", hub.url, *flags, display=self.display or None)
            )
            await hub.registered()
            self._connected = Connected(agent, hub, port)
        return self._connected


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
