"""What every planner takes and gives. A planner is asked once, and decides without looking."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from ..protocol.messages import Action

MAX_SHOWN_CHARS = 60


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What to do.

    Attributes:
        actions: Calls, in order.
        texts: What each call is for, in words for people; as many as actions.

    """

    actions: tuple[Action, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """
    Why there is no plan.

    Attributes:
        words: The part that was not understood, as it was written.
        nearest: What would have been understood, the likeliest first.
        why: A sentence, where more is known than that.

    """

    words: str
    nearest: tuple[str, ...] = ()
    why: str = ""

    @property
    def sentence(self) -> str:
        """All of it in one sentence, safe to send: long words are cut."""
        flat = " ".join(self.words.split())
        short = flat if len(flat) <= MAX_SHOWN_CHARS else flat[: MAX_SHOWN_CHARS - 3] + "..."
        told = f'did not understand "{short}"' + (f": {self.why}" if self.why else "")
        return f"{told}; understood would be: {' | '.join(self.nearest)}" if self.nearest else told


class Planner(ABC):
    """Turns a task into calls, or leaves it to the next planner."""

    @abstractmethod
    def plan(self, words: str, actions: tuple[Action, ...]) -> Plan | NotUnderstood | None:
        """
        Plan a task.

        Args:
            words: The task in words; may be empty.
            actions: Explicit actions that came with it; often none.

        Returns:
            None when this planner has nothing to say, so that the next one is asked.

        """
