"""What the device says of itself: facts of the machine, the desktop and the policy together."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any

from ..catalog import TOOLS, Tier
from ..config.model import Config
from ..driver.ports import Tell
from ..info import platform_name, read_desktop, system_info, wire_platform
from ..info.capabilities import capabilities
from ..policy.rules import Policy, offers
from ..protocol.events import Facts
from ..protocol.messages import DeviceId
from ..worker.host import WorkerHost
from .clock import now_text
from .telling import report

log = logging.getLogger(__name__)

CAPABILITY_TIERS = {
    "cli": Tier.SHELL,
    "shell": Tier.SHELL,
    "input": Tier.INPUT,
    "file_system": Tier.FILES,
}
"""What the owner must have allowed before a capability is announced."""

FACTS_S = 3.0
"""How long whoever asks for facts waits for fresh ones."""

FIRST_LOOK_S = 0.3
"""How long REGISTER waits for the worker's first look at the desktop."""


class Machine:
    """
    The driver's fact finder.

    Args:
        config: Whose device id, tags and platform.
        policy: What may be announced.
        worker: Has seen the desktop.
        group: Questions are answered in it.

    """

    def __init__(
        self, config: Config, policy: Policy, worker: WorkerHost, group: asyncio.TaskGroup
    ) -> None:
        self._config = config
        self._policy = policy
        self._worker = worker
        self._group = group
        self._seen = asyncio.Event()
        self._look: asyncio.Task[None] | None = None
        self._known: Mapping[str, Any] = {}
        self.platform: str = config.as_platform or wire_platform(platform_name())

    def desktop_changed(self) -> None:
        """The worker has looked at the desktop."""
        if self._worker.desktop is not None:
            self._seen.set()

    def ask(self, request_id: str | None, target_id: DeviceId | None, tell: Tell) -> None:
        del target_id  # There is one device here, whatever the peer calls it.
        self._group.create_task(self._answer(request_id, tell), name="facts")

    async def metadata(self) -> dict[str, Any]:
        """What REGISTER carries."""
        await self._first_look()
        return {
            "platform": self.platform,
            "registration_time": now_text(),
            "system_info": await self.facts(),
        }

    async def facts(self) -> Mapping[str, Any]:
        """
        Look at the machine anew; never raises.

        Many who ask at once share one look. When that takes longer than FACTS_S, say because a
        disk hangs, they hear what was seen last.
        """
        if self._look is None:
            self._look = self._group.create_task(self._look_once(), name="look")
        await asyncio.wait({self._look}, timeout=FACTS_S)
        return self._known

    def close(self) -> None:
        """Wait for no look any more."""
        if self._look is not None:
            self._look.cancel()

    async def _look_once(self) -> None:
        try:
            self._known = await asyncio.to_thread(self._facts)
        except Exception:  # the wall between a fact and the links that tell it
            log.exception("the machine could not be looked at")
        finally:
            self._look = None

    def _facts(self) -> Mapping[str, Any]:
        desktop = self._worker.desktop
        config = self._config
        session = read_desktop()
        found = (*capabilities(session), *(() if desktop is None else desktop.capabilities))
        features = self._allowed(found)
        tools = [tool.name for tool in TOOLS.values() if offers(self._policy, tool)]
        custom: dict[str, Any] = {"tools": tools, "capabilities": features}
        if desktop is not None:
            custom["desktop"] = {"state": desktop.state, "detail": desktop.detail}
        facts = dict(
            system_info(
                config.device_id,
                platform=self.platform,
                displays=() if desktop is None else desktop.displays,
                features=features,
                custom={**custom, **config.custom_metadata},
                desktop=session,
            )
        )
        if config.tags:
            facts["tags"] = list(config.tags)
        return facts

    def _allowed(self, found: tuple[str, ...]) -> list[str]:
        """Leave out what policy would refuse outright, and what was found twice."""
        tiers = self._policy.tiers | self._policy.run_tiers
        words = dict.fromkeys(found)
        return [word for word in words if CAPABILITY_TIERS.get(word, Tier.OBSERVE) in tiers]

    async def _first_look(self) -> None:
        """Give the worker a moment to see the desktop, so that REGISTER can tell of it."""
        if self._worker.desktop is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(FIRST_LOOK_S):
                    await self._seen.wait()

    async def _answer(self, request_id: str | None, tell: Tell) -> None:
        await self._worker.look()
        report(tell, Facts(request_id, await self.facts()))
