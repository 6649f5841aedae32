"""
The life of a work, as the journal keeps it.

Rule 1: every state and every move between states is in this file.
Rule 2: a work moves forwards only; nothing that was done is ever undone.
"""

from enum import Enum


class WorkState(Enum):
    """Where a work is in its life."""

    RECEIVED = "received"
    RUNNING = "running"
    DONE = "done"
    SENT = "sent"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"


MOVES: dict[WorkState, frozenset[WorkState]] = {
    WorkState.RECEIVED: frozenset({WorkState.RUNNING, WorkState.DONE}),
    WorkState.RUNNING: frozenset({WorkState.DONE}),
    WorkState.DONE: frozenset({WorkState.SENT, WorkState.DELIVERED, WorkState.CONFIRMED}),
    # A proof of delivery or an acknowledgement may overtake the mark that the answer was sent.
    WorkState.SENT: frozenset({WorkState.DELIVERED, WorkState.CONFIRMED}),
    WorkState.DELIVERED: frozenset({WorkState.CONFIRMED}),
    WorkState.CONFIRMED: frozenset(),
}

HAS_OUTCOME = frozenset({WorkState.DONE, WorkState.SENT, WorkState.DELIVERED, WorkState.CONFIRMED})
"""States in which the outcome is known and never changes again."""


class OutcomeWord(Enum):
    """How a work ended, as ``device-agent tasks`` shows it."""

    COMPLETED = "completed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


def may_move(before: WorkState, after: WorkState) -> bool:
    """Whether the life of a work allows this step."""
    return after in MOVES[before]
