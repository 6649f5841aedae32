"""English."""

import re

from ..phrase import Free, Language
from . import clipboard, files, hands, programs, screen, system, windows

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
        'copy the text "some text"',
        re.compile(
            r"copy (?:the|this) text"
            r"(?![^\n;]{0,200}\b(?:to|into|in|on) (?:the |my )?clipboard\b):?[ \t]",
            re.IGNORECASE,
        ),
        "set_clipboard",
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
        *clipboard.PHRASES,
        *files.PHRASES,
        *hands.PHRASES,
        *programs.PHRASES,
        *windows.PHRASES,
    ),
)
