"""What one entry of the catalog says about a tool."""

from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Tier(StrEnum):
    """What a tool may touch. The owner's policy allows and refuses by these words."""

    OBSERVE = "observe"
    INPUT = "input"
    CLIPBOARD = "clipboard"
    FILES = "files"
    SHELL = "shell"


class Arguments(BaseModel):
    """
    What a tool takes.

    Strict (no int for a str) and closed: an argument that does not exist is an error that can be
    named, not one that is silently ignored.
    """

    # Built when first used: whoever imports the catalog calls few of its tools.
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)

    @property
    def extra_s(self) -> float:
        """Seconds that these arguments themselves ask for, on top of the tool's deadline."""
        return 0.0


class ToolResult(BaseModel):
    """
    What a tool gives.

    A field that was not set is absent on the wire; one that was set to None is null, which means
    "looked, and there is none".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class Tool:
    """
    A tool: what it is called, takes, gives and needs.

    Attributes:
        name: Unique, ``[a-z_]+``.
        tier: What the owner must have allowed.
        acts: Whether it may change something; acting calls run one at a time, in order.
        summary: One line for people and models who choose a tool.
        arguments: What it takes.
        result: What it gives.
        deadline_s: How long a call may take, without :attr:`Arguments.extra_s`; then the desktop
            process is taken to hang and is killed.
        description: The rest of what a caller should know; may be empty.
        private: Arguments that must not be written down in clear, such as typed text.
        smaller: How to ask for less where a result is too large for an answer.

    """

    name: str
    tier: Tier
    acts: bool
    summary: str
    arguments: type[Arguments]
    result: type[ToolResult]
    deadline_s: float = 8.0
    description: str = ""
    private: frozenset[str] = field(default=frozenset())
    smaller: str = "ask for less"

    def deadline_for(self, arguments: Arguments) -> float:
        """Seconds after which a call with these arguments counts as hung."""
        return self.deadline_s + arguments.extra_s

    @property
    def text(self) -> str:
        """Summary and description as one text."""
        return f"{self.summary}\n\n{self.description}" if self.description else self.summary
