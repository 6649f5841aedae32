"""The journal's file: made, opened, checked, and moved aside when it is no journal any more."""

import logging
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ..errors import JournalCorrupt, JournalError
from .files import open_private, sync_dir
from .salvage import rescue

FILE_NAME = "journal.db"
VERSION = 1
"""Stands in the file as ``user_version``."""

MIGRATIONS: dict[int, str] = {
    0: """
    CREATE TABLE work (
        seq INTEGER PRIMARY KEY,
        peer TEXT NOT NULL,
        work_id TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('command', 'task')),
        task_id TEXT NOT NULL,
        response_id TEXT,
        digest TEXT NOT NULL,
        summary TEXT NOT NULL,
        acting INTEGER NOT NULL CHECK (acting IN (0, 1)),
        reusable_id INTEGER NOT NULL CHECK (reusable_id IN (0, 1)),
        context TEXT NOT NULL,
        state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
        outcome TEXT CHECK (outcome IN ('completed', 'failed', 'interrupted')),
        position INTEGER NOT NULL DEFAULT 0,
        accepted_at REAL NOT NULL,
        finished_at REAL,
        finish_order INTEGER,
        since_s REAL NOT NULL,
        size_bytes INTEGER NOT NULL DEFAULT 0,
        spool TEXT,
        answer BLOB,
        UNIQUE (peer, work_id)
    );
    CREATE INDEX undelivered ON work (peer, finish_order) WHERE state IN (2, 3);
    CREATE TABLE used (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        age_s REAL NOT NULL,
        wall REAL NOT NULL
    );
    """,
}
"""The step that leads from each version to the next."""

_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY_CODE = 0xFF
_BUSY_S = 5.0
_SUFFIXES = ("", "-wal", "-shm")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recovery:
    """
    A journal file was unusable, and this became of it.

    Attributes:
        moved_to: Where the old file lies now; its ``-wal`` and ``-shm`` beside it.
        rescued: How many works could still be read and stand in the new file.

    """

    moved_to: Path
    rescued: int


def open_database(state_dir: Path) -> tuple[sqlite3.Connection, Recovery | None]:
    """
    Open the journal's file, make it when missing, replace it when broken.

    The caller holds the state directory's lock. The connection may be used by any one thread.

    Raises:
        JournalError: A newer version of this program wrote the file.
        sqlite3.Error: It cannot be opened, or there is no room to make it; so does OSError.

    """
    path = state_dir / FILE_NAME
    recovery = None
    if not path.exists() or _is_broken(path):
        recovery = _renew(path)
    connection = _connect(path)
    try:
        _migrate(connection, path)
    except (sqlite3.Error, JournalError):
        connection.close()
        raise
    return connection, recovery


def open_reading(state_dir: Path) -> sqlite3.Connection | None:
    """
    Open the journal's file to look at it, also while the agent writes; None when there is none.

    Raises:
        JournalCorrupt: The file is no journal.
        JournalError: It cannot be read.

    """
    path = state_dir / FILE_NAME
    if not path.exists():
        return None
    try:
        connection = _connect_reading(path)
        try:
            _check_version(connection, path)
        except (sqlite3.Error, JournalError):
            connection.close()
            raise
    except sqlite3.Error as error:
        if is_broken(error):
            raise JournalCorrupt(f"{path} is no journal: {error}") from error
        raise JournalError(f"the journal {path} cannot be read: {error}") from error
    return connection


def is_broken(error: sqlite3.Error) -> bool:
    """Whether the file itself is the trouble, rather than the room or the moment."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & _PRIMARY_CODE in _BROKEN


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -512")
    connection.execute("PRAGMA journal_size_limit = 4194304")
    return connection


def _renew(path: Path) -> Recovery | None:
    """
    Put a new journal in the place of a broken or missing one; None when there was nothing.

    It is made under another name first, so that no half-made one is ever found.
    """
    draft = path.with_name(path.name + ".new")
    for suffix in _SUFFIXES:
        draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    os.close(open_private(draft))
    with closing(_connect(draft)) as connection:
        _migrate(connection, draft)
        rescued = rescue(path, connection) if path.exists() else 0
    aside = _move_aside(path)
    draft.rename(path)
    sync_dir(path.parent)
    if aside is None:
        return None
    _log.error("the journal was broken: moved to %s, %d works read from it", aside, rescued)
    return Recovery(aside, rescued)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = _check_version(connection, path)
    for step in range(version, VERSION):
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[step]} PRAGMA user_version = {step + 1}; COMMIT;"
        )


def _check_version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise JournalError(
            f"{path} was written by a newer version (format {version}, this is {VERSION}); "
            "install that version again"
        )
    return version


def _is_broken(path: Path) -> bool:
    if path.stat().st_size == 0:
        return True  # A journal has its tables before it gets its name.
    try:
        with closing(_connect_reading(path)) as connection:
            answer = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        if is_broken(error):
            return True
        raise
    return bool(answer != "ok")


def _connect_reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _move_aside(path: Path) -> Path | None:
    """
    Rename a broken journal; None when nothing lies there.

    A log without its database is one, too: SQLite itself would drop it in silence.
    """
    parts = [suffix for suffix in _SUFFIXES[:2] if path.with_name(path.name + suffix).exists()]
    if not parts:
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.corrupt-{number}")).exists():
        number += 1
    for suffix in _SUFFIXES:
        source = path.with_name(path.name + suffix)
        if source.exists():
            source.rename(aside.with_name(aside.name + suffix))
    return aside
