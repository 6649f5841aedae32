import sqlite3
import sys
from pathlib import Path

import pytest

from device_agent.errors import JournalError, StateLocked
from device_agent.journal.lock import STATE_LOCK, Lock
from device_agent.journal.tasks import Journal
from device_agent.journal.view import JournalView
from tests.device_agent.journal.support import (
    accept,
    answer_of,
    finish,
    open_journal,
    small,
    undelivered,
    wall,
    work,
)


def test_a_clock_that_jumps_25_years_drops_nothing_undelivered(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        finish(journal, work())
    later = wall() + 25 * 365 * 86400
    for clock in (later, wall() - 1e9, later):
        with Journal.open(tmp_path, clock=lambda now=clock: now) as journal:  # type: ignore[misc]
            assert journal.flush()
            assert [item.work_id for item in undelivered(journal)] == [work().work_id]


def test_two_agents_on_one_state_directory(tmp_path: Path) -> None:
    with open_journal(tmp_path), pytest.raises(StateLocked, match="in use by agent"):
        open_journal(tmp_path)
    open_journal(tmp_path).close()


def test_a_lock_that_the_caller_holds_stays_with_the_caller(tmp_path: Path) -> None:
    with Lock.take(tmp_path / STATE_LOCK, "call", clock=wall) as lock:
        Journal.open(tmp_path, clock=wall, lock=lock).close()
        with pytest.raises(StateLocked, match="in use by call"):
            open_journal(tmp_path)


def test_a_journal_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "journal.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(JournalError, match="newer version"):
        open_journal(tmp_path)
    with pytest.raises(JournalError, match="newer version"):
        JournalView.open(tmp_path)


def test_a_state_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(JournalError):
        open_journal(tmp_path / "file" / "state")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows rights come from the profile")
def test_nobody_else_may_read_what_is_kept(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    state_dir.mkdir(mode=0o755)
    with open_journal(state_dir) as journal:
        accept(journal, work())
        finish(journal, work(), "x" * 100_000)
        for path in [state_dir, *state_dir.rglob("*")]:
            assert path.stat().st_mode & 0o077 == 0, path


def test_an_answer_whose_file_is_damaged_is_interrupted_again(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        for number in (1, 2):
            accept(journal, work(number))
            finish(journal, work(number), str(number) * 100_000)
    first = next(
        path for path in (tmp_path / "spool").iterdir() if path.read_bytes().startswith(b"1")
    )
    first.write_bytes(b"cut")
    with open_journal(tmp_path) as journal:
        assert [item.work_id for item in journal.running_at_start()] == [work(1).work_id]
        finish(journal, work(1), "lost", "interrupted")
        assert answer_of(journal, work(2)) == "2" * 100_000
        assert len(undelivered(journal)) == 2


def test_files_that_belong_to_no_work_are_swept(tmp_path: Path) -> None:
    open_journal(tmp_path).close()
    (tmp_path / "spool" / "draft.new").write_bytes(b"half")
    open_journal(tmp_path).close()
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_broken_journal_puts_the_files_aside_that_it_no_longer_names(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        finish(journal, work(), "x" * 100_000)
    (tmp_path / "journal.db").write_bytes(b"garbage" * 1000)
    with open_journal(tmp_path, small()) as journal:
        assert journal.recovered is not None
        aside = journal.recovered.moved_to
    kept = list(aside.with_name(aside.name + "-spool").iterdir())
    assert [path.read_bytes() for path in kept] == [b"x" * 100_000]
