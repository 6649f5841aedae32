"""Pieces of English that several phrases share."""

import re
from typing import Any

from ..phrase import Example, Found, Parameters, Phrase, Reading, nothing, unquoted

# Named as in the patterns; none of them can match in two ways.
_PARTS = {
    "show": r"(?:(?:show|tell|get|give|read|check|what is|what's|what are|list)(?: me)? )?"
    r"(?:the |all |my )?",
    "xy": r"\(?(?P<x>-?\d{1,6})(?:, ?| |x)(?P<y>-?\d{1,6})\)?",
    "to": r"\(?(?P<x2>-?\d{1,6})(?:, ?| |x)(?P<y2>-?\d{1,6})\)?",
    "size": r"(?P<width>\d{1,5}) ?(?:x|by|,) ?(?P<height>\d{1,5})",
    "mouse": r"(?:the )?(?:mouse|pointer|cursor)",
    "n": r"(?P<n>\d{1,3})",
    "s": r"(?P<s>\d{1,4}(?:\.\d{1,3})?)",
    "unit": r" ?(?P<unit>ms|milliseconds?|s|secs?|seconds?|mins?|minutes?)?",
    "dir": r"(?:directory|folder)",
    "path": r"""(?P<path>"[^"]+"|'[^']+'|\S.*)""",
    "one": r"""(?P<path>"[^"]+"|'[^']+'|\S+)""",
    "other": r"""(?P<to>"[^"]+"|'[^']+'|\S.*)""",
    "name": r"""(?P<name>"[^"]+"|'[^']+'|\S.*?)""",
}

_TAG = re.compile(r"(?<!\?P)<(\w+)>")

Sample = str | tuple[str, dict[str, Any]]


def phrase(tool: str, pattern: str, *samples: Sample, parameters: Reading = nothing) -> Phrase:
    """
    Make a phrase.

    Args:
        tool: What it calls.
        pattern: A regular expression for the whole of it, with ``<name>`` for a part of above.
        samples: Words, or words and the parameters they mean; words alone mean none.
        parameters: From a match to the call's parameters.

    """
    pattern = _TAG.sub(lambda tag: _PARTS[tag[1]], pattern)
    examples = tuple(
        Example(sample, {}) if isinstance(sample, str) else Example(*sample) for sample in samples
    )
    return Phrase(tool, re.compile(pattern, re.IGNORECASE), examples, parameters)


def always(**parameters: Any) -> Reading:  # noqa: ANN401 -- any parameters
    """The same parameters, whatever was found."""
    return lambda _: dict(parameters)


def named(group: str, argument: str, **more: Any) -> Reading:  # noqa: ANN401 -- any parameters
    """One name that was found, as one argument."""
    return lambda found: {argument: unquoted(found[group]), **more}


def place(found: Found) -> Parameters:
    """The place that was found, if there was one."""
    return {"x": int(found["x"]), "y": int(found["y"])} if found["x"] else {}


def seconds(found: Found) -> float:
    """The time that was found."""
    unit = (found["unit"] or "s").lower()
    factor = 0.001 if unit.startswith(("ms", "milli")) else 60.0 if unit.startswith("min") else 1.0
    return float(found["s"]) * factor
