"""Perform what a dialect makes of a call, with results written by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from device_agent.catalog.dialects import Memory, OurCall, Translated, proceed
from device_agent.errors import ToolError

PICTURE = {
    "frame_id": "f1",
    "format": "png",
    "mime_type": "image/png",
    "width": 100,
    "height": 50,
    "scale": 1.0,
    "origin": {"x": 0, "y": 0},
    "display": None,
    "size_bytes": 3,
    "image": "aW1n",
}
RESULTS: Mapping[str, Any] = {
    "screenshot": PICTURE,
    "cursor_position": {"x": 7, "y": 8},
    "screen_size": {"x": 0, "y": 0, "width": 100, "height": 50},
    "wait": {"waited_s": 1.0},
}
"""What our tools give where a test does not say otherwise."""


NOTHING = Memory()


@dataclass(frozen=True, slots=True)
class Played:
    """What was called, as (tool, arguments that were set), and what came of it."""

    calls: list[tuple[str, dict[str, Any]]]
    value: Any
    memory: Memory


def play(how: Translated, results: Mapping[str, Any] = RESULTS, memory: Memory = NOTHING) -> Played:
    """Perform a program; a ToolError among the results is how that tool fails."""
    calls: list[tuple[str, dict[str, Any]]] = []
    program = how.start(memory)
    step = proceed(program)
    while isinstance(step, OurCall):
        assert step.tool in how.tools
        calls.append((step.tool.name, step.arguments.model_dump(exclude_unset=True)))
        step = proceed(program, {**RESULTS, **results}.get(step.tool.name, {}))
    return Played(calls, step.value, step.memory or memory)


def failing(how: Translated, error: ToolError, tool: str) -> ToolError:
    """How a program fails when one tool does."""
    try:
        play(how, {tool: error})
    except ToolError as caught:
        return caught
    raise AssertionError("it did not fail")
