"""English."""

import re

from ..phrase import Free, Language
from . import files, hands, programs, screen, system, windows

__all__ = ["ENGLISH"]

_FREE = (
    Free(
        'type "some text"',
        re.compile(
            r"(?:type|enter|write(?![^\n;]{0,200}\b(?:to|into|in) (?:the |a )?(?:new )?file\b))"
            r"(?: (?:the|this) text)?:?[ \t]",
            re.IGNORECASE,
        ),
        "type_text",
        "text",
    ),
    Free(
        "run echo hello",
        re.compile(r"(?:run|execute)(?: (?:the )?(?:shell )?command)?:?[ \t]", re.IGNORECASE),
        "shell",
        "command",
    ),
)

ENGLISH = Language(
    name="English",
    joiner=re.compile(r"\bthen\b|;|\n", re.IGNORECASE),
    polite=re.compile(
        r"(?:(?:please|now|first|next|finally|and|also|can you|could you)\b[\s,]*)+", re.IGNORECASE
    ),
    trailing="and",
    free=_FREE,
    phrases=(
        *screen.PHRASES,
        *system.PHRASES,
        *files.PHRASES,
        *hands.PHRASES,
        *programs.PHRASES,
        *windows.PHRASES,
    ),
)
