"""From a task to actions, by the planners' chain."""

from ..errors import Failure, ToolError
from ..planner.base import NotUnderstood
from ..planner.chain import plan
from ..protocol.messages import Action
from ..protocol.work import Work
from .calls import words_of


def plan_work(work: Work) -> tuple[Action, ...]:
    """
    Plan a TASK.

    Raises:
        ToolError: ``not_understood``, with what would have been.

    """
    found = plan(words_of(work), work.actions)
    if isinstance(found, NotUnderstood):
        raise ToolError(Failure.NOT_UNDERSTOOD, found.sentence)
    return found.actions
