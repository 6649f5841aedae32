"""
The desktop lane: one COMMAND or task at a time, in arrival order, for all links together.

A peer that leaves a key or button held keeps the lane: others wait until it lets go, its time is
up, or its link ends (HOUSE, decision 4). No clock and no I/O here; whoever owns the lane starts
what it is told to start and says what happened.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from ..protocol.work import PeerId, WorkId

RELEASE = WorkId("release")
"""The turn in which what a keeper left down is released."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A place in the lane."""

    peer: PeerId
    work_id: WorkId
    summary: str


class Lane:
    """
    Decides whose turn it is.

    Args:
        start: Told whose turn has come; called from inside the other methods.

    """

    def __init__(self, start: Callable[[Ticket], None]) -> None:
        self._start = start
        self._waiting: deque[Ticket] = deque()
        self._running: Ticket | None = None
        self._keeper: PeerId | None = None

    def __len__(self) -> int:
        """How many are in the lane, the running one included."""
        return len(self._waiting) + (self._running is not None)

    @property
    def running(self) -> Ticket | None:
        """Whose turn it is."""
        return self._running

    @property
    def keeper(self) -> PeerId | None:
        """Who holds a key or button and therefore keeps the lane."""
        return self._keeper

    @property
    def waiting(self) -> tuple[Ticket, ...]:
        """Who waits, first come first."""
        return tuple(self._waiting)

    def join(self, ticket: Ticket) -> None:
        """Queue up; starts at once when the lane is free."""
        self._waiting.append(ticket)
        self._advance()

    def leave(self, ticket: Ticket, *, holding: bool) -> None:
        """Finish a turn. ``holding``: a key or button is still down."""
        if self._running == ticket:
            self._running = None
            self._keeper = ticket.peer if holding else None
        self._advance()

    def drop(self, ticket: Ticket) -> bool:
        """Give a place up before its turn; tells whether it was still waiting."""
        if ticket not in self._waiting:
            return False
        self._waiting.remove(ticket)
        return True

    def let_go(self, peer: PeerId) -> bool:
        """End a peer's keeping of the lane; tells whether it kept it."""
        if self._keeper != peer:
            return False
        self._keeper = None
        self._advance()
        return True

    def evict(self, peer: PeerId) -> Ticket | None:
        """
        Take the lane from its keeper, to release what it holds before anybody else's turn.

        Returns:
            The turn in which that happens, to be finished with :meth:`leave`; None when the peer
            does not keep the lane, or has its turn itself.

        """
        if self._keeper != peer or self._running is not None:
            return None
        self._keeper = None
        self._running = Ticket(peer, RELEASE, "release keys and buttons")
        return self._running

    def _advance(self) -> None:
        if self._running is not None:
            return
        for ticket in self._waiting:
            if self._keeper in {None, ticket.peer}:
                self._waiting.remove(ticket)
                self._running = ticket
                self._start(ticket)
                return
