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

FLUSH_S = 5.0
"""How long what was said before goodbye may hold it up, when a peer does not read."""

_ABANDONED = (1006, "abandoned")


class _Outbox:
    """What waits to be written, in order: frames, probes, and at most one goodbye."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._waiting: deque[str | None] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._goodbye: tuple[int, str] | None = None
        self._flush_until_s: float | None = None
        self._patience: asyncio.Timeout | None = None

    @property
    def moved_bytes(self) -> int:
        return self._link.moved_bytes

    @property
    def is_backlogged(self) -> bool:
        return bool(self._waiting) or self._link.is_backlogged

    def send(self, text: str) -> None:
        self._put(text)

    def probe(self) -> None:
        self._put(None)

    def close(self, code: int, reason: str) -> None:
        if self._goodbye is not None:
            return
        self._goodbye = (code, reason)
        self._filled.set()
        self._flush_until_s = asyncio.get_running_loop().time() + FLUSH_S
        if self._patience is not None:
            self._patience.reschedule(self._flush_until_s)

    async def room(self) -> None:
        """Wait until there is room for answers to what is read next, or until the link is over."""
        await self._room.wait()

    async def write(self, driver: Driver, group: asyncio.TaskGroup) -> None:
        """Write whatever comes, until the link ends or goodbye is said."""
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._flush_until_s) as self._patience:
                    await self._write_all(driver, group)
            if self._goodbye is not None:
                await self._link.close(*self._goodbye)
        except LinkClosed:
            pass  # The reader hears of it too, and it alone reports it.
        finally:
            self._patience = None
            self._drop()

    async def _write_all(self, driver: Driver, group: asyncio.TaskGroup) -> None:
        while self._waiting or self._goodbye is None:
            if not self._waiting:
                self._filled.clear()
                await self._filled.wait()
                continue
            item = self._waiting.popleft()
            self._bytes -= len(item or "")
            self._count()
            if item is None:
                group.create_task(self._probe(driver), name="probe")
            else:
                await self._link.send(item, more=bool(self._waiting) and self._waiting[0] is None)

    async def _probe(self, driver: Driver) -> None:
        with contextlib.suppress(LinkClosed):
            await self._link.ping()
            driver.tell(Proven())

    def _put(self, item: str | None) -> None:
        if self._goodbye is not None:
            return  # Nobody reads on after goodbye.
        self._waiting.append(item)
        self._bytes += len(item or "")
        self._filled.set()
        self._count()

    def _count(self) -> None:
        if self._bytes > MAX_WAITING_BYTES or len(self._waiting) > MAX_WAITING_FRAMES:
            self._room.clear()
        else:
            self._room.set()

    def _drop(self) -> None:
        """Forget what nobody will write, and let go of whoever waits for room."""
        self._goodbye = self._goodbye or _ABANDONED
        self._waiting.clear()
        self._bytes = 0
        self._room.set()


class _Timers:
    """The loop's timers, by name."""

    def __init__(self, driver: Driver, group: asyncio.TaskGroup) -> None:
        self._driver = driver
        self._group = group
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
        """Forget all timers."""
        for name in tuple(self._running):
            self.stop(name)

    def _fire(self, name: str) -> None:
        del self._running[name]
        try:
            self._driver.timer_fired(name)
        except Exception as error:  # noqa: BLE001 -- the wall between a session's bug and the loop
            # The loop would log it and go on with a session whose timers have stopped.
            self._group.create_task(_fail(error), name=f"timer {name} failed")


async def _fail(error: Exception) -> None:
    raise error


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
    end = LinkClosed(*_ABANDONED)
    timers: _Timers | None = None
    try:
        async with asyncio.TaskGroup() as group:
            outbox, timers = _Outbox(link), _Timers(driver, group)
            writer = group.create_task(outbox.write(driver, group), name="writer")
            try:
                driver.connect(outbox, timers, up)
                await _read(driver, link, outbox)
            except LinkClosed as closed:
                end = closed
            writer.cancel()
    finally:
        try:
            driver.disconnect(end.code, end.reason)
        finally:
            if timers is not None:
                timers.stop_all()
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
