"""What a dialect consists of: names, each with what it takes and what it comes to."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...errors import Failure, ToolError
from ..lookup import checked, unknown
from ..schema import Schema, plain
from ..tool import Arguments, Tool, ToolResult
from .memory import Memory
from .translated import Answer, OurCall, Program, Shape, ShapeFailure, Translated, partial_value

Given: TypeAlias = Mapping[str, Any]
"""A caller's parameters, unchecked."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """
    How a dialect answers.

    Attributes:
        namespace: What the answer's ``namespace`` says.
        shape_failure: What goes into ``result`` beside the error of a failed call.
        ignored: Parameters that any call may carry, and that mean nothing here.

    """

    namespace: str
    shape_failure: ShapeFailure = partial_value
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class About:
    """
    A name for people.

    Attributes:
        summary: One line.
        takes: Its parameters as JSON Schema has them.
        required: Those that have no default.
        tools: All of ours that it may use.

    """

    summary: str
    takes: Schema
    required: tuple[str, ...]
    tools: tuple[Tool, ...]


def about(summary: str, takes: type[Arguments], tools: tuple[Tool, ...]) -> About:
    """The same of what a name takes."""
    schema = plain(takes)
    return About(summary, schema["properties"], tuple(schema.get("required", ())), tools)


class Name(ABC):
    """A name of a dialect."""

    __slots__ = ()

    @abstractmethod
    def about(self) -> About:
        """What there is to say of it."""

    @abstractmethod
    def translate(self, parameters: Given) -> Translated:
        """
        The call in our words.

        Raises:
            ToolError: ``bad_arguments``, with ``value`` in the dialect's shape.

        """

    @abstractmethod
    def takes_of(self, parameters: Given) -> frozenset[str]:
        """Which parameters it takes, where *parameters* are given."""


@dataclass(frozen=True, slots=True)
class Foreign(Name):
    """
    A name that stands for one program.

    Attributes:
        name: As its speakers spell it.
        summary: One line for people and models.
        takes: What it is given.
        tools: All of ours that it may use.
        program: What it comes to.
        speaker: How it is answered.
        private: Parameters that must not be written down in clear.
        gives: What its result looks like, for list_tools; None: a text.

    """

    name: str
    summary: str
    takes: type[Arguments]
    tools: tuple[Tool, ...]
    program: Callable[[Any, Memory], Program]
    speaker: Speaker
    private: frozenset[str] = frozenset()
    gives: type[ToolResult] | None = None

    def about(self) -> About:
        return about(self.summary, self.takes, self.tools)

    def translate(self, parameters: Given) -> Translated:
        speaker = self.speaker
        given = {key: each for key, each in parameters.items() if key not in speaker.ignored}
        try:
            taken = checked(self.takes, given, self.name)
        except ToolError as error:
            raise shaped(error, speaker) from None

        def start(memory: Memory) -> Program:
            return self.program(taken, memory)

        return Translated(start, self.tools, speaker.namespace, speaker.shape_failure, self.private)

    def takes_of(self, parameters: Given) -> frozenset[str]:
        del parameters
        return frozenset(self.takes.model_fields) | self.speaker.ignored

    def schemas(self) -> tuple[Schema, Schema]:
        """What the name takes and gives, for list_tools."""
        return plain(self.takes), {} if self.gives is None else plain(self.gives)


@dataclass(frozen=True, slots=True)
class Envelope(Name):
    """
    A name whose parameters say which name is meant.

    Attributes:
        name: As its speakers spell it, such as ``computer``.
        key: The parameter that holds the meant name, such as ``action``.
        names: What can be meant.
        speaker: How it is answered where nothing known is meant.
        nested: The parameter that may hold the meant name's parameters; else all others are they.

    """

    name: str
    key: str
    names: Mapping[str, Name]
    speaker: Speaker
    nested: str = ""

    def about(self) -> About:
        takes: Schema = {self.key: {"type": "string"}}
        if self.nested:
            takes[self.nested] = {"type": "object", "default": {}}
        return About(f"Any name below, by its {self.key}.", takes, (self.key,), ())

    def translate(self, parameters: Given) -> Translated:
        meant = parameters.get(self.key)
        if not isinstance(meant, str):
            detail = f"{self.name}: argument {self.key} is missing or no text"
            raise shaped(ToolError(Failure.BAD_ARGUMENTS, detail), self.speaker)
        name = self.names.get(meant)
        if name is None:
            raise shaped(unknown(meant, self.names), self.speaker)
        how = name.translate(self._inner(parameters))
        if self.nested not in parameters or not how.private:
            return how
        return Translated(
            how.start, how.tools, how.namespace, how.shape_failure, frozenset({self.nested})
        )

    def takes_of(self, parameters: Given) -> frozenset[str]:
        name = self.names.get(str(parameters.get(self.key)))
        outer = frozenset({self.key, self.nested})
        if name is None or self.nested in parameters:
            return outer
        return outer | name.takes_of(self._inner(parameters))

    def _inner(self, parameters: Given) -> Given:
        if self.nested not in parameters:
            return {key: each for key, each in parameters.items() if key != self.key}
        others = set(parameters) - {self.key, self.nested} - self.speaker.ignored
        inner = parameters.get(self.nested) or {}
        if others or not isinstance(inner, Mapping):
            detail = f"{self.name}: it takes {self.key}, and {self.nested} with the parameters"
            raise shaped(ToolError(Failure.BAD_ARGUMENTS, detail), self.speaker)
        return inner


def shaped(error: ToolError, speaker: Speaker) -> ToolError:
    """The same failure, with what goes beside it in the dialect's shape."""
    return ToolError(error.failure, error.detail, value=speaker.shape_failure(error))


def once(
    tool: Tool, arguments: Callable[[Any], Arguments], shape: Shape
) -> Callable[[Any, Memory], Program]:
    """A program of one call."""

    def program(taken: Arguments, _: Memory) -> Program:
        value = yield OurCall(tool, arguments(taken))
        return Answer(shape(value))

    return program


@dataclass(frozen=True, slots=True)
class Dialect:
    """
    What some callers speak.

    Attributes:
        name: Also what a COMMAND's agent_name may begin with to ask for it.
        title: For people.
        text: What its speakers should know.
        names: Every name it knows, in the order in which they are shown.
        agents: Further agent names whose vocabulary it is.

    """

    name: str
    title: str
    text: str
    names: Mapping[str, Name]
    agents: frozenset[str] = frozenset()

    def spoken_by(self, agent_name: str) -> bool:
        """Whether an agent of that name speaks it."""
        return agent_name in self.agents or agent_name.lower().startswith(self.name)
