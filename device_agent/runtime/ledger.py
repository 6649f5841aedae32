"""
Keeps the agent's promise: connects the journal, the desk and whoever serves a peer just now.

A work is on disk before it acts, its answer is on disk before it is sent, and the answer goes to
the peer that asked and to nobody else, on the link that serves it then.
"""

import json
import logging
from collections.abc import Callable
from functools import partial

from ..driver.ports import Tell
from ..errors import Failure
from ..journal.states import Outcome as EndWord
from ..journal.tasks import Journal
from ..journal.works import Answered, Conflict, Full, New, NewWork, Pending, Unfinished, Verdict
from ..protocol.codec import decode_client, decode_server, encode
from ..protocol.events import Accepted, Declined, Recorded
from ..protocol.limits import OURS, size_bytes, too_large
from ..protocol.work import Outcome, PeerId, Work, WorkId
from .desk import Desk
from .interrupted import context_of, interrupted_answer
from .resending import Resending

log = logging.getLogger(__name__)

LISTENING = "listen:"
"""Peers that dialled us begin so; they are spoken to in the server's vocabulary."""


class Ledger:
    """
    The driver's journal port.

    Args:
        journal: On disk.
        desk: Says whether there is room, and what acts.
        device_id: Who answers.
        clock: The wall clock as ISO 8601 in UTC.
        summary: One redacted line for people.

    """

    def __init__(
        self,
        journal: Journal,
        desk: Desk,
        device_id: str,
        clock: Callable[[], str],
        summary: Callable[[Work], str],
    ) -> None:
        self._journal = journal
        self._desk = desk
        self._device_id = device_id
        self._clock = clock
        self._summary = summary
        self._serving: dict[PeerId, list[Tell]] = {}
        self._acknowledging: set[PeerId] = set()
        self._asked_by: dict[tuple[PeerId, WorkId], Tell] = {}
        self._resending: dict[tuple[PeerId, Tell], Resending] = {}
        self._shrinking: dict[PeerId, int] = {}
        self._held_back: dict[PeerId, list[Tell]] = {}

    def settle_interrupted(self) -> int:
        """Answer what the last process had in hand when it died; tell how much that was."""
        found = self._journal.running_at_start()
        for work in found:
            answer = encode(interrupted_answer(work, self._device_id), self._clock())
            self._finish(work, answer)
        return len(found)

    def accept(self, peer: PeerId, work: Work, tell: Tell) -> None:
        refusal = self._desk.refusal(work)
        if refusal is not None:
            # What is known already gets its answer even when there is no room for more.
            then = partial(self._recalled, work, refusal, tell)
            self._journal.recall(peer, work.work_id, work.digest, then)
            return
        expected = self._desk.expect(peer, work)
        request = work.request
        note = NewWork(
            peer=peer,
            work_id=work.work_id,
            kind=work.kind,
            task_id=request.task_id or "",
            response_id=getattr(request, "response_id", None) if work.kind == "command" else None,
            digest=work.digest,
            summary=self._summary(work),
            acting=self._desk.acts(work),
            reusable_id=work.kind == "task" and peer not in self._acknowledging,
            context=json.dumps(context_of(work)),
        )
        self._journal.accept(note, partial(self._judged, peer, work, tell, expected))

    def record(self, peer: PeerId, work: Work, outcome: Outcome, answer: str) -> None:
        failed = outcome.failure is not None or any(
            result.status == "failure" for result in outcome.results
        )
        then = partial(self._recorded, peer, work.work_id, answer)
        word: EndWord = "failed" if failed else "completed"
        if outcome.failure is Failure.INTERRUPTED:
            word = "interrupted"
        self._journal.finish(peer, work.work_id, word, answer, then)

    def resume(self, peer: PeerId, accepts: tuple[str, ...], tell: Tell) -> None:
        if "ack" in accepts:
            self._acknowledging.add(peer)
        else:
            self._acknowledging.discard(peer)
        links = self._serving.setdefault(peer, [])
        if tell not in links:
            links.append(tell)
        self._resume(peer, tell)

    def gone(self, peer: PeerId, tell: Tell) -> bool:
        """Forget a link that will not come back; True when it was the peer's last."""
        links = self._serving.get(peer, [])
        if tell in links:
            links.remove(tell)
        self._resending.pop((peer, tell), None)
        if not links:
            self._serving.pop(peer, None)
            self._acknowledging.discard(peer)
            return True
        # What went out on it in its last moments may not have arrived.
        self._resume(peer, links[-1])
        return False

    def sent(self, peer: PeerId, work_id: WorkId) -> None:
        self._journal.mark_sent(peer, [work_id])

    def delivered(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        self._journal.mark_delivered(peer, work_ids)
        self._settled(peer, work_ids)

    def confirmed(self, peer: PeerId, work_id: WorkId) -> None:
        self._journal.mark_confirmed(peer, [work_id])
        self._settled(peer, (work_id,))

    def rejected(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        self._shrinking[peer] = self._shrinking.get(peer, 0) + 1
        self._journal.undelivered(peer, partial(self._weigh, peer, frozenset(work_ids)))

    def _judged(
        self, peer: PeerId, work: Work, tell: Tell, expected: bool, verdict: Verdict
    ) -> None:
        if expected and not isinstance(verdict, New):
            self._desk.forget(peer, work)
        match verdict:
            case New():
                self._asked_by[peer, work.work_id] = tell
                tell(Accepted(work))
            case Answered(answer):
                tell(Recorded(work.work_id, answer))
            case Conflict(reason):
                tell(Declined(work, Outcome(failure=Failure.CONFLICT, error=reason)))
            case Full(reason):
                tell(Declined(work, Outcome(failure=Failure.NO_SPACE, error=reason)))
            case _:
                pass  # Running: the first delivery will be answered.

    def _recalled(self, work: Work, refusal: Outcome, tell: Tell, verdict: Verdict | None) -> None:
        match verdict:
            case None:
                tell(Declined(work, refusal))
            case Answered(answer):
                tell(Recorded(work.work_id, answer))
            case Conflict(reason):
                tell(Declined(work, Outcome(failure=Failure.CONFLICT, error=reason)))
            case _:
                pass

    def _recorded(self, peer: PeerId, work_id: WorkId, answer: str) -> None:
        links = self._serving.get(peer, [])
        asked_by = self._asked_by.pop((peer, work_id), None)
        # Two links may bear one name; whoever asked hears, or else the newest.
        tell = asked_by if asked_by in links else links[-1] if links else None
        if tell is None:
            return
        resending = self._resending.get((peer, tell))
        if resending is None:
            tell(Recorded(work_id, answer))
        else:
            resending.recorded(work_id, size_bytes(answer))

    def _resume(self, peer: PeerId, tell: Tell) -> None:
        if peer in self._shrinking:
            # An answer that ended a link by its size must not go out again as it was.
            self._held_back.setdefault(peer, []).append(tell)
            return

        def fetch(work_id: WorkId) -> None:
            self._journal.answer(peer, work_id, partial(self._found, peer, work_id, tell))

        resending = self._resending[peer, tell] = Resending(fetch)
        self._journal.undelivered(peer, partial(self._begin, peer, tell, resending))

    def _begin(
        self, peer: PeerId, tell: Tell, resending: Resending, pending: list[Pending]
    ) -> None:
        if self._resending.get((peer, tell)) is resending:  # else that link has ended meanwhile
            resending.begin(pending)
            self._settled(peer, ())

    def _found(self, peer: PeerId, work_id: WorkId, tell: Tell, answer: str | None) -> None:
        if answer is None:
            self._settled(peer, (work_id,))
            return
        tell(Recorded(work_id, answer))
        resending = self._resending.get((peer, tell))
        if resending is not None:
            resending.sent(work_id)
            self._end_if_over(peer, tell, resending)

    def _settled(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        for tell in tuple(self._serving.get(peer, ())):
            resending = self._resending.get((peer, tell))
            if resending is not None:
                resending.settled(work_ids)
                self._end_if_over(peer, tell, resending)

    def _end_if_over(self, peer: PeerId, tell: Tell, resending: Resending) -> None:
        if resending.is_over:
            self._resending.pop((peer, tell), None)

    def _weigh(self, peer: PeerId, work_ids: frozenset[WorkId], pending: list[Pending]) -> None:
        """Take the largest of these answers for the one that was too large."""
        suspects = [work for work in pending if work.work_id in work_ids]
        if not suspects:
            self._shrunk(peer)
            return
        work_id = WorkId(max(suspects, key=lambda work: work.size_bytes).work_id)
        self._journal.answer(peer, work_id, partial(self._shrink, peer, work_id))

    def _shrink(self, peer: PeerId, work_id: WorkId, answer: str | None) -> None:
        if answer is not None:
            size = size_bytes(answer)
            decode = decode_server if peer.startswith(LISTENING) else decode_client
            smaller = encode(too_large(decode(answer, OURS), size, size - 1), self._clock())
            log.warning("the answer to %s (%d bytes) was too large for its peer", work_id, size)
            then = partial(self._recorded, peer, work_id, smaller)
            self._journal.replace(peer, work_id, smaller, then)
        self._shrunk(peer)

    def _shrunk(self, peer: PeerId) -> None:
        """Let links that wait for it have what the peer does not have."""
        self._shrinking[peer] -= 1
        if self._shrinking[peer]:
            return
        del self._shrinking[peer]
        for tell in self._held_back.pop(peer, ()):
            if tell in self._serving.get(peer, []):
                self._resume(peer, tell)

    def _finish(self, work: Unfinished, answer: str) -> None:
        then = partial(self._recorded, PeerId(work.peer), WorkId(work.work_id), answer)
        self._journal.finish(work.peer, work.work_id, "interrupted", answer, then)
