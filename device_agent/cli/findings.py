"""What the doctor's checks give."""

from dataclasses import dataclass
from enum import Enum

from .exits import Exit


class Level(Enum):
    """How bad it is."""

    OK = "ok"
    INFO = "info"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing that was looked at.

    Attributes:
        check: Which check, in a word.
        level: How bad it is.
        text: What was found.
        remedy: What to do about it; empty when there is nothing to do.
        code: What the command ends with when this failed.

    """

    check: str
    level: Level
    text: str
    remedy: str = ""
    code: Exit = Exit.TASK_FAILED


def ok(check: str, text: str) -> Finding:
    """Nothing to do."""
    return Finding(check, Level.OK, text)
