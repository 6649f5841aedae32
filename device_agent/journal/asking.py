"""Decides, on the writer's thread, whether a work is new."""

from collections.abc import Callable
from dataclasses import dataclass

from ..protocol.task_state import WorkState
from .states import OVER, UNFINISHED
from .store import Found, Store
from .works import Answered, Conflict, Full, New, NewWork, Running, Verdict

GONE = "this work was done and its answer delivered; the answer is no longer kept"
TAKEN = "these ids belong to other work"


@dataclass(slots=True)
class Question:
    """
    One work that wants to be accepted.

    Attributes:
        trouble: Says why nothing new can be written just now, or None.
        answered: Called once with the verdict, after the commit.

    """

    work: NewWork
    quota_bytes: int
    trouble: Callable[[], str | None]
    answered: Callable[[Verdict], None]
    _verdict: Verdict | None = None

    def apply(self, store: Store) -> None:
        """Find the verdict; a new acting work is accepted and running in this transaction."""
        found = store.find(self.work.peer, self.work.work_id)
        verdict = _judge(self.work, found, store)
        if isinstance(verdict, New) and self.work.acting:
            verdict = self._room(store)
        # What only observes may run on a full disk: a crash would leave nothing to report.
        unnoted = not self.work.acting and self.trouble() is not None
        if isinstance(verdict, New) and not unnoted:
            if found is not None:
                store.forget(found)
            store.insert(self.work, WorkState.RUNNING if self.work.acting else WorkState.RECEIVED)
        self._verdict = verdict

    def done(self) -> None:
        """Report the verdict; it is on disk."""
        self.answered(self._verdict or Full("the journal did not decide"))

    def failed(self, reason: str) -> None:
        """Refuse: it could not be written down."""
        self.answered(Full(reason))

    def _room(self, store: Store) -> New | Full:
        trouble = self.trouble()
        if trouble is not None:
            return Full(trouble)
        if store.kept_bytes >= self.quota_bytes:
            store.make_room(1)
        if store.kept_bytes >= self.quota_bytes:
            return Full(
                f"no space: answers that nobody has fetched fill the quota of"
                f" {self.quota_bytes} bytes"
            )
        return New()


def recall(peer: str, work_id: str, digest: str, store: Store) -> Verdict:
    """Say what a delivery of these ids would get, and write nothing; :class:`New` when unknown."""
    found = store.find(peer, work_id)
    if found is None or (found.reusable_id and _is_over(found)):
        return New()
    return _compare(peer, work_id, digest, found, store)


def _judge(work: NewWork, found: Found | None, store: Store) -> Verdict:
    if found is None or (work.reusable_id and _is_over(found)):
        return New()
    return _compare(work.peer, work.work_id, work.digest, found, store)


def _compare(peer: str, work_id: str, digest: str, found: Found, store: Store) -> Verdict:
    if found.digest != digest:
        return Conflict(TAKEN)
    if found.state in UNFINISHED:
        return Running()
    if not found.acting and _is_over(found):
        return New()  # What only observes may run again.
    answer = store.answer(peer, work_id)
    return Conflict(GONE) if answer is None else Answered(answer)


def _is_over(found: Found) -> bool:
    """Whether nothing more will be sent: it was delivered, or it was sent and is not kept."""
    return found.state in OVER or not (found.has_answer or found.state in UNFINISHED)
