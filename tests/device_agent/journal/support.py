"""What the journal's tests share: a wall clock that stands still, works, and an ear."""

import hashlib
import queue
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, Literal, TypeVar

from device_agent.journal.states import Outcome
from device_agent.journal.tasks import Journal
from device_agent.journal.works import Limits, NewWork, Pending, Verdict

T = TypeVar("T")
WAIT_S = 20.0
NOW = 1_700_000_000.0


def wall() -> float:
    return NOW


@dataclass
class Ear(Generic[T]):
    """Hears what a journal tells, and lets the test wait for it."""

    heard: "queue.SimpleQueue[T | None]" = field(default_factory=queue.SimpleQueue)

    def __call__(self, word: T | None = None) -> None:
        self.heard.put(word)

    def next(self) -> T | None:
        return self.heard.get(timeout=WAIT_S)

    @property
    def silent(self) -> bool:
        return self.heard.empty()


def small(**changes: float) -> Limits:
    """Limits that let a test reach them."""
    defaults: dict[str, float] = {"reserve_bytes": 64 * 1024, "retry_s": 0.01, "lazy_s": 0.005}
    return Limits(**{**defaults, **changes})  # type: ignore[arg-type]


def open_journal(state_dir: Path, limits: Limits | None = None) -> Journal:
    return Journal.open(state_dir, clock=wall, limits=limits or small())


def work(
    number: int = 1,
    *,
    peer: str = "hub",
    kind: Literal["command", "task"] = "command",
    acting: bool = True,
    content: str = "",
    reusable_id: bool = False,
) -> NewWork:
    command = kind == "command"
    return NewWork(
        peer=peer,
        work_id=f"command:t:r{number}" if command else f"task:t{number}",
        kind=kind,
        task_id="t" if command else f"t{number}",
        response_id=f"r{number}" if command else None,
        digest=hashlib.sha256(f"{number}{content}".encode()).hexdigest(),
        summary=f"execute_command command=echo {number}",
        acting=acting,
        reusable_id=reusable_id,
    )


def accept(journal: Journal, new: NewWork) -> Verdict:
    ear: Ear[Verdict] = Ear()
    journal.accept(new, ear)
    verdict = ear.next()
    assert verdict is not None
    return verdict


def finish(
    journal: Journal, new: NewWork, answer: str = "answer", outcome: Outcome = "completed"
) -> None:
    ear: Ear[None] = Ear()
    assert journal.finish(new.peer, new.work_id, outcome, answer, ear)
    ear.next()


def undelivered(journal: Journal, peer: str = "hub") -> list[Pending]:
    ear: Ear[list[Pending]] = Ear()
    journal.undelivered(peer, ear)
    pending = ear.next()
    assert pending is not None
    return pending


def answer_of(journal: Journal, new: NewWork) -> str | None:
    ear: Ear[str] = Ear()
    journal.answer(new.peer, new.work_id, ear)
    return ear.next()
