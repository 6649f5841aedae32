"""The journal as people look at it: from any process, whether the agent runs or not."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from ..errors import JournalCorrupt, JournalError
from ..protocol.task_state import WorkState
from .database import is_broken, open_reading
from .spool import SPOOL_DIR, Spool
from .states import STATES, mask
from .works import WorkRow

_COLUMNS = (
    "SELECT peer, work_id, kind, task_id, response_id, summary, acting, state, outcome, position,"
    " size_bytes, accepted_at, finished_at FROM work"
)
_LIST = f"{_COLUMNS} WHERE (1 << state) & ? ORDER BY seq DESC LIMIT ?"
_SHOW = (
    f"{_COLUMNS} WHERE substr(task_id, 1, length(:name)) = :name"
    " OR substr(work_id, 1, length(:name)) = :name"
    " OR substr(response_id, 1, length(:name)) = :name ORDER BY seq DESC LIMIT :limit"
)


_Values: TypeAlias = tuple[object, ...] | dict[str, object]


class JournalView:
    """A journal that is only read. Use :meth:`open`, and ``with``."""

    def __init__(self, connection: sqlite3.Connection | None, state_dir: Path) -> None:
        self._db = connection
        self._state_dir = state_dir

    @classmethod
    def open(cls, state_dir: Path) -> Self:
        """
        Look at the journal of a state directory; one that was never used is empty.

        Raises:
            JournalCorrupt: The file is no journal.
            JournalError: It cannot be read.

        """
        return cls(open_reading(state_dir), state_dir)

    def works(self, limit: int = 50, states: Iterable[WorkState] = WorkState) -> list[WorkRow]:
        """List the newest works first, those in *states* alone."""
        return self._rows(_LIST, (mask(frozenset(states)), limit))

    def show(self, name: str, limit: int = 50) -> list[WorkRow]:
        """Find works by the beginning of their task's, their own or their response's id."""
        return self._rows(_SHOW, {"name": name, "limit": limit})

    def answer(self, row: WorkRow) -> str | None:
        """Read the answer of a work; None when none is kept on disk."""
        query = "SELECT spool, answer FROM work WHERE peer = ? AND work_id = ?"
        for name, answer in self._fetch(query, (row.peer, row.work_id)):
            content = answer
            if name is not None:
                content = Spool(self._state_dir / SPOOL_DIR).get(name, row.peer, row.work_id)
            if content is not None:
                return bytes(content).decode()
        return None

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _rows(self, query: str, values: _Values) -> list[WorkRow]:
        return [
            WorkRow(
                peer=row[0],
                work_id=row[1],
                kind=row[2],
                task_id=row[3],
                response_id=row[4],
                summary=row[5],
                acting=bool(row[6]),
                state=STATES[row[7]],
                outcome=row[8],
                position=row[9],
                size_bytes=row[10],
                accepted_at=row[11],
                finished_at=row[12],
            )
            for row in self._fetch(query, values)
        ]

    def _fetch(self, query: str, values: _Values) -> list[tuple[Any, ...]]:
        if self._db is None:
            return []
        try:
            with closing(self._db.execute(query, values)) as cursor:
                return cursor.fetchall()
        except sqlite3.Error as error:
            if is_broken(error):
                raise JournalCorrupt(f"the journal in {self._state_dir} is damaged") from error
            raise JournalError(f"the journal cannot be read: {error}") from error
