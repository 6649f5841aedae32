"""
How the life of a work stands in the file.

The states and moves themselves are the protocol's (:mod:`..protocol.task_state`); SQL takes its
conditions from that table, so that a word which comes twice, or late, changes nothing.
"""

from typing import Literal, TypeAlias

from ..protocol.task_state import MOVES, WorkState

Outcome: TypeAlias = Literal["completed", "failed", "interrupted"]
"""How a work ended. ``interrupted``: the process died while it ran; it may have happened."""

NUMBERS: dict[WorkState, int] = {
    WorkState.RECEIVED: 0,  # its receipt is noted; nobody wrote down that it began
    WorkState.RUNNING: 1,  # it may have happened, up to its position
    WorkState.DONE: 2,  # it has its one outcome
    WorkState.SENT: 3,  # the answer was put on a link
    WorkState.DELIVERED: 4,  # the peer has the answer; never sent again by itself
    WorkState.CONFIRMED: 5,  # the peer said that it keeps the answer
}
"""What stands in the file; never changed, since old files hold it. Rises along the way."""

STATES = {number: state for state, number in NUMBERS.items()}

UNFINISHED = frozenset({WorkState.RECEIVED, WorkState.RUNNING})
UNDELIVERED = frozenset({WorkState.DONE, WorkState.SENT})
OVER = frozenset({WorkState.DELIVERED, WorkState.CONFIRMED})


def sources(to: WorkState) -> frozenset[WorkState]:
    """From which states one move leads to *to*."""
    return frozenset(state for state, targets in MOVES.items() if to in targets)


def mask(states: frozenset[WorkState]) -> int:
    """Write a set of states as bits, so that SQL can ask ``(1 << state) & :mask``."""
    return sum(1 << NUMBERS[state] for state in states)
