"""The nouns of the journal: what is asked of it and what it answers. Texts and ids alone."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ..protocol.task_state import WorkState
from .states import Outcome

Kind: TypeAlias = Literal["command", "task"]


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How much the journal keeps, and for how long.

    Attributes:
        inline_bytes: Longer answers become files in ``spool/``.
        quota_bytes: All kept answers together. Over it, the oldest delivered ones go first; when
            undelivered ones alone reach it, new acting work is refused.
        memory_bytes: Undelivered answers of observing works, which are never on disk. Over it, new
            observing work is refused.
        reserve_bytes: Set aside on disk, so that results can be stored when the disk is full.
        known_s: How long a delivered work stays known, in seconds.
        undelivered_s: How long an undelivered answer waits for its peer, in seconds.
        lazy_s: How long marks may wait for company before they are written, in seconds.
        retry_s: Pause between two tries to write while the disk is full, in seconds.
        tidy_s: Pause between two searches for what is too old, in seconds.

    """

    inline_bytes: int = 64 * 1024
    quota_bytes: int = 256 * 1024 * 1024
    memory_bytes: int = 64 * 1024 * 1024
    reserve_bytes: int = 8 * 1024 * 1024
    known_s: float = 24 * 3600.0
    undelivered_s: float = 30 * 24 * 3600.0
    lazy_s: float = 0.02
    retry_s: float = 1.0
    tidy_s: float = 600.0


@dataclass(frozen=True, slots=True)
class NewWork:
    """
    What is written down before a work runs.

    Attributes:
        peer: Who asked; stable over reconnects. Nothing stored for one peer reaches another.
        work_id: Unique per peer; the same for every delivery of the same ids.
        kind: A COMMAND frame or a TASK.
        task_id: The task it belongs to.
        response_id: The COMMAND's; None for a TASK.
        digest: SHA-256 of the content in hex.
        summary: One redacted line for people.
        acting: True when it may change something: on disk before anything moves. False: it only
            observes, and may run again.
        reusable_id: True for a TASK of a peer that speaks plain AIP: once the outcome is
            delivered, the same id names new work.
        context: What its owner needs to answer it after a crash; the journal never looks into it.

    """

    peer: str
    work_id: str
    kind: Kind
    task_id: str
    response_id: str | None
    digest: str
    summary: str
    acting: bool
    reusable_id: bool = False
    context: str = ""

    def check(self) -> None:
        """
        Refuse what could never be written.

        Raises:
            ValueError: A text holds a lone surrogate.

        """
        texts = (self.peer, self.work_id, self.task_id, self.response_id or "", self.digest)
        "".join((*texts, self.summary, self.context)).encode()


@dataclass(frozen=True, slots=True)
class New:
    """Nobody has run this work: run it, then finish it."""


@dataclass(frozen=True, slots=True)
class Running:
    """The same work is in hand already; its first delivery will be answered."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The same work was answered before: send this text again."""

    answer: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """The ids are taken by other work, or by one whose answer is no longer kept."""

    reason: str


@dataclass(frozen=True, slots=True)
class Full:
    """There is no room to keep the promise; the work was not accepted."""

    reason: str


Verdict: TypeAlias = New | Running | Answered | Conflict | Full


@dataclass(frozen=True, slots=True)
class Unfinished:
    """
    A work that was in hand when the process died.

    Attributes:
        position: How many actions are known to have begun; a later one may have, too.
        acting: False when it only observed.
        accepted_at: Wall clock, seconds since 1970.

    """

    peer: str
    work_id: str
    kind: Kind
    task_id: str
    response_id: str | None
    digest: str
    summary: str
    acting: bool
    position: int
    accepted_at: float
    context: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """An answer that its peer is not known to have."""

    work_id: str
    task_id: str
    response_id: str | None
    kind: Kind
    size_bytes: int
    sent: bool


@dataclass(frozen=True, slots=True)
class WorkRow:
    """
    One work as people see it.

    Attributes:
        size_bytes: Of the kept answer in UTF-8; 0 when none is kept on disk.
        accepted_at: Wall clock, seconds since 1970; so is ``finished_at``.

    """

    peer: str
    work_id: str
    kind: Kind
    task_id: str
    response_id: str | None
    summary: str
    acting: bool
    state: WorkState
    outcome: Outcome | None
    position: int
    size_bytes: int
    accepted_at: float
    finished_at: float | None
