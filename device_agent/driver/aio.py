"""
A driver on asyncio: reads one link, writes it with one writer, and lends it the loop's timers.

:func:`serve` ends when the link does, and leaves no task, timer or probe behind.
"""

import asyncio
import contextlib
from collections import deque

from ..errors import LinkClosed
from ..links.base import Link
from ..protocol.events import LinkUp, Proven
from .core import Driver

MAX_WAITING_BYTES = 32 * 1024 * 1024
MAX_WAITING_FRAMES = 1024
"""While more than this waits to be written, nothing more is read: a peer that asks and does not
listen has to wait, it does not fill our memory."""

BREATHE_EVERY = 64
"""Frames handled in one go; then everything else on the loop has its turn."""

_Close = tuple[int, str]


class _Outbox:
    """What waits to be written, in order: frames, probes, and at most one goodbye."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: deque[str | _Close | None] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    @property
    def moved_bytes(self) -> int:
        return self._link.moved_bytes

    @property
    def is_backlogged(self) -> bool:
        return bool(self._waiting) or self._link.is_backlogged

    def send(self, text: str) -> None:
        self._bytes += len(text)
        self._put(text)

    def probe(self) -> None:
        self._put(None)

    def close(self, code: int, reason: str) -> None:
        self._put((code, reason))

    async def room(self) -> None:
        """Wait until there is room for answers to what is read next."""
        await self._room.wait()

    async def write(self, driver: Driver, group: asyncio.TaskGroup) -> None:
        """Write whatever comes, until the link ends or goodbye is said."""
        with contextlib.suppress(LinkClosed):
            while True:
                await self._filled.wait()
                item = self._waiting.popleft()
                self._taken(item)
                match item:
                    case str():
                        await self._link.send(item)
                    case None:
                        group.create_task(self._probe(driver), name="probe")
                    case (code, reason):
                        await self._link.close(code, reason)
                        return

    def _put(self, item: str | _Close | None) -> None:
        self._waiting.append(item)
        self._filled.set()
        if self._bytes > MAX_WAITING_BYTES or len(self._waiting) > MAX_WAITING_FRAMES:
            self._room.clear()

    def _taken(self, item: str | _Close | None) -> None:
        if isinstance(item, str):
            self._bytes -= len(item)
        if not self._waiting:
            self._filled.clear()
        if self._bytes <= MAX_WAITING_BYTES and len(self._waiting) <= MAX_WAITING_FRAMES:
            self._room.set()

    async def _probe(self, driver: Driver) -> None:
        with contextlib.suppress(LinkClosed):
            await self._link.ping()
            driver.tell(Proven())


class _Timers:
    """The loop's timers, by name."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._running: dict[str, asyncio.TimerHandle] = {}

    def start(self, name: str, seconds: float) -> None:
        self.stop(name)
        loop = asyncio.get_running_loop()
        self._running[name] = loop.call_later(seconds, self._fire, name)

    def stop(self, name: str) -> None:
        timer = self._running.pop(name, None)
        if timer is not None:
            timer.cancel()

    def stop_all(self) -> None:
        for name in tuple(self._running):
            self.stop(name)

    def _fire(self, name: str) -> None:
        del self._running[name]
        self._driver.timer_fired(name)


async def serve(driver: Driver, link: Link, up: LinkUp) -> LinkClosed:
    """
    Serve one link until it ends; the driver is told LinkUp first and LinkDown last, once each.

    Args:
        driver: Whose session; it may be given another link afterwards.
        link: Open; it is closed when this returns.
        up: What the session is told to begin with.

    Returns:
        How the link ended.

    """
    outbox, timers = _Outbox(link), _Timers(driver)
    end = LinkClosed(1006, "abandoned")
    try:
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(outbox.write(driver, group), name="writer")
            try:
                driver.connect(outbox, timers, up)
                await _read(driver, link, outbox)
            except LinkClosed as closed:
                end = closed
            writer.cancel()
    finally:
        timers.stop_all()
        driver.disconnect(end.code, end.reason)
        await link.close()
    return end


async def _read(driver: Driver, link: Link, outbox: _Outbox) -> None:
    """Hear every frame; ends with LinkClosed."""
    heard = 0
    while True:
        driver.hear(await link.receive())
        heard += 1
        if heard % BREATHE_EVERY == 0:
            await asyncio.sleep(0)
        await outbox.room()
