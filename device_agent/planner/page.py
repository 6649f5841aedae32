"""The page of phrases, docs/phrases.md, written from the table."""

import json

from .phrase import Language, Phrase
from .vocabulary import LANGUAGES

BEFORE = """\
# Phrases

Written from the planner's table by `python scripts/write_phrases.py`; a test compares the two, and
every example here is a test.

A task in plain words is understood without a model: `device-agent task "take a screenshot"`. Steps
are joined by "then", ";" or new lines. Case makes no difference, "please" and "could you" none
either. A text to type or a command to run is kept exactly: in quotes whatever it contains, without
quotes up to the next joiner that a phrase follows. Names with blanks, "then" or ";" in them go in
quotes. The same words always give the same calls; words that are not understood fail, with the
nearest that would be. What a phrase may do is the policy's to say, as for any call: see
[policy.md](policy.md). How a step ended, and what it gave, stands in the task's answer, one entry a
step. Files count from the first directory that the policy allows.

A language is a package like `device_agent/planner/english`: a table of patterns with examples.
"""


def render() -> str:
    """Write the whole page."""
    parts = [BEFORE]
    for language in LANGUAGES:
        count = len(language.phrases) + len(language.free)
        parts += [f"## {language.name}", f"{count} kinds of phrases.", ""]
        parts += ["| say | calls | with |", "|---|---|---|", *_rows(language), ""]
    return "\n".join(parts)


def _rows(language: Language) -> list[str]:
    free = [
        f"| {_code(each.example)} | `{each.tool}` | the text that follows, as `{each.argument}` |"
        for each in language.free
    ]
    return [*free, *(row for each in language.phrases for row in _examples(each))]


def _examples(phrase: Phrase) -> list[str]:
    return [
        f"| {_code(each.words)} | `{phrase.tool}` | {_given(dict(each.parameters))} |"
        for each in phrase.examples
    ]


def _given(parameters: dict[str, object]) -> str:
    return _code(json.dumps(parameters, ensure_ascii=False)) if parameters else ""


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"
