"""Sends a peer what it is not known to have: oldest first, and never too much at once."""

from collections import deque
from collections.abc import Callable, Iterable

from ..journal.works import Pending
from ..protocol.work import WorkId

WINDOW_BYTES = 16 * 1024 * 1024
WINDOW_WORKS = 500
"""What may be under way to a peer before the next answer is fetched from the disk. The journal
may hold 256 MiB for a peer that was away for long; memory does not."""


class Resending:
    """
    What waits for one link since it was opened.

    Args:
        fetch: Told which answer to read and send; that may take a while.

    """

    __slots__ = ("_fetch", "_fetching", "_flying", "_flying_bytes", "_late", "_waiting")

    def __init__(self, fetch: Callable[[WorkId], None]) -> None:
        self._fetch = fetch
        self._waiting: deque[tuple[WorkId, int]] | None = None
        self._late: list[tuple[WorkId, int]] = []
        self._fetching: set[WorkId] = set()
        self._flying: dict[WorkId, int] = {}
        self._flying_bytes = 0

    @property
    def is_over(self) -> bool:
        """Whether all was sent, so that nothing new can overtake it."""
        return self._waiting is not None and not self._waiting and not self._fetching

    def begin(self, pending: Iterable[Pending]) -> None:
        """Hear what the peer is not known to have, in the order in which it is to hear."""
        found = {WorkId(work.work_id): work.size_bytes for work in pending}
        # What was recorded while the journal was asked comes last, once.
        for work_id, size_bytes in self._late:
            found.setdefault(work_id, size_bytes)
        self._late = []
        self._waiting = deque(found.items())
        self._go_on()

    def recorded(self, work_id: WorkId, size_bytes: int) -> None:
        """Hear of an answer that is new, or shorter than before; it waits for its turn."""
        if self._waiting is None:
            self._late.append((work_id, size_bytes))
        elif work_id in self._flying:
            self._send(work_id)
        elif all(work_id != known for known, _ in self._waiting):
            self._waiting.append((work_id, size_bytes))
            self._go_on()

    def sent(self, work_id: WorkId) -> None:
        """Hear that an answer was fetched and sent."""
        self._fetching.discard(work_id)

    def settled(self, work_ids: Iterable[WorkId]) -> None:
        """Hear that the peer has these answers, or that there are none to be had."""
        for work_id in work_ids:
            self._flying_bytes -= self._flying.pop(work_id, 0)
            self._fetching.discard(work_id)
        self._go_on()

    def _go_on(self) -> None:
        while self._waiting and self._has_room():
            work_id, size_bytes = self._waiting.popleft()
            self._flying[work_id] = size_bytes
            self._flying_bytes += size_bytes
            self._send(work_id)

    def _send(self, work_id: WorkId) -> None:
        self._fetching.add(work_id)
        self._fetch(work_id)

    def _has_room(self) -> bool:
        return self._flying_bytes < WINDOW_BYTES and len(self._flying) < WINDOW_WORKS
