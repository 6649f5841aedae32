"""Puts the journal's parts together and mends what the last process left behind."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import JournalError, JournalFull
from .ages import Ages
from .database import Recovery, open_database
from .files import private_dir
from .reserve import is_no_space
from .spool import SPOOL_DIR, Spool
from .store import Store
from .works import Limits

_log = logging.getLogger(__name__)


def open_store(
    state_dir: Path, limits: Limits, wall: Callable[[], float]
) -> tuple[Store, Recovery | None]:
    """
    Open the database and the spool, and make them agree.

    Raises:
        JournalError: A newer version of this program wrote the file.
        sqlite3.Error: The journal cannot be opened, or there is no room; so does OSError.

    """
    spool = Spool(private_dir(state_dir / SPOOL_DIR))
    connection, recovery = open_database(state_dir)
    try:
        store = Store(connection, spool, limits, _ages(connection, wall), wall)
        _agree(store, spool, recovery)
    except (sqlite3.Error, OSError):
        connection.close()
        raise
    return store, recovery


@contextmanager
def journal_errors(state_dir: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise into this project's errors."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if is_no_space(error):
            raise JournalFull(f"there is no room for a journal in {state_dir}: {error}") from error
        raise JournalError(f"the journal in {state_dir} cannot be used: {error}") from error


def _ages(connection: sqlite3.Connection, wall: Callable[[], float]) -> Ages:
    row = connection.execute("SELECT age_s, wall FROM used").fetchone()
    return Ages(wall) if row is None else Ages(wall, *row)


def _agree(store: Store, spool: Spool, recovery: Recovery | None) -> None:
    """Answers without a file are reported as interrupted; files without a work are swept."""
    rows = store.spooled()
    lost = [seq for seq, name, size_bytes in rows if spool.size(name) != size_bytes]
    if lost:
        _log.error("%d answers in the spool are damaged", len(lost))
        store.begin()
        store.reopen(lost)
        store.commit()
    strays = spool.names() - {name for _, name, _ in rows}
    if recovery is None:
        spool.remove(strays)
    elif strays:
        # Their works were not readable; people may still want them.
        spool.move(strays, recovery.moved_to.with_name(recovery.moved_to.name + "-spool"))
