"""The works of this process that are not settled yet, in memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from .states import Outcome
from .works import Answered, Conflict, Kind, NewWork, Pending, Running, Unfinished, Verdict


class Phase(Enum):
    """What this process is doing with a work."""

    ASKING = auto()  # the writer looks whether it is new
    RUNNING = auto()  # its owner was told to run it
    FINISHING = auto()  # its outcome is on the way to disk, its owner is not told yet
    READY = auto()  # its answer is in memory alone, until the peer has it


@dataclass(slots=True)
class InHand:
    """
    One such work.

    Attributes:
        durable: Its answer goes to disk. False: it only observed, and its answer stays here.
        answer: What it is answered with; None unless it is held here.
        size_bytes: Of that answer in UTF-8.
        order: Its place among all that have finished.

    """

    kind: Kind
    task_id: str
    response_id: str | None
    digest: str
    durable: bool
    phase: Phase = Phase.ASKING
    outcome: Outcome = "completed"
    answer: str | None = None
    size_bytes: int = 0
    order: int = 0
    sent: bool = False

    def judge(self, digest: str) -> Verdict:
        """Say what another delivery of the same ids gets."""
        if digest != self.digest:
            return Conflict("these ids belong to other work that is in hand")
        if self.phase is Phase.READY and self.answer is not None:
            return Answered(self.answer)
        return Running()

    def pending(self, work_id: str) -> Pending:
        """Describe it as an answer that waits for its peer."""
        return Pending(
            work_id, self.task_id, self.response_id, self.kind, self.size_bytes, self.sent
        )


def taken(work: NewWork) -> InHand:
    """Take a new work in hand."""
    return InHand(work.kind, work.task_id, work.response_id, work.digest, durable=work.acting)


def found(work: Unfinished) -> InHand:
    """Take a work in hand that died with another process: its answer goes to disk in any case."""
    held = InHand(work.kind, work.task_id, work.response_id, work.digest, durable=True)
    held.phase = Phase.RUNNING
    return held


def owed(
    peer: str,
    stored: Iterable[tuple[int, Pending]],
    in_hand: Mapping[tuple[str, str], InHand],
) -> list[Pending]:
    """
    Merge what waits for *peer* on disk and in memory, in the order of finishing.

    What is still in hand though it is on disk is left out: its owner is about to be told.
    """
    on_disk = [row for row in stored if (peer, row[1].work_id) not in in_hand]
    in_memory = [
        (work.order, work.pending(work_id))
        for (owner, work_id), work in in_hand.items()
        if owner == peer and work.phase is Phase.READY
    ]
    return [pending for _, pending in sorted(on_disk + in_memory, key=lambda row: row[0])]
