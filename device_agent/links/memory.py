"""Two joined ends in one process, for tests and the simulator."""

import asyncio
from collections import deque
from collections.abc import Callable

from ..errors import LinkClosed


class _Wire:
    """What the two ends share: how the link ended, and who waits for something to change."""

    __slots__ = ("capacity", "end", "waiting")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.end: tuple[int, str] | None = None
        self.waiting: list[asyncio.Future[None]] = []

    async def until(self, ready: Callable[[], bool]) -> None:
        """Wait until *ready* or until the link has ended."""
        while self.end is None and not ready():
            waiter = asyncio.get_running_loop().create_future()
            self.waiting.append(waiter)
            try:
                await waiter
            finally:
                self.waiting.remove(waiter)

    def changed(self) -> None:
        """Let everyone look again."""
        for waiter in self.waiting:
            if not waiter.done():
                waiter.set_result(None)

    def check(self) -> None:
        """Raise LinkClosed once the link has ended."""
        if self.end is not None:
            raise LinkClosed(*self.end)


class MemoryLink:
    """One end of a pretended link; :func:`memory_pair` makes both."""

    __slots__ = ("_inbox", "_moved_bytes", "_outbox", "_wire", "peer_label")

    def __init__(
        self,
        peer_label: str,
        wire: _Wire,
        inbox: deque[str | bytes],
        outbox: deque[str | bytes],
    ) -> None:
        self.peer_label = peer_label
        self._wire = wire
        self._inbox = inbox
        self._outbox = outbox
        self._moved_bytes = 0

    @property
    def moved_bytes(self) -> int:
        return self._moved_bytes

    @property
    def is_backlogged(self) -> bool:
        return len(self._outbox) >= self._wire.capacity

    async def receive(self) -> str | bytes:
        await self._wire.until(lambda: bool(self._inbox))
        # What came before the end is still delivered, as TCP would.
        if not self._inbox:
            self._wire.check()
        frame = self._inbox.popleft()
        self._moved_bytes += len(frame)
        self._wire.changed()
        return frame

    async def send(self, text: str, *, more: bool = False) -> None:
        del more  # A pong here tells what was read, whenever it comes.
        await self.send_frame(text)

    async def send_frame(self, frame: str | bytes) -> None:
        """Send what a real peer could: a binary frame, too."""
        await self._wire.until(lambda: not self.is_backlogged)
        self._wire.check()
        self._outbox.append(frame)
        self._wire.changed()

    async def ping(self) -> None:
        await self._wire.until(lambda: not self._outbox)
        self._wire.check()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self.cut(code, reason)

    def cut(self, code: int = 1006, reason: str = "") -> None:
        """End the link at once; the first code and reason are what both ends hear."""
        if self._wire.end is None:
            self._wire.end = (code, reason)
            self._wire.changed()


def memory_pair(
    ours: str = "memory:ours", theirs: str = "memory:theirs", capacity: int = 1024
) -> tuple[MemoryLink, MemoryLink]:
    """
    Join two ends.

    Args:
        ours: What the second end calls the first.
        theirs: What the first end calls the second.
        capacity: How many frames may wait on each side before ``send`` waits.

    """
    wire = _Wire(capacity)
    there: deque[str | bytes] = deque()
    back: deque[str | bytes] = deque()
    return MemoryLink(theirs, wire, back, there), MemoryLink(ours, wire, there, back)
