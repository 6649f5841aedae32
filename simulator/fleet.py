"""Many simulated devices in one process, each kept on its hub by redialling."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass

from device_agent.driver.aio import serve
from device_agent.errors import ConfigError, LinkRefused, Refusal
from device_agent.links.dial import DialTarget, dial
from device_agent.links.urls import masked
from device_agent.protocol.backoff import Backoff, Cause, cause_of
from device_agent.protocol.effects import CloseReason
from device_agent.protocol.events import LinkUp, Stopping

from .desk import Alarm
from .device import Device, Home
from .dice import Dice
from .profiles import Mix, profile_of

log = logging.getLogger(__name__)

DIALS_AT_ONCE = 64
GOODBYE_S = 2.0
"""How long links may take to close once goodbye was said."""

OTHER_DESCRIPTORS = 64
"""What a process needs beside its links."""


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """
    What fleet there shall be.

    Attributes:
        target: The hub.
        devices: How many.
        mix: What kinds of machines.
        seed: The same seed gives the same devices.

    """

    target: DialTarget
    devices: int
    mix: Mix
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Census:
    """
    How a fleet is doing.

    Attributes:
        devices: How many there are.
        registered: How many a hub has taken in just now.
        ever: How many were taken in at least once.
        links: How often one was taken in.
        works: COMMANDs and TASKs ended.
        calls: Actions that succeeded.

    """

    devices: int
    registered: int
    ever: int
    links: int
    works: int
    calls: int


HOPELESS = frozenset({Refusal.CREDENTIALS, Refusal.TLS, Refusal.NOT_A_HUB})
"""Refusals of a first dial that somebody has to mend; a hub that is not there yet may come."""


class Fleet:
    """
    Keeps devices on a hub until told to stop.

    Args:
        plan: Which ones.
        clock: The wall clock as ISO 8601 in UTC.

    Attributes:
        complete: Set once every device was taken in at least once.
        trouble: Why the last link did not come up; empty when none failed yet.

    """

    def __init__(self, plan: FleetPlan, clock: Callable[[], str]) -> None:
        self.plan = plan
        self.complete = asyncio.Event()
        self.trouble = ""
        self._hopeless: LinkRefused | None = None
        self._stopping = asyncio.Event()
        self._dials = asyncio.Semaphore(DIALS_AT_ONCE)
        self._fault: Exception | None = None
        home = Home(masked(plan.target.url), self._later, clock, self._opened)
        numbers = range(1, plan.devices + 1)
        self.devices = tuple(self._device(Dice(plan.seed, number), home) for number in numbers)

    @property
    def census(self) -> Census:
        """How it is doing now."""
        devices = self.devices
        return Census(
            devices=len(devices),
            registered=sum(device.is_registered for device in devices),
            ever=sum(device.links > 0 for device in devices),
            links=sum(device.links for device in devices),
            works=sum(device.desk.works for device in devices),
            calls=sum(device.desk.calls for device in devices),
        )

    async def run(self) -> None:
        """
        Dial and redial until :meth:`stop`.

        Raises:
            ConfigError: The hub cannot be dialled as it is written down.
            LinkRefused: The hub lets nobody in, and asking again will not change that.

        """
        async with asyncio.TaskGroup() as group:
            keeping = [group.create_task(self._keep(device)) for device in self.devices]
            await self._stopping.wait()
            if self._fault is not None:
                raise self._fault
            for device in self.devices:
                device.driver.tell(Stopping())
            await asyncio.wait(keeping, timeout=GOODBYE_S)
            for task in keeping:
                task.cancel()
        if self._hopeless is not None:
            raise self._hopeless

    def stop(self) -> None:
        """Say goodbye."""
        self._stopping.set()

    def _device(self, dice: Dice, home: Home) -> Device:
        return Device(profile_of(self.plan.mix, dice), dice, home)

    async def _keep(self, device: Device) -> None:
        """Serve link after link of one device."""
        backoff = Backoff(device.uniform)
        while not self._stopping.is_set():
            delay_s = await self._once(device, backoff)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(delay_s):
                    await self._stopping.wait()

    async def _once(self, device: Device, backoff: Backoff) -> float:
        """Serve one link; tells how long to wait before the next, in seconds."""
        now = asyncio.get_running_loop().time
        try:
            async with self._dials:
                link = await dial(self.plan.target)
        except LinkRefused as error:
            self._refused(error)
            return backoff.delay(now(), cause_of(error.refusal), retry_after_s=error.retry_after_s)
        if self._stopping.is_set():
            await link.close(1001)
            return 0.0
        began_s = now()
        end = await serve(device.driver, link, LinkUp(device.metadata()))
        log.debug("%s: %s", device.device_id, end)
        is_refused = device.driver.closing is CloseReason.REFUSED
        if is_refused:
            self.trouble = f"{link.peer_label} refused REGISTER of {device.device_id}"
        cause = Cause.REFUSED if is_refused else Cause.LOST
        return backoff.delay(now(), cause, lasted_s=now() - began_s)

    def _refused(self, error: LinkRefused) -> None:
        self.trouble = str(error)
        log.info("%s", error)
        if error.refusal in HOPELESS and not any(device.links for device in self.devices):
            self._hopeless = error
            self.stop()

    def _opened(self) -> None:
        if not self.complete.is_set() and all(device.links for device in self.devices):
            self.complete.set()

    def _later(self, seconds: float, call: Callable[[], None]) -> Alarm:
        return asyncio.get_running_loop().call_later(seconds, self._guarded, call)

    def _guarded(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Exception as error:  # noqa: BLE001 -- the wall between a device's bug and the loop
            # The loop would log it and go on with a device that stands still.
            self._fault = error
            self.stop()


def make_room(devices: int) -> None:
    """
    Let this process have as many open links as that.

    Raises:
        ConfigError: The system allows fewer; says how many.

    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = devices + OTHER_DESCRIPTORS
    if soft < needed:
        soft = min(needed, hard) if hard != resource.RLIM_INFINITY else needed
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft < needed:
        hint = f"ask for {max(1, soft - OTHER_DESCRIPTORS)} at most, or raise `ulimit -Hn`"
        raise ConfigError(
            f"{devices} devices need {needed} descriptors, this process may have {soft}",
            where="--devices",
            hint=hint,
        )
