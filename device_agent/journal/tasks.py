"""
The promise: every accepted work ends in exactly one outcome, through crashes and full disks.

Threads: call from any thread; nothing here blocks on the disk but :meth:`Journal.open`,
:meth:`Journal.flush` and :meth:`Journal.close`. Everything that is told back goes through ``post``.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import JournalError
from ..protocol.task_state import WorkState
from .asking import Question, recall
from .database import Recovery
from .files import private_dir
from .in_hand import InHand, Phase, found, owed, taken
from .known import Known
from .lock import STATE_LOCK, Lock
from .opening import journal_errors, open_store
from .reserve import Reserve
from .states import Outcome
from .store import Store
from .works import Full, Limits, New, NewWork, Pending, Unfinished, Verdict
from .writer import Operation, Writer

_log = logging.getLogger(__name__)


def _at_once(call: Callable[[], None]) -> None:
    call()


class Journal:
    """
    What was accepted from whom, and how it ended. Use :meth:`open`.

    Attributes:
        recovered: What became of an unusable journal file at :meth:`open`; None: all was well.

    """

    def __init__(
        self,
        store: Store,
        writer: Writer,
        lock: Lock | None,
        *,
        limits: Limits,
        post: Callable[[Callable[[], None]], object],
    ) -> None:
        self.recovered: Recovery | None = None
        self._limits = limits
        self._post = post
        self._lock = lock
        self._writer = writer
        self._guard = threading.Lock()
        self._known = Known()
        self._unfinished = store.unfinished()
        self._in_hand = {(work.peer, work.work_id): found(work) for work in self._unfinished}
        self._order = store.last_order()
        self._memory_bytes = 0

    @classmethod
    def open(
        cls,
        state_dir: Path,
        *,
        clock: Callable[[], float],
        limits: Limits | None = None,
        post: Callable[[Callable[[], None]], object] = _at_once,
        lock: Lock | None = None,
    ) -> Self:
        """
        Open the journal of a state directory; blocks while the file is checked.

        Args:
            state_dir: Made when missing; nobody else may enter it.
            clock: Wall clock, seconds since 1970; shown to people. No age is measured by it.
            limits: How much to keep.
            post: Runs a callback where the owner wants it, say ``loop.call_soon_threadsafe``. By
                default they run on the journal's own thread, or before the call returns.
            lock: The directory's lock, if the caller holds it already; it is the caller's to
                release. None: the journal takes and releases it.

        Raises:
            StateLocked: Another process uses the directory.
            JournalFull: The disk is full.
            JournalError: The file cannot be opened, or is of a newer version.

        """
        limits = limits or Limits()
        with journal_errors(state_dir):
            private_dir(state_dir)
            own = None
            if lock is None:
                own = Lock.take(state_dir / STATE_LOCK, "agent", clock=clock)
            try:
                store, recovery = open_store(state_dir, limits, clock)
            except (JournalError, sqlite3.Error, OSError):
                if own is not None:
                    own.release()
                raise
        reserve = Reserve(state_dir / "reserve", limits.reserve_bytes)
        writer = Writer(store, reserve, limits)
        journal = cls(store, writer, own, limits=limits, post=post)
        journal.recovered = recovery
        writer.start()
        writer.submit(Operation(journal._load_known, failed=journal._ignore))
        return journal

    @property
    def trouble(self) -> str | None:
        """Why new acting work is refused just now; None when all is well."""
        return self._writer.trouble

    def running_at_start(self) -> list[Unfinished]:
        """Works that the last process had in hand when it died; finish each as ``interrupted``."""
        return list(self._unfinished)

    def accept(self, work: NewWork, then: Callable[[Verdict], None]) -> None:
        """
        Write a work down, unless it is known.

        Acting work is on disk, accepted and running, before *then* hears :class:`New`. Observing
        work is told at once, and its receipt is written meanwhile.

        Raises:
            ValueError: A text holds a lone surrogate.

        """
        work.check()
        key = (work.peer, work.work_id)
        with self._guard:
            verdict = self._judge_at_once(key, work)
            fresh = not self._known.may_contain(*key)
            if verdict is None:
                self._known.add(*key)
                self._in_hand[key] = taken(work)
        if verdict is not None:
            self._post(partial(then, verdict))
            return
        at_once = fresh and not work.acting
        question = Question(
            work,
            self._limits.quota_bytes,
            lambda: self._writer.trouble,
            self._ignore if at_once else partial(self._answer_question, key, then),
        )
        self._writer.submit(Operation(question.apply, question.done, question.failed))
        if at_once:
            self._answer_question(key, then, New())

    def recall(
        self, peer: str, work_id: str, digest: str, then: Callable[[Verdict | None], None]
    ) -> None:
        """Say what a delivery of these ids would get, and accept nothing; None when it is new."""
        with self._guard:
            held = self._in_hand.get((peer, work_id))
            verdicts = [None if held is None else held.judge(digest)]
        if held is not None:
            self._post(partial(then, verdicts[0]))
            return

        def look(store: Store) -> None:
            verdict = recall(peer, work_id, digest, store)
            verdicts[0] = None if isinstance(verdict, New) else verdict

        self._tell_after(look, lambda: then(verdicts[0]))

    def finish(
        self, peer: str, work_id: str, outcome: Outcome, answer: str, then: Callable[[], None]
    ) -> bool:
        """
        Give an accepted work its one outcome; *then* hears when the answer may be sent.

        For acting work that is once it is on disk. When the disk is full that may take long, but
        it is never given up.

        Returns:
            False when the work is not in hand or has its outcome already; *then* is not called.

        Raises:
            ValueError: The answer holds a lone surrogate.

        """
        content = answer.encode()
        key = (peer, work_id)
        with self._guard:
            held = self._in_hand.get(key)
            if held is None or held.phase is not Phase.RUNNING:
                return False
            self._order += 1
            held.phase, held.outcome, held.order = Phase.FINISHING, outcome, self._order
            if not held.durable:
                held.answer, held.size_bytes = answer, len(content)
                self._memory_bytes += held.size_bytes
            order = held.order

        def write(store: Store) -> None:
            store.finish(peer, work_id, outcome, content, order)

        def written() -> None:
            self._post(partial(self._settle, key, held, then))

        if held.durable:
            self._writer.submit(Operation(write, written))
        else:
            written()
        return True

    def step(
        self, peer: str, work_id: str, position: int, then: Callable[[], None] | None = None
    ) -> None:
        """Note that the action at *position* (from 1) of a running work begins."""

        def told(_: object = None) -> None:
            if then is not None:
                self._post(then)

        def write(store: Store) -> None:
            store.step(peer, work_id, position)

        self._writer.submit(Operation(write, told, told, lazy=then is None))

    def mark_sent(self, peer: str, work_ids: Iterable[str]) -> None:
        """Note that answers were put on a link. Unknown ids are fine here and below."""
        self._mark(peer, list(work_ids), WorkState.SENT)

    def mark_delivered(self, peer: str, work_ids: Iterable[str]) -> None:
        """Note that the peer has these answers: never send them again by yourself."""
        self._mark(peer, list(work_ids), WorkState.DELIVERED)

    def mark_confirmed(self, peer: str, work_ids: Iterable[str]) -> None:
        """Note that the peer said it keeps these answers (extension ``ack``)."""
        self._mark(peer, list(work_ids), WorkState.CONFIRMED)

    def undelivered(self, peer: str, then: Callable[[list[Pending]], None]) -> None:
        """
        Look up what *peer* is not known to have, in the order of finishing.

        A work whose :meth:`finish` has not called back yet is not in it: that call will come.
        """
        pending: list[Pending] = []

        def look(store: Store) -> None:
            rows = store.undelivered(peer)
            with self._guard:
                pending[:] = owed(peer, rows, self._in_hand)

        self._tell_after(look, lambda: then(pending))

    def answer(self, peer: str, work_id: str, then: Callable[[str | None], None]) -> None:
        """Fetch one kept answer; None when there is none. Answers come in the order of asking."""
        texts: list[str | None] = [None]

        def look(store: Store) -> None:
            with self._guard:
                held = self._in_hand.get((peer, work_id))
                texts[0] = held.answer if held and held.phase is Phase.READY else None
            if texts[0] is None:
                texts[0] = store.answer(peer, work_id)

        self._tell_after(look, lambda: then(texts[0]))

    def replace(self, peer: str, work_id: str, answer: str, then: Callable[[], None]) -> None:
        """
        Answer an undelivered work with other words from now on, say because it was too large.

        Args:
            peer: Who asked.
            work_id: What was asked.
            answer: The new answer.
            then: Hears when it is on disk; not called when no answer waits for the peer.

        Raises:
            ValueError: The answer holds a lone surrogate.

        """
        content = answer.encode()
        replaced = [False]

        def write(store: Store) -> None:
            with self._guard:
                held = self._in_hand.get((peer, work_id))
                if held is not None and held.phase is Phase.READY:
                    self._memory_bytes += len(content) - held.size_bytes
                    held.answer, held.size_bytes = answer, len(content)
                    replaced[0] = True
                    return
            replaced[0] = store.replace(peer, work_id, content)

        def told() -> None:
            if replaced[0]:
                self._post(then)

        self._writer.submit(Operation(write, told))

    def flush(self, timeout_s: float = 10.0) -> bool:
        """Wait until all that was asked for is written; False when it is not. Blocks."""
        told, all_written = threading.Event(), [False]

        def look() -> None:
            all_written[0] = not self._writer.keeps
            told.set()

        self._writer.submit(Operation(self._ignore, look))
        return told.wait(timeout_s) and all_written[0]

    def close(self) -> None:
        """Write what is queued and close; blocks until it is on disk. Accept nothing meanwhile."""
        lost = self._writer.close()
        if lost:
            _log.error("%d notes of the journal could not be written before the end", lost)
        if self._lock is not None:
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _tell_after(self, look: Callable[[Store], None], tell: Callable[[], None]) -> None:
        """Read something; whether that works or not, tell what is known then."""

        def told(_: object = None) -> None:
            self._post(tell)

        self._writer.submit(Operation(look, told, told))

    def _judge_at_once(self, key: tuple[str, str], work: NewWork) -> Verdict | None:
        held = self._in_hand.get(key)
        if held is not None:
            return held.judge(work.digest)
        if not work.acting and self._memory_bytes >= self._limits.memory_bytes:
            return Full("no space: answers that nobody has fetched fill the memory set aside")
        return None

    def _answer_question(
        self, key: tuple[str, str], then: Callable[[Verdict], None], verdict: Verdict
    ) -> None:
        with self._guard:
            if isinstance(verdict, New):
                self._in_hand[key].phase = Phase.RUNNING
            else:
                del self._in_hand[key]
        self._post(partial(then, verdict))

    def _settle(self, key: tuple[str, str], held: InHand, then: Callable[[], None]) -> None:
        with self._guard:
            if held.durable:
                del self._in_hand[key]
            else:
                held.phase = Phase.READY
        then()

    def _mark(self, peer: str, work_ids: list[str], to: WorkState) -> None:
        # What is in memory alone has no outcome on disk yet: it gets both together, and soon,
        # since a crash before would have it answered twice.
        ends: list[tuple[str, Outcome, int]] = []
        with self._guard:
            for work_id in work_ids:
                held = self._in_hand.get((peer, work_id))
                if held is None or held.phase is not Phase.READY:
                    continue
                ends.append((work_id, held.outcome, held.order))
                held.sent = True
                if to is not WorkState.SENT:
                    self._memory_bytes -= held.size_bytes
                    del self._in_hand[(peer, work_id)]

        def write(store: Store) -> None:
            for work_id, outcome, order in ends:
                store.finish(peer, work_id, outcome, None, order)
            store.move(peer, work_ids, to)

        self._writer.submit(Operation(write, lazy=not ends or to is not WorkState.SENT))

    def _load_known(self, store: Store) -> None:
        self._known.load(store.ids())

    def _ignore(self, _: object) -> None:
        """Nobody waits for this."""
