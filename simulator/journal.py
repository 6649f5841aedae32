"""A journal in memory: each work runs once, and its answer is kept until the hub has it."""

from collections.abc import Callable

from device_agent.driver.ports import Tell
from device_agent.errors import Failure
from device_agent.protocol.codec import decode_client, encode
from device_agent.protocol.events import Accepted, Declined, Recorded
from device_agent.protocol.limits import OURS, size_bytes, too_large
from device_agent.protocol.work import Outcome, PeerId, Work, WorkId

KEPT_DELIVERED = 16
"""Answers kept for duplicates once the hub has them; a real device keeps them for 24 h."""


class _Entry:
    __slots__ = ("answer", "delivered", "digest")

    def __init__(self, digest: str) -> None:
        self.digest = digest
        self.answer: str | None = None
        self.delivered = False


class MemoryJournal:
    """
    The driver's journal port for a device with one hub.

    Args:
        clock: The wall clock as ISO 8601 in UTC.
        opened: Told each time the hub has taken the device in.

    """

    __slots__ = ("_clock", "_entries", "_is_acked", "_opened", "_tell")

    def __init__(self, clock: Callable[[], str], opened: Callable[[], None]) -> None:
        self._clock = clock
        self._opened = opened
        self._entries: dict[WorkId, _Entry] = {}
        self._tell: Tell | None = None
        self._is_acked = False

    def accept(self, peer: PeerId, work: Work, tell: Tell) -> None:
        del peer
        known = self._entries.get(work.work_id)
        if known is None:
            self._entries[work.work_id] = _Entry(work.digest)
            tell(Accepted(work))
        elif known.digest != work.digest:
            detail = "these ids were used for other content"
            tell(Declined(work, Outcome(failure=Failure.CONFLICT, error=detail)))
        elif known.answer is not None:
            tell(Recorded(work.work_id, known.answer))

    def record(self, peer: PeerId, work: Work, outcome: Outcome, answer: str) -> None:
        del peer, outcome
        self._keep(work.work_id, answer)

    def resume(self, peer: PeerId, accepts: tuple[str, ...], tell: Tell) -> None:
        del peer
        self._tell = tell
        self._is_acked = "ack" in accepts
        for work_id, entry in tuple(self._entries.items()):
            if entry.answer is not None and not entry.delivered:
                tell(Recorded(work_id, entry.answer))
        self._opened()

    def sent(self, peer: PeerId, work_id: WorkId) -> None:
        del peer, work_id  # Only what arrived counts.

    def delivered(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        del peer
        for work_id in work_ids:
            self._arrived(work_id, is_free=not self._is_acked and _is_task(work_id))
        self._forget()

    def confirmed(self, peer: PeerId, work_id: WorkId) -> None:
        del peer
        self._arrived(work_id, is_free=_is_task(work_id))
        self._forget()

    def rejected(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        del peer
        found = [(work_id, self._entries[work_id].answer or "") for work_id in work_ids]
        work_id, answer = max(found, key=lambda item: len(item[1]))
        size = size_bytes(answer)
        smaller = too_large(decode_client(answer, OURS), size, size - 1)
        self._keep(work_id, encode(smaller, self._clock()))

    def _arrived(self, work_id: WorkId, *, is_free: bool) -> None:
        entry = self._entries.pop(work_id, None)
        if entry is not None and not is_free:
            # To the end of those that are kept for duplicates.
            entry.delivered = True
            self._entries[work_id] = entry

    def _keep(self, work_id: WorkId, answer: str) -> None:
        self._entries[work_id].answer = answer
        if self._tell is not None:
            self._tell(Recorded(work_id, answer))

    def _forget(self) -> None:
        done = [work_id for work_id, entry in self._entries.items() if entry.delivered]
        for work_id in done[: max(0, len(done) - KEPT_DELIVERED)]:
            del self._entries[work_id]


def _is_task(work_id: WorkId) -> bool:
    return work_id.startswith("task:")
