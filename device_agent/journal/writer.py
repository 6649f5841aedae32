"""
The one thread that writes: what is queued together is committed together.

An operation that can be refused says how. One that cannot is kept and tried again until the disk
has room, for as long as the process lives.
"""

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .reserve import Reserve, is_no_space
from .store import Store
from .works import Limits

_log = logging.getLogger(__name__)

_WRITE_ERRORS = (sqlite3.Error, OSError)


@dataclass(frozen=True, slots=True)
class Operation:
    """
    Something to do in a transaction.

    Attributes:
        apply: Does it; may be called again after a rollback. The thread is the writer's.
        done: Called once, when it is on disk.
        failed: Called instead when it cannot be written; None: it is kept and tried again.
        lazy: It may wait for company.

    """

    apply: Callable[[Store], None]
    done: Callable[[], None] | None = None
    failed: Callable[[str], None] | None = None
    lazy: bool = False


class Writer:
    """
    Commits operations in the order in which they were submitted, many at a time.

    Args:
        store: Used by the writer's thread alone, from :meth:`start` on.
        reserve: Given up when something that must be kept does not fit.
        limits: For ``lazy_s``, ``retry_s`` and ``tidy_s``.

    """

    def __init__(self, store: Store, reserve: Reserve, limits: Limits) -> None:
        self._store = store
        self._reserve = reserve
        self._limits = limits
        self._queue: queue.SimpleQueue[Operation | None] = queue.SimpleQueue()
        self._kept: list[Operation] = []
        self._tidy_at = 0.0
        self._retry_at = 0.0
        self._trouble: str | None = None
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    @property
    def trouble(self) -> str | None:
        """Why nothing new can be written just now; None when all is well."""
        return self._trouble

    @property
    def keeps(self) -> bool:
        """Whether something waits for room on the disk; to be asked on the writer's thread."""
        return bool(self._kept)

    def start(self) -> None:
        """Set the reserve aside and start the thread."""
        if not self._reserve.restore():
            self._trouble = "no space: the disk has no room for the journal's reserve"
        self._thread.start()

    def submit(self, operation: Operation) -> None:
        """Queue an operation. Never blocks; may be called from any thread."""
        self._queue.put(operation)

    def close(self) -> int:
        """Write what is queued, end the thread, close the store; return how much was not kept."""
        self._queue.put(None)
        self._thread.join()
        return len(self._kept)

    def _run(self) -> None:
        open_ = True
        while open_:
            batch, open_ = self._collect()
            if not open_:
                self._retry_at = 0.0  # The last chance of what was kept.
            self._write(batch)
            if time.monotonic() >= self._tidy_at or not open_:
                self._tidy()
        self._store.close()

    def _collect(self) -> tuple[list[Operation], bool]:
        """Wait for work; return it, and whether more may come."""
        batch: list[Operation] = []
        until = self._retry_at if self._trouble else self._tidy_at
        while True:
            try:
                operation = self._queue.get(timeout=max(until - time.monotonic(), 0.0))
            except queue.Empty:
                return batch, True
            if operation is None:
                return batch, False
            if not batch:
                until = min(until, time.monotonic() + self._limits.lazy_s)
            batch.append(operation)
            if not operation.lazy:
                until = 0.0  # Whatever else is queued already comes along.

    def _write(self, batch: list[Operation]) -> None:
        if self._trouble is None and batch:
            try:
                self._commit(batch)
            except _WRITE_ERRORS as error:
                self._note(error)
            else:
                return
        if self._trouble is not None:
            self._write_singly(batch)

    def _commit(self, batch: list[Operation]) -> None:
        self._store.begin()
        try:
            for operation in batch:
                operation.apply(self._store)
            self._store.commit()
        except _WRITE_ERRORS:
            self._store.rollback()
            raise
        for operation in batch:
            _call(operation.done)

    def _write_singly(self, batch: list[Operation]) -> None:
        """Write what fits, refuse what can be refused, keep the rest."""
        due = time.monotonic() >= self._retry_at
        if due:
            batch, self._kept = self._kept + batch, []
            self._retry_at = time.monotonic() + self._limits.retry_s
        for operation in batch:
            error = self._try(operation)
            if error is None:
                continue
            if operation.failed is None:
                self._kept.append(operation)
            else:
                _call(_bound(operation.failed, _reason(error)))
        if due and not self._kept and self._reserve.restore():
            _log.info("the journal can be written again")
            self._trouble = None

    def _try(self, operation: Operation) -> Exception | None:
        while True:
            try:
                self._commit([operation])
            except _WRITE_ERRORS as error:
                self._note(error)
                must = operation.failed is None
                if must and is_no_space(error) and self._reserve.release():
                    _log.warning("the disk is full: recording results in the journal's reserve")
                    continue
                return error
            return None

    def _tidy(self) -> None:
        self._tidy_at = time.monotonic() + self._limits.tidy_s
        if self._trouble is not None:
            return
        try:
            self._store.begin()
            dropped, more = self._store.tidy()
            self._store.commit()
        except _WRITE_ERRORS as error:
            self._store.rollback()
            self._note(error)
            return
        if more:
            self._tidy_at = 0.0  # Whatever has been queued meanwhile goes first.
        if dropped:
            _log.warning("%d answers were never fetched and are too old to keep", dropped)

    def _note(self, error: Exception) -> None:
        if self._trouble is None:
            _log.error("the journal cannot be written: %s", error)
        self._trouble = _reason(error)


def _reason(error: Exception) -> str:
    if is_no_space(error):
        return "no space: the disk of the journal is full"
    return f"the journal cannot be written: {error}"


def _bound(call: Callable[[str], None], reason: str) -> Callable[[], None]:
    return lambda: call(reason)


def _call(done: Callable[[], None] | None) -> None:
    if done is None:
        return
    try:
        done()
    except Exception:  # noqa: BLE001 -- the wall between the writer and those who wait for it
        _log.exception("a callback of the journal failed")
