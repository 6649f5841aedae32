"""Planners, asked in order; the first that has something to say decides."""

from collections.abc import Sequence

from ..protocol.messages import Action
from .base import NotUnderstood, Plan, Planner
from .phrases import Phrases
from .script import Script

__all__ = ["CHAIN", "NotUnderstood", "Plan", "plan", "unwrapped"]

CHAIN: tuple[Planner, ...] = (Script(), Phrases())
"""Explicit actions, then plain phrases. No model, no clock, no luck."""

# How Galaxy writes a task (AIP, section 2: galaxy/constellation/task_star.py).
_DESCRIPTION = "task description:"
_TIPS = "tips for completion:"


def plan(
    words: str | None,
    actions: Sequence[Action] | None = None,
    *,
    chain: Sequence[Planner] = CHAIN,
) -> Plan | NotUnderstood:
    """
    Turn a task into calls.

    Args:
        words: What the user asked; Galaxy's wrapping is taken off.
        actions: Explicit actions in the message; they go before the words.
        chain: Who is asked, in order.

    """
    request = unwrapped(words or "")
    for planner in chain:
        answer = planner.plan(request, tuple(actions or ()))
        if answer is not None:
            return answer
    return NotUnderstood(request, why="the task is empty" if not request else "")


def unwrapped(words: str) -> str:
    """Take Galaxy's wrapping off; other words are only stripped."""
    words = words.strip()
    if not words.lower().startswith(_DESCRIPTION):
        return words
    words = words[len(_DESCRIPTION) :]
    lines = words.split("\n")
    for number, line in enumerate(lines):
        if line.strip().lower().startswith(_TIPS):
            lines = lines[:number]
            break
    return "\n".join(lines).strip()
