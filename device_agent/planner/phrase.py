"""What a phrase is: words that mean one call. A language is a table of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..catalog import TOOLS
from ..protocol.messages import Action, ToolType

Found: TypeAlias = re.Match[str]
Parameters: TypeAlias = dict[str, Any]
Reading: TypeAlias = Callable[[Found], Parameters]

_QUOTED = re.compile(r"""(?:"([^"]*)"|'([^']*)'|\u201c([^\u201d]*)\u201d)""")


@dataclass(frozen=True, slots=True)
class Example:
    """Words, and the parameters of the call that they mean."""

    words: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Phrase:
    """
    A phrase that is matched as a whole, with single spaces, whatever its case.

    Attributes:
        tool: What it calls.
        pattern: What it looks like.
        examples: The first one is shown to people; all of them are tests.
        parameters: From a match to the call's parameters.

    """

    tool: str
    pattern: re.Pattern[str]
    examples: tuple[Example, ...]
    parameters: Reading

    @property
    def example(self) -> str:
        """The one to show."""
        return self.examples[0].words

    def action(self, found: Found) -> Action:
        """Give the call that a match means."""
        return action(self.tool, self.parameters(found))


@dataclass(frozen=True, slots=True)
class Free:
    """
    A phrase whose end is a text of the user's, kept as it is.

    Attributes:
        example: The one to show.
        opening: What it begins with.
        tool: What it calls.
        argument: Which argument of the tool the text is.
        why: What to say where no text follows.

    """

    example: str
    opening: re.Pattern[str]
    tool: str
    argument: str
    why: str = "nothing follows"

    def action(self, text: str) -> Action | None:
        """Give the call; None when the text is missing."""
        return action(self.tool, {self.argument: text}) if text else None


@dataclass(frozen=True, slots=True)
class Language:
    """
    The phrases of one language.

    Attributes:
        name: In that language.
        joiner: What stands between two steps.
        polite: Words before a step that mean nothing.
        trailing: The word that may stand before a joiner, such as "and".
        free: Phrases that end with a text; they are looked for first.
        phrases: All others; the first that matches counts.

    """

    name: str
    joiner: re.Pattern[str]
    polite: re.Pattern[str]
    trailing: str
    free: tuple[Free, ...]
    phrases: tuple[Phrase, ...]

    @property
    def examples(self) -> tuple[str, ...]:
        """One of each phrase."""
        return (
            *(phrase.example for phrase in self.phrases),
            *(free.example for free in self.free),
        )


def action(tool: str, parameters: Parameters) -> Action:
    """The call of a tool."""
    kind: ToolType = "action" if TOOLS[tool].acts else "data_collection"
    return Action(tool_name=tool, tool_type=kind, parameters=parameters)


def nothing(_: Found) -> Parameters:
    """No parameters."""
    return {}


def unquoted(text: str) -> str:
    """A name without the quotes around it, and without blanks at its ends."""
    text = text.strip()
    found = _QUOTED.fullmatch(text)
    return next(part for part in found.groups() if part is not None) if found else text
