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
        pending: What the peer is not known to have, in the order in which it is to hear.
        fetch: Told which answer to read and send; that may take a while.

    """

    __slots__ = ("_fetch", "_flying", "_flying_bytes", "_pending")

    def __init__(self, pending: Iterable[Pending], fetch: Callable[[WorkId], None]) -> None:
        self._pending = deque(pending)
        self._fetch = fetch
        self._flying: dict[WorkId, int] = {}
        self._flying_bytes = 0
        self._go_on()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be sent."""
        return not self._pending

    def settled(self, work_ids: Iterable[WorkId]) -> None:
        """Hear that the peer has these answers, or that there are none to be had."""
        for work_id in work_ids:
            self._flying_bytes -= self._flying.pop(work_id, 0)
        self._go_on()

    def _go_on(self) -> None:
        while self._pending and self._has_room():
            work = self._pending.popleft()
            self._flying[WorkId(work.work_id)] = work.size_bytes
            self._flying_bytes += work.size_bytes
            self._fetch(WorkId(work.work_id))

    def _has_room(self) -> bool:
        return self._flying_bytes < WINDOW_BYTES and len(self._flying) < WINDOW_WORKS
