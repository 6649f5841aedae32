"""Find out which of our tools a caller means."""

from collections.abc import Mapping
from typing import Any

from ..lookup import TOOLS, find, parse, unknown
from . import ufo
from .translated import Translated

NAMESPACE = "device-agent"

__all__ = ["NAMESPACE", "Translated", "translate"]


def translate(
    tool_name: str,
    parameters: Mapping[str, Any] | None,
    *,
    agent_name: str | None = None,  # noqa: ARG001 -- UFO's Windows agents will need it
    tool_type: str | None = None,  # noqa: ARG001 -- as above
) -> Translated:
    """
    A call as it came over the wire, in our words.

    Args:
        tool_name: The name the caller used.
        parameters: What it gave; None counts as nothing.
        agent_name: The COMMAND's agent_name.
        tool_type: The action's tool_type. A tool may be called as either.

    Raises:
        ToolError: ``unknown_tool`` with the nearest names, ``bad_arguments`` with the wrong ones.

    """
    foreign = ufo.NAMES.get(tool_name)
    if foreign is not None:
        return foreign.translate(parameters)
    tool = find(tool_name)
    if tool is None:
        raise unknown(tool_name, [*TOOLS, *ufo.NAMES])
    return Translated(tool, parse(tool, parameters), NAMESPACE)
