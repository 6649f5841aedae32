"""The journal's statements, run in transactions by one thread."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from ..protocol.task_state import WorkState
from .ages import Ages
from .spool import Spool
from .states import NUMBERS, OVER, STATES, UNDELIVERED, UNFINISHED, Outcome, mask, sources
from .works import Limits, NewWork, Pending, Unfinished

_FIND = (
    "SELECT seq, digest, acting, reusable_id, state, spool, answer IS NOT NULL, size_bytes"
    " FROM work WHERE peer = ? AND work_id = ?"
)
_INSERT = (
    "INSERT INTO work (peer, work_id, kind, task_id, response_id, digest, summary, acting,"
    " reusable_id, context, state, accepted_at, since_s)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_FINISH = (
    "UPDATE work SET state = ?, outcome = ?, finished_at = ?, finish_order = ?, since_s = ?,"
    " size_bytes = ?, spool = ?, answer = ?"
    " WHERE peer = ? AND work_id = ? AND (1 << state) & ?"
)
_REPLACE = (
    "UPDATE work SET size_bytes = ?, spool = ?, answer = ?"
    " WHERE peer = ? AND work_id = ? AND (1 << state) & ?"
)
_MOVE = "UPDATE work SET state = ?, since_s = ? WHERE peer = ? AND work_id = ? AND (1 << state) & ?"
_STEP = (
    "UPDATE work SET state = ?, position = ? WHERE peer = ? AND work_id = ? AND (1 << state) & ?"
)
_UNFINISHED = (
    "SELECT peer, work_id, kind, task_id, response_id, digest, summary, acting, position,"
    " accepted_at, context FROM work WHERE (1 << state) & ? ORDER BY seq"
)
_PENDING = (
    "SELECT finish_order, work_id, task_id, response_id, kind, size_bytes, state FROM work"
    " WHERE peer = ? AND state IN (2, 3) AND (answer IS NOT NULL OR spool IS NOT NULL)"
)
# Without an answer there is nothing to wait for: what only observed may run again.
_TOO_OLD = (
    "SELECT seq, spool, size_bytes, (1 << state) & :undelivered AND size_bytes > 0 FROM work"
    " WHERE ((1 << state) & :over AND since_s < :known)"
    " OR ((1 << state) & :undelivered AND since_s < :undelivered_since)"
    " OR (state = 3 AND answer IS NULL AND spool IS NULL AND since_s < :known)"
    " LIMIT :batch"
)
_OLDEST_DELIVERED = (
    "SELECT seq, spool, size_bytes FROM work WHERE (1 << state) & ? AND size_bytes > 0"
    " ORDER BY since_s LIMIT 1"
)
_BATCH = 500
"""How many works one transaction drops, so that nobody waits long behind it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the file says of a work that is asked for again."""

    seq: int
    digest: str
    acting: bool
    reusable_id: bool
    state: WorkState
    spool: str | None
    inline: int
    size_bytes: int

    @property
    def has_answer(self) -> bool:
        """Whether its answer is still kept."""
        return bool(self.inline) or self.spool is not None


class Store:
    """
    One database, one thread, one transaction at a time.

    What a rolled back transaction did is undone here as well; files that a committed one no
    longer needs are removed after it.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        spool: Spool,
        limits: Limits,
        ages: Ages,
        wall: Callable[[], float],
    ) -> None:
        self._db = connection
        self._spool = spool
        self._limits = limits
        self._ages = ages
        self._wall = wall
        self._doomed: list[str] = []
        self._kept_bytes = self._count_kept()

    @property
    def kept_bytes(self) -> int:
        """All answers that are kept on disk."""
        return self._kept_bytes

    def begin(self) -> None:
        """Start a transaction; what follows happens together or not at all."""
        self._db.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make it last: on disk when this returns."""
        self._db.execute("COMMIT")
        doomed, self._doomed = self._doomed, []
        self._spool.remove(doomed)

    def rollback(self) -> None:
        """Undo everything since :meth:`begin`. Does not raise: the cause does already."""
        self._doomed = []
        with suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._kept_bytes = self._count_kept()

    def find(self, peer: str, work_id: str) -> Found | None:
        """Look a work up by its ids."""
        row = self._db.execute(_FIND, (peer, work_id)).fetchone()
        if row is None:
            return None
        seq, digest, acting, reusable, state, *answer = row
        return Found(seq, digest, bool(acting), bool(reusable), STATES[state], *answer)

    def insert(self, work: NewWork, state: WorkState) -> None:
        """Write a work down for the first time."""
        self._db.execute(
            _INSERT,
            (
                work.peer,
                work.work_id,
                work.kind,
                work.task_id,
                work.response_id,
                work.digest,
                work.summary,
                work.acting,
                work.reusable_id,
                work.context,
                NUMBERS[state],
                self._wall(),
                self._ages.now_s(),
            ),
        )

    def make_room(self, size_bytes: int) -> None:
        """Give up the oldest delivered answers when a new one would break the quota."""
        excess = self._kept_bytes + size_bytes - self._limits.quota_bytes
        while excess > 0:
            row = self._db.execute(_OLDEST_DELIVERED, (mask(OVER),)).fetchone()
            if row is None:
                return
            self._drop_answers([row])
            excess -= row[2]

    def forget(self, found: Found) -> None:
        """Drop a work, so that its ids are free."""
        self._drop_answers([(found.seq, found.spool, found.size_bytes)])
        self._db.execute("DELETE FROM work WHERE seq = ?", (found.seq,))

    def finish(
        self, peer: str, work_id: str, outcome: Outcome, answer: bytes | None, order: int
    ) -> None:
        """Give a work its one outcome; a second one changes nothing. None: no answer is kept."""
        size_bytes, name, inline = self._keep(peer, work_id, answer)
        changed = self._db.execute(
            _FINISH,
            (
                NUMBERS[WorkState.DONE],
                outcome,
                self._wall(),
                order,
                self._ages.now_s(),
                size_bytes,
                name,
                inline,
                peer,
                work_id,
                mask(sources(WorkState.DONE)),
            ),
        ).rowcount
        if changed:
            self._kept_bytes += size_bytes

    def replace(self, peer: str, work_id: str, answer: bytes) -> bool:
        """Put another answer in the place of one that is not delivered; False when none is."""
        found = self.find(peer, work_id)
        if found is None or found.state not in UNDELIVERED:
            return False
        if found.has_answer:
            self._drop_answers([(found.seq, found.spool, found.size_bytes)])
        kept = self._keep(peer, work_id, answer)
        self._db.execute(_REPLACE, (*kept, peer, work_id, mask(UNDELIVERED)))
        self._kept_bytes += kept[0]
        return True

    def move(self, peer: str, work_ids: Iterable[str], to: WorkState) -> None:
        """Move works along; ids that are unknown or further already are fine."""
        now_s = self._ages.now_s()
        bits = mask(sources(to))
        self._db.executemany(
            _MOVE, [(NUMBERS[to], now_s, peer, work_id, bits) for work_id in work_ids]
        )

    def step(self, peer: str, work_id: str, position: int) -> None:
        """Note how many actions of a running work have begun."""
        running = (NUMBERS[WorkState.RUNNING], position, peer, work_id, mask(UNFINISHED))
        self._db.execute(_STEP, running)

    def unfinished(self) -> list[Unfinished]:
        """Every work without an outcome, in order of arrival."""
        rows = self._db.execute(_UNFINISHED, (mask(UNFINISHED),)).fetchall()
        return [
            Unfinished(
                peer=row[0],
                work_id=row[1],
                kind=row[2],
                task_id=row[3],
                response_id=row[4],
                digest=row[5],
                summary=row[6],
                acting=bool(row[7]),
                position=row[8],
                accepted_at=row[9],
                context=row[10],
            )
            for row in rows
        ]

    def undelivered(self, peer: str) -> list[tuple[int, Pending]]:
        """Every kept answer that the peer is not known to have, with its place in the order."""
        rows = self._db.execute(_PENDING, (peer,)).fetchall()
        sent = NUMBERS[WorkState.SENT]
        return [
            (order, Pending(work_id, task_id, response_id, kind, size_bytes, state == sent))
            for order, work_id, task_id, response_id, kind, size_bytes, state in rows
        ]

    def answer(self, peer: str, work_id: str) -> str | None:
        """Read a kept answer; None when there is none, or its file is damaged."""
        row = self._db.execute(
            "SELECT spool, answer FROM work WHERE peer = ? AND work_id = ?", (peer, work_id)
        ).fetchone()
        if row is None:
            return None
        name, answer = row
        if name is not None:
            answer = self._spool.get(name, peer, work_id)
        return None if answer is None else bytes(answer).decode()

    def reopen(self, seqs: Iterable[int]) -> None:
        """Take back outcomes whose answers are gone, as if the process had died over them."""
        self._db.executemany(
            "UPDATE work SET state = 1, outcome = NULL, finish_order = NULL, spool = NULL,"
            " size_bytes = 0 WHERE seq = ? AND state IN (2, 3)",
            [(seq,) for seq in seqs],
        )
        self._kept_bytes = self._count_kept()

    def last_order(self) -> int:
        """The place of the work that finished last; 0 when none has."""
        return self._one_number("SELECT max(finish_order) FROM work")

    def ids(self) -> Iterable[tuple[str, str]]:
        """Peer and id of every work."""
        return self._db.execute("SELECT peer, work_id FROM work")

    def spooled(self) -> list[tuple[int, str, int]]:
        """Row, file and size of every answer that is a file."""
        query = "SELECT seq, spool, size_bytes FROM work WHERE spool IS NOT NULL"
        return self._db.execute(query).fetchall()

    def tidy(self) -> tuple[int, bool]:
        """
        Drop some of what is too old, and note how far the clock has come.

        Returns:
            How many undelivered answers were among it, and whether there may be more to drop.

        """
        now_s = self._ages.now_s()
        self._db.execute("INSERT OR REPLACE INTO used VALUES (1, ?, ?)", (now_s, self._wall()))
        rows = self._db.execute(
            _TOO_OLD,
            {
                "over": mask(OVER),
                "undelivered": mask(UNDELIVERED),
                "known": now_s - self._limits.known_s,
                "undelivered_since": now_s - self._limits.undelivered_s,
                "batch": _BATCH,
            },
        ).fetchall()
        self._drop_answers((seq, spool, size_bytes) for seq, spool, size_bytes, _ in rows)
        self._db.executemany("DELETE FROM work WHERE seq = ?", [(row[0],) for row in rows])
        return sum(row[3] for row in rows), len(rows) == _BATCH

    def close(self) -> None:
        """Close the database; its log is folded into it."""
        self._db.close()

    def _keep(
        self, peer: str, work_id: str, answer: bytes | None
    ) -> tuple[int, str | None, bytes | None]:
        """Find a place for an answer; return its size, and its file or itself."""
        size_bytes = len(answer or b"")
        self.make_room(size_bytes)
        if answer is not None and size_bytes > self._limits.inline_bytes:
            name = self._spool.put(peer, work_id, answer)
            if name in self._doomed:
                self._doomed.remove(name)
            return size_bytes, name, None
        return size_bytes, None, answer

    def _drop_answers(self, rows: Iterable[tuple[int, str | None, int]]) -> None:
        for seq, name, size_bytes in rows:
            self._db.execute(
                "UPDATE work SET answer = NULL, spool = NULL, size_bytes = 0 WHERE seq = ?", (seq,)
            )
            self._kept_bytes -= size_bytes
            if name is not None:
                self._doomed.append(name)

    def _count_kept(self) -> int:
        return self._one_number("SELECT sum(size_bytes) FROM work")

    def _one_number(self, query: str) -> int:
        return int(self._db.execute(query).fetchone()[0] or 0)
