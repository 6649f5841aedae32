"""The journal against a model of what it promises, through crashes, on real files."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from device_agent.journal.states import OVER, UNFINISHED
from device_agent.journal.tasks import Journal
from device_agent.journal.view import JournalView
from device_agent.journal.works import Answered, Conflict, New, NewWork, Running, Verdict
from device_agent.protocol.task_state import MOVES, WorkState
from tests.device_agent.journal.support import (
    accept,
    answer_of,
    finish,
    open_journal,
    small,
    undelivered,
    work,
)

LIMITS = small(inline_bytes=20, reserve_bytes=0)
PEERS = ["a", "b"]
peers = st.sampled_from(PEERS)
numbers = st.integers(1, 3)


@dataclass
class Expected:
    """What the journal should think of one work."""

    work: NewWork
    state: WorkState
    answer: str | None = None
    durable: bool = True

    @property
    def over(self) -> bool:
        forgotten = self.answer is None and self.state not in UNFINISHED
        return self.state in OVER or forgotten

    def verdict(self, again: NewWork) -> Verdict | type[Conflict]:
        if self.over and again.reusable_id:
            return New()
        if again.digest != self.work.digest:
            return Conflict
        if self.state in UNFINISHED:
            return Running()
        if self.over and not self.work.acting:
            return New()
        return Answered(self.answer or "")


class JournalMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.life = 0
        self.journal: Journal = open_journal(self.root / "0", LIMITS)
        self.model: dict[tuple[str, str], Expected] = {}
        self.finished: list[tuple[str, str]] = []

    def teardown(self) -> None:
        self.journal.close()
        shutil.rmtree(self.root)

    @rule(peer=peers, number=numbers, content=st.sampled_from(["", "other"]), task=st.booleans())
    def deliver(self, peer: str, number: int, content: str, *, task: bool) -> None:
        new = work(
            number,
            peer=peer,
            kind="task" if task else "command",
            acting=task or number == 3,
            content=content,
            reusable_id=task and number > 1,
        )
        key = (peer, new.work_id)
        known = self.model.get(key)
        expected = New() if known is None else known.verdict(new)
        verdict = accept(self.journal, new)
        assert verdict == expected or type(verdict) is expected, (verdict, expected)
        if isinstance(verdict, New):
            state = WorkState.RUNNING if new.acting else WorkState.RECEIVED
            self.model[key] = Expected(new, state, durable=new.acting)
            self.finished = [other for other in self.finished if other != key]

    @rule(pick=st.integers(0, 99), size=st.sampled_from([1, 50]))
    def finish(self, pick: int, size: int) -> None:
        """Finish a work; one that has its outcome keeps it."""
        if not self.model:
            assert not self.journal.finish("a", "unknown", "completed", "", _unheard)
            return
        items = list(self.model.values())
        if pick % 10:
            items = [item for item in items if item.state in UNFINISHED] or items
        expected = items[pick % len(items)]
        if expected.state in UNFINISHED:
            self._end(expected, f"{len(self.finished)}" * size)
        else:
            ids = expected.work.peer, expected.work.work_id
            assert not self.journal.finish(*ids, "completed", "late", _unheard)

    def _end(self, expected: Expected, answer: str) -> None:
        finish(self.journal, expected.work, answer)
        expected.state, expected.answer = WorkState.DONE, answer
        self.finished.append((expected.work.peer, expected.work.work_id))

    @rule(
        pick=st.integers(0, 99),
        to=st.sampled_from([WorkState.SENT, WorkState.DELIVERED, WorkState.CONFIRMED]),
    )
    def mark(self, pick: int, to: WorkState) -> None:
        if not self.finished:
            return
        peer, work_id = self.finished[pick % len(self.finished)]
        marks = {
            WorkState.SENT: self.journal.mark_sent,
            WorkState.DELIVERED: self.journal.mark_delivered,
            WorkState.CONFIRMED: self.journal.mark_confirmed,
        }
        marks[to](peer, [work_id, "unknown"])
        expected = self.model[peer, work_id]
        if to in MOVES[expected.state]:
            expected.state = to
            if to in OVER and not expected.durable:
                expected.answer = None

    @rule(dice=st.integers(1, 6), answer_them=st.booleans())
    def crash(self, dice: int, *, answer_them: bool) -> None:
        """Go on with a copy of the files as they are: that is all a killed process leaves."""
        if dice < 6:
            return
        assert self.journal.flush()
        self.life += 1
        copy = self.root / str(self.life)
        shutil.copytree(self.root / str(self.life - 1), copy)
        self.journal.close()
        self.journal = open_journal(copy, LIMITS)
        assert self.journal.recovered is None
        for expected in self.model.values():
            if not expected.durable:
                unsent = expected.state is WorkState.DONE
                expected.state = WorkState.RECEIVED if unsent else expected.state
                expected.answer = None
        left = {(item.peer, item.work_id) for item in self.journal.running_at_start()}
        lost = {key for key, item in self.model.items() if item.state in UNFINISHED}
        assert left == lost
        self.finished = [key for key in self.finished if key not in lost]
        for key in lost:
            self.model[key].durable = True
            if answer_them:
                self._end(self.model[key], "interrupted")

    @invariant()
    def every_peer_is_owed_its_own_answers_in_order(self) -> None:
        for peer in PEERS:
            owed = [
                (work_id, self.model[owner, work_id].answer)
                for owner, work_id in self.finished
                if owner == peer and not self.model[owner, work_id].over
            ]
            pending = undelivered(self.journal, peer)
            assert [item.work_id for item in pending] == [work_id for work_id, _ in owed]
            for work_id, answer in owed:
                assert answer_of(self.journal, self.model[peer, work_id].work) == answer

    @invariant()
    def the_file_says_the_same(self) -> None:
        assert self.journal.flush()
        with JournalView.open(self.root / str(self.life)) as view:
            rows = {(row.peer, row.work_id): row.state for row in view.works()}
        on_disk = {
            key: WorkState.RECEIVED
            if not item.durable and item.state is WorkState.DONE
            else item.state
            for key, item in self.model.items()
        }
        assert rows == on_disk


def _unheard() -> None:
    raise AssertionError("a work has one outcome")


TestJournal = JournalMachine.TestCase
TestJournal.settings = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
