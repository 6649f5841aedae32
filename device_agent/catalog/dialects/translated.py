"""What a dialect makes of a call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from ...errors import ToolError
from ..tool import Arguments, Tool

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
        tool: Which of our tools it is.
        arguments: Checked.
        namespace: What the answer's ``namespace`` says.
        shape: Our result as JSON, in the speaker's shape.
        shape_failure: What goes into ``result`` beside the error of a failed call.

    """

    tool: Tool
    arguments: Arguments
    namespace: str
    shape: Shape = unchanged
    shape_failure: ShapeFailure = partial_value
