import sqlite3
from contextlib import closing
from pathlib import Path

from device_agent.journal.salvage import rescue
from tests.device_agent.journal.support import accept, finish, open_journal, work


def journals(tmp_path: Path) -> tuple[Path, sqlite3.Connection]:
    with open_journal(tmp_path / "old") as journal:
        for number in (1, 2, 3):
            accept(journal, work(number))
        finish(journal, work(2), "é")
    open_journal(tmp_path / "new").close()
    return tmp_path / "old" / "journal.db", sqlite3.connect(
        tmp_path / "new" / "journal.db", isolation_level=None
    )


def test_everything_is_copied_once(tmp_path: Path) -> None:
    old, connection = journals(tmp_path)
    with closing(connection):
        assert rescue(old, connection) == 3
        query = "SELECT state, answer FROM work ORDER BY seq"
        assert connection.execute(query).fetchall() == [(1, None), (2, "é".encode()), (1, None)]


def test_rows_that_are_garbage_stay_behind(tmp_path: Path) -> None:
    old, connection = journals(tmp_path)
    with closing(sqlite3.connect(old, isolation_level=None)) as broken:
        broken.execute("PRAGMA ignore_check_constraints = ON")
        broken.execute("UPDATE work SET state = 77 WHERE seq = 1")
        broken.execute("UPDATE work SET summary = x'ff' WHERE seq = 2")
        broken.execute("UPDATE work SET summary = CAST(x'ff' AS TEXT) WHERE seq = 3")
    with closing(connection):
        assert rescue(old, connection) == 0


def test_a_file_without_works_rescues_nothing(tmp_path: Path) -> None:
    _, connection = journals(tmp_path)
    other = tmp_path / "other.db"
    other.write_bytes(b"garbage" * 100)
    with closing(connection):
        assert rescue(other, connection) == 0
