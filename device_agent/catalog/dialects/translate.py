"""
Find out which of our tools a caller means.

A name may exist in several vocabularies. Then the one decides that the COMMAND's agent_name speaks,
then the first, in the order below, whose arguments are the ones that were given.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from ...errors import ToolError
from ..lookup import TOOLS, find, parse, unknown
from ..tool import Tool
from . import ufo
from .foreign import About, Dialect, Given, Name, about
from .translated import OurCall, Translated, single

NAMESPACE = "device-agent"

FIRST = ufo.DIALECT
"""Asked before our own names."""


@cache
def others() -> tuple[Dialect, ...]:
    """
    All other dialects, in the order in which they are asked after our own names.

    Imported when one is first needed: most devices hear one vocabulary, and few hear these.
    """
    from . import anthropic, cua, openai, osworld, ufo_windows

    return (
        anthropic.DIALECT,
        openai.DIALECT,
        cua.DIALECT,
        osworld.DIALECT,
        ufo_windows.DIALECT,
    )


class _Own(Name):
    """A name of ours."""

    __slots__ = ("_tool",)

    def __init__(self, tool: Tool) -> None:
        self._tool = tool

    def about(self) -> About:
        tool = self._tool
        return about(tool.summary, tool.arguments, (tool,))

    def translate(self, parameters: Given) -> Translated:
        return single(OurCall(self._tool, parse(self._tool, parameters)), NAMESPACE)

    def takes_of(self, parameters: Given) -> frozenset[str]:
        del parameters
        return frozenset(self._tool.arguments.model_fields)


def translate(
    tool_name: str,
    parameters: Mapping[str, Any] | None,
    *,
    agent_name: str | None = None,
    tool_type: str | None = None,  # noqa: ARG001 -- a tool may be called as either
) -> Translated:
    """
    A call as it came over the wire, in our words.

    Args:
        tool_name: The name the caller used.
        parameters: What it gave; None counts as nothing.
        agent_name: The COMMAND's agent_name.
        tool_type: The action's tool_type.

    Raises:
        ToolError: ``unknown_tool`` with the nearest names, ``bad_arguments`` with the wrong ones.

    """
    given = parameters or {}
    complaints: list[tuple[int, ToolError]] = []
    for name in _meanings(tool_name, speaks(agent_name)):
        try:
            return name.translate(given)
        except ToolError as error:
            complaints.append((len(name.takes_of(given) & given.keys()), error))
    if not complaints:
        raise unknown(tool_name, _known())
    # Whose arguments these are most likely meant to be; the first one of equals.
    raise max(complaints, key=lambda each: each[0])[1]


def speaks(agent_name: str | None) -> Dialect | None:
    """The dialect of an agent, if its name tells."""
    if not agent_name:
        return None
    if agent_name in FIRST.agents:
        return FIRST
    every = (FIRST, *others())
    named = (each for each in every if agent_name in each.agents)
    begins = (each for each in every if each.spoken_by(agent_name))
    return next(named, None) or next(begins, None)


def _meanings(tool_name: str, spoken: Dialect | None) -> Iterator[Name]:
    if spoken is not None and tool_name in spoken.names:
        yield spoken.names[tool_name]
    if tool_name in FIRST.names:
        yield FIRST.names[tool_name]
    tool = find(tool_name)
    if tool is not None:
        yield _Own(tool)
    for dialect in others():
        if tool_name in dialect.names:
            yield dialect.names[tool_name]


def _known() -> list[str]:
    foreign = (name for each in (FIRST, *others()) for name in each.names)
    return list(dict.fromkeys([*TOOLS, *foreign]))
