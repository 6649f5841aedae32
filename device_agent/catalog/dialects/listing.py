"""What list_tools answers, in the shape that UFO's server builds its prompts from."""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from ..lookup import TOOLS
from ..schema import Schema, input_schema, output_schema
from ..screen import SCREENSHOT
from ..system import LIST_TOOLS
from ..tool import Tool
from . import ufo
from .translate import NAMESPACE, speaks

ToolType: TypeAlias = Literal["action", "data_collection"]
ToolInfo: TypeAlias = dict[str, Any]

UFO_WINDOWS = "ufo_windows"
"""The dialect of the two agents that are shown its names alone."""


def listing(
    allowed: Callable[[Tool], bool],
    tool_type: ToolType | None = None,
    *,
    agent_name: str | None = None,
) -> list[ToolInfo]:
    """
    The tools that this device offers.

    Args:
        allowed: Whether policy does not refuse a tool outright.
        tool_type: ``action``: what a model may choose, all but images, which no text prompt
            takes. ``data_collection``: what looks and does not act. None: each tool once.
        agent_name: The COMMAND's agent_name. UFO's HostAgent and AppAgent are shown their own
            names, and nothing else: they count places otherwise than we do.

    Returns:
        One object per tool with tool_key, tool_name, namespace, tool_type, title, description,
        input_schema, output_schema, meta and annotations, as UFO's clients send them.

    """
    spoken = speaks(agent_name)
    if (
        agent_name
        and spoken is not None
        and spoken.name == UFO_WINDOWS
        and agent_name in spoken.agents
    ):
        return _of_windows_agent(allowed, tool_type, agent_name)
    shown: list[ToolInfo] = []
    for name, foreign in ufo.NAMES.items():
        (tool,) = foreign.tools
        kind = _kind(tool, tool_type)
        if kind and tool is not LIST_TOOLS and allowed(tool):
            shown.append(_info(name, kind, ufo.NAMESPACE, foreign.summary, foreign.schemas()))
    for tool in TOOLS.values():
        kind = _kind(tool, tool_type)
        if kind and tool is not LIST_TOOLS and allowed(tool):
            schemas = input_schema(tool), output_schema(tool)
            shown.append(_info(tool.name, kind, NAMESPACE, tool.text, schemas))
    return shown


def _of_windows_agent(
    allowed: Callable[[Tool], bool], tool_type: ToolType | None, agent_name: str
) -> list[ToolInfo]:
    from .ufo_windows import OFFERS

    return [
        _info(
            offer.name.name,
            offer.kind,
            offer.name.speaker.namespace,
            offer.name.summary,
            offer.name.schemas(),
        )
        for offer in OFFERS
        if agent_name in offer.agents
        and tool_type in {None, offer.kind}
        and all(allowed(tool) for tool in offer.name.tools[:1])
    ]


def _kind(tool: Tool, asked: ToolType | None) -> ToolType | None:
    if asked is None:
        return "action" if tool.acts else "data_collection"
    if asked == "action":
        return None if tool is SCREENSHOT else "action"
    return None if tool.acts else "data_collection"


def _info(
    name: str, kind: ToolType, namespace: str, description: str, schemas: tuple[Schema, Schema]
) -> ToolInfo:
    takes, gives = schemas
    return {
        "tool_key": f"{kind}::{name}",
        "tool_name": name,
        "title": None,
        "namespace": namespace,
        "tool_type": kind,
        "description": description,
        "input_schema": takes,
        "output_schema": gives,
        "meta": None,
        "annotations": None,
    }
