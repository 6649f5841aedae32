import random
import sqlite3
from pathlib import Path

import pytest

from device_agent.journal.database import Recovery
from device_agent.journal.works import New
from tests.device_agent.journal.support import accept, answer_of, finish, open_journal, work

WORKS = 60
PAGE_BYTES = 4096


def fill(state_dir: Path) -> Path:
    """Make a journal of many pages, folded into one file; half of its works are unfinished."""
    with open_journal(state_dir) as journal:
        for number in range(WORKS):
            accept(journal, work(number))
            if number % 2:
                finish(journal, work(number), f"{number}:" + "x" * 3000)
    return state_dir / "journal.db"


def recovery(state_dir: Path) -> Recovery:
    """Open what is broken; check that it was moved aside as it was, and works again."""
    broken = (state_dir / "journal.db").read_bytes()
    with open_journal(state_dir) as journal:
        assert journal.recovered is not None
        assert journal.recovered.moved_to.read_bytes() == broken
        assert accept(journal, work(WORKS + 1)) == New()
        found = journal.recovered
    with open_journal(state_dir) as journal:
        assert journal.recovered is None
    return found


def known(state_dir: Path) -> dict[int, str | None]:
    """Return every work that the journal still knows, with its answer."""
    with open_journal(state_dir) as journal:
        running = {item.work_id for item in journal.running_at_start()}
        answers = {number: answer_of(journal, work(number)) for number in range(WORKS)}
    return {
        number: answer
        for number, answer in answers.items()
        if answer is not None or work(number).work_id in running
    }


def test_a_new_journal_recovers_nothing(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        assert journal.recovered is None
    assert {path.name for path in tmp_path.iterdir()} == {
        "agent.lock",
        "journal.db",
        "reserve",
        "spool",
    }


def test_a_garbage_header(tmp_path: Path) -> None:
    path = fill(tmp_path)
    path.write_bytes(b"garbage!" + path.read_bytes()[8:])
    assert recovery(tmp_path) == Recovery(tmp_path / "journal.db.corrupt-1", 0)


def test_an_empty_file(tmp_path: Path) -> None:
    fill(tmp_path).write_bytes(b"")
    assert recovery(tmp_path).rescued == 0


def test_a_truncated_file_gives_up_what_is_left_of_it(tmp_path: Path) -> None:
    path = fill(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    found = recovery(tmp_path)
    assert 0 < found.rescued < WORKS
    assert len(known(tmp_path)) == found.rescued


@pytest.mark.parametrize("seed", range(12))
def test_a_destroyed_page_costs_no_more_than_what_was_near_it(tmp_path: Path, seed: int) -> None:
    path = fill(tmp_path)
    content = bytearray(path.read_bytes())
    page = random.Random(seed).randrange(1, len(content) // PAGE_BYTES)
    start = page * PAGE_BYTES
    content[start : start + PAGE_BYTES] = random.Random(seed).randbytes(PAGE_BYTES)
    path.write_bytes(content)
    found = recovery(tmp_path)
    assert found.rescued <= WORKS
    for number, answer in known(tmp_path).items():
        assert answer is None or answer == f"{number}:" + "x" * 3000


def test_a_leaf_that_is_lost_costs_its_own_works_alone(tmp_path: Path) -> None:
    path = fill(tmp_path)
    with sqlite3.connect(path) as connection:
        query = "SELECT pageno FROM dbstat WHERE name = 'work' AND pagetype = 'leaf'"
        try:
            pages = [row[0] for row in connection.execute(query)]
        except sqlite3.OperationalError:
            pytest.skip("this SQLite cannot tell where its pages are (dbstat)")
        finally:
            connection.rollback()
    connection.close()
    content = bytearray(path.read_bytes())
    start = (pages[len(pages) // 2] - 1) * PAGE_BYTES
    content[start : start + PAGE_BYTES] = bytes(PAGE_BYTES)
    path.write_bytes(content)
    assert recovery(tmp_path).rescued > WORKS - 20


def test_a_log_without_its_database_is_kept(tmp_path: Path) -> None:
    fill(tmp_path).unlink()
    (tmp_path / "journal.db-wal").write_bytes(b"log")
    with open_journal(tmp_path) as journal:
        assert journal.recovered == Recovery(tmp_path / "journal.db.corrupt-1", 0)
    assert (tmp_path / "journal.db.corrupt-1-wal").read_bytes() == b"log"


def test_nothing_that_was_put_aside_is_ever_overwritten(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (tmp_path / "journal.db").write_bytes(b"garbage %d" % number)
        recovery(tmp_path)
    for number in (1, 2, 3):
        assert (tmp_path / f"journal.db.corrupt-{number}").read_bytes() == b"garbage %d" % number


def test_a_half_made_journal_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "journal.db.new").write_bytes(b"half")
    (tmp_path / "journal.db.new-wal").write_bytes(b"half")
    with open_journal(tmp_path) as journal:
        assert journal.recovered is None
    assert not list(tmp_path.glob("*.new*"))
