import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from device_agent.errors import JournalCorrupt, JournalError
from device_agent.journal.view import JournalView
from device_agent.journal.works import New
from device_agent.protocol.task_state import WorkState
from tests.device_agent.journal.support import NOW, accept, finish, open_journal, work

READ = """
import json, sys
from pathlib import Path
from device_agent.journal.view import JournalView
from device_agent.journal.works import New
with JournalView.open(Path(sys.argv[1])) as view:
    print(json.dumps([[row.work_id, row.state.value] for row in view.works()]))
"""


def test_a_state_directory_that_was_never_used_has_no_works(tmp_path: Path) -> None:
    with JournalView.open(tmp_path / "nothing") as view:
        assert view.works() == view.show("t") == []
    assert not (tmp_path / "nothing").exists()


def test_works_are_listed_newest_first_and_by_state(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        for number in (1, 2, 3):
            accept(journal, work(number))
        finish(journal, work(2), "é", "failed")
    with JournalView.open(tmp_path) as view:
        assert [row.response_id for row in view.works()] == ["r3", "r2", "r1"]
        assert [row.response_id for row in view.works(limit=1)] == ["r3"]
        (row,) = view.works(states=[WorkState.DONE])
    assert (row.peer, row.task_id, row.outcome, row.size_bytes) == ("hub", "t", "failed", 2)
    assert row.acting
    assert (row.accepted_at, row.finished_at) == (NOW, NOW)
    assert row.summary == "execute_command command=echo 2"


@pytest.mark.parametrize("name", ["t", "r1", "command:t:r1", "comm"])
def test_a_work_is_found_by_the_beginning_of_its_ids(tmp_path: Path, name: str) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work())
    with JournalView.open(tmp_path) as view:
        assert [row.work_id for row in view.show(name)] == [work().work_id]
        assert view.show("%") == view.show("_") == []


@pytest.mark.parametrize("size", [10, 100_000])
def test_an_answer_can_be_read(tmp_path: Path, size: int) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work(1))
        accept(journal, work(2))
        finish(journal, work(1), "ö" * size)
    with JournalView.open(tmp_path) as view:
        running, done = view.works()
        assert view.answer(done) == "ö" * size
        assert view.answer(running) is None


def test_another_process_reads_while_the_agent_writes(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        command = [sys.executable, "-c", READ, str(tmp_path)]
        root = Path(__file__).parents[3]
        shown = subprocess.run(command, capture_output=True, check=True, cwd=root, timeout=30)
        assert json.loads(shown.stdout) == [[work().work_id, "running"]]
        assert accept(journal, work(2)) == New()


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_bytes(b"garbage" * 1000)
    with pytest.raises(JournalCorrupt):
        JournalView.open(tmp_path)
    assert (tmp_path / "journal.db").read_bytes() == b"garbage" * 1000


def test_a_journal_that_breaks_while_it_is_looked_at(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work())
    with JournalView.open(tmp_path) as view:
        content = (tmp_path / "journal.db").read_bytes()
        (tmp_path / "journal.db").write_bytes(content[:100] + bytes(len(content) - 100))
        with pytest.raises(JournalCorrupt):
            view.works()


def test_a_journal_without_its_table(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "journal.db").close()
    with JournalView.open(tmp_path) as view, pytest.raises(JournalError):
        view.works()


def test_a_journal_that_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "journal.db").mkdir()
    with pytest.raises(JournalError):
        JournalView.open(tmp_path)
