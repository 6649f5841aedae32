"""Reads what can still be read of a broken journal."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

COLUMNS = (
    "seq, peer, work_id, kind, task_id, response_id, digest, summary, acting, reusable_id,"
    " context, state, outcome, position, accepted_at, finished_at, finish_order, since_s,"
    " size_bytes, spool, answer"
)
_TYPES: tuple[tuple[type, ...], ...] = (
    (int,),
    (str,),
    (str,),
    (str,),
    (str,),
    (str, type(None)),
    (str,),
    (str,),
    (int,),
    (int,),
    (str,),
    (int,),
    (str, type(None)),
    (int,),
    (float,),
    (float, type(None)),
    (int, type(None)),
    (float,),
    (int,),
    (str, type(None)),
    (bytes, type(None)),
)
_FORWARDS = f"SELECT {COLUMNS} FROM work ORDER BY seq"  # noqa: S608 -- constants alone
_BACKWARDS = f"{_FORWARDS} DESC"
_INSERT = (
    f"INSERT OR IGNORE INTO work ({COLUMNS})"  # noqa: S608 -- constants alone
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def rescue(broken: Path, into: sqlite3.Connection) -> int:
    """
    Copy every work that can be read; return how many. The broken file stays as it is.

    A damaged page ends a scan, so the table is read from both ends.

    Raises:
        sqlite3.Error: The copies could not be written.

    """
    before = into.total_changes
    with closing(sqlite3.connect(f"{broken.resolve().as_uri()}?mode=ro", uri=True)) as source:
        source.text_factory = bytes
        # Without it SQLite reads nothing of a file that is shorter than its header says.
        source.execute("PRAGMA writable_schema = ON")
        into.execute("BEGIN IMMEDIATE")
        try:
            for query in (_FORWARDS, _BACKWARDS):
                into.executemany(_INSERT, _readable(source, query))
            into.execute("COMMIT")
        except sqlite3.Error:
            into.execute("ROLLBACK")
            raise
    return into.total_changes - before


def _readable(source: sqlite3.Connection, query: str) -> Iterator[tuple[object, ...]]:
    with suppress(sqlite3.Error):
        for row in source.execute(query):
            copy = _plausible(row)
            if copy is not None:
                yield copy


def _plausible(row: tuple[object, ...]) -> tuple[object, ...] | None:
    """Check the types of a row, since SQLite does not; None when it is garbage."""
    copy: list[object] = []
    for value, types in zip(row, _TYPES, strict=True):
        try:
            fair = value.decode() if isinstance(value, bytes) and str in types else value
        except UnicodeDecodeError:
            return None
        if not isinstance(fair, types):
            return None
        copy.append(fair)
    return tuple(copy)
