from pathlib import Path

import pytest

from device_agent.journal.works import Answered, Conflict, New, Running, Verdict
from tests.device_agent.journal.support import (
    Ear,
    accept,
    answer_of,
    finish,
    open_journal,
    undelivered,
    work,
)


@pytest.mark.parametrize("acting", [True, False])
def test_the_same_ids_with_other_content_conflict_in_hand(tmp_path: Path, *, acting: bool) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work(acting=acting))
        assert isinstance(accept(journal, work(acting=acting, content="other")), Conflict)


def test_the_same_ids_with_other_content_conflict_on_disk(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        finish(journal, work())
        assert isinstance(accept(journal, work(content="other")), Conflict)
        assert isinstance(accept(journal, work(content="other", acting=False)), Conflict)


def test_two_peers_may_use_the_same_ids(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work(peer="a"))
        finish(journal, work(peer="a"), "for a")
        assert accept(journal, work(peer="b", content="other")) == New()
        assert [item.work_id for item in undelivered(journal, "a")] == [work().work_id]
        assert undelivered(journal, "b") == []
        assert answer_of(journal, work(peer="b")) is None


def test_a_delivered_plain_task_frees_its_id(tmp_path: Path) -> None:
    again = work(kind="task", content="tomorrow", reusable_id=True)
    with open_journal(tmp_path) as journal:
        accept(journal, work(kind="task"))
        finish(journal, work(kind="task"), "today")
        assert isinstance(accept(journal, again), Conflict)
        journal.mark_delivered("hub", [again.work_id])
        assert accept(journal, again) == New()
        finish(journal, again, "tomorrow")
        assert answer_of(journal, again) == "tomorrow"


def test_a_delivered_task_of_a_peer_that_acks_keeps_its_id(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work(kind="task"))
        finish(journal, work(kind="task"))
        journal.mark_confirmed("hub", [work(kind="task").work_id])
        assert accept(journal, work(kind="task")) == Answered("answer")


def test_recall_says_what_is_known_and_accepts_nothing(tmp_path: Path) -> None:
    def recall(digest: str) -> Verdict | None:
        ear: Ear[Verdict] = Ear()
        journal.recall("hub", work().work_id, digest, ear)
        return ear.next()

    with open_journal(tmp_path) as journal:
        assert recall(work().digest) is None
        assert accept(journal, work()) == New()
        assert recall(work().digest) == Running()
        finish(journal, work())
        assert recall(work().digest) == Answered("answer")
        assert isinstance(recall("other"), Conflict)


def test_recall_of_a_delivered_plain_task_knows_nothing(tmp_path: Path) -> None:
    task = work(kind="task", reusable_id=True)
    ear: Ear[Verdict] = Ear()
    with open_journal(tmp_path) as journal:
        accept(journal, task)
        finish(journal, task)
        journal.mark_delivered("hub", [task.work_id])
        journal.recall("hub", task.work_id, task.digest, ear)
        assert ear.next() is None
