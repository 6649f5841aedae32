"""
What a dialect makes of a call: a small program of our calls.

A program is a generator. It yields our calls one by one, is sent the result of each as JSON, and
returns an :class:`Answer`. A call that fails is thrown in as the ToolError that it is; what the
program lets through is the failure of the whole. It does nothing else, so that the agent and the
simulator can both perform it.
"""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...errors import ToolError
from ..tool import Arguments, Tool
from .memory import Json, Memory


@dataclass(frozen=True, slots=True)
class OurCall:
    """A tool of ours and what it is given, checked."""

    tool: Tool
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a program comes to.

    Attributes:
        value: In the speaker's shape, as JSON.
        memory: What is to be remembered from now on; None: nothing has changed.

    """

    value: Json
    memory: Memory | None = None


Program: TypeAlias = Generator[OurCall, Json, Answer]
Start: TypeAlias = Callable[[Memory], Program]
Shape: TypeAlias = Callable[[Any], Any]
ShapeFailure: TypeAlias = Callable[[ToolError], Any]


def unchanged(value: Any) -> Any:  # noqa: ANN401 -- a tool's result as JSON
    """Our own shape."""
    return value


def partial_value(error: ToolError) -> Any:  # noqa: ANN401 -- a tool's result as JSON
    """What there was so far, such as the output of a command that was killed; mostly None."""
    return error.value


@dataclass(frozen=True, slots=True)
class Translated:
    """
    A call in our words.

    Attributes:
        start: Begins the program, with what the peer's dialect remembers.
        tools: All tools that it may call.
        namespace: What the answer's ``namespace`` says.
        shape_failure: What goes into ``result`` beside the error of a failed call.
        private: Parameters, as the caller spells them, that must not be written down in clear.

    """

    start: Start
    tools: tuple[Tool, ...]
    namespace: str
    shape_failure: ShapeFailure = partial_value
    private: frozenset[str] = frozenset()

    @property
    def acts(self) -> bool:
        """Whether it may change something."""
        return any(tool.acts for tool in self.tools)


def single(call: OurCall, namespace: str, shape: Shape = unchanged) -> Translated:
    """One call, and its result in another shape."""

    def start(_: Memory) -> Program:
        value = yield call
        return Answer(shape(value))

    return Translated(start, (call.tool,), namespace, private=call.tool.private)


def in_turn(calls: Iterable[OurCall]) -> Generator[OurCall, Json, None]:
    """One call after another, whatever they give."""
    for call in calls:  # noqa: UP028 -- plain iterables cannot be sent the results
        yield call


def proceed(program: Program, gave: Json | ToolError = None) -> OurCall | Answer:
    """
    Go on with a program.

    Args:
        program: As begun by :attr:`Translated.start`.
        gave: What its last call gave, or how that failed; None at the beginning.

    Raises:
        ToolError: The program fails.

    """
    try:
        return program.throw(gave) if isinstance(gave, ToolError) else program.send(gave)
    except StopIteration as end:
        answer: Answer = end.value
        return answer
