"""Tools about the machine and about the tools themselves."""

from typing import Any, Literal

from pydantic import Field

from .screen import NoArguments
from .tool import Arguments, Tier, Tool, ToolResult


class SystemInfoResult(ToolResult):
    """Facts about the machine. A fact that could not be read is absent."""

    facts: dict[str, Any] = Field(
        description="As in REGISTER's system_info, read anew, without device_id."
    )
    texts: dict[str, str] = Field(
        default_factory=dict, description="uname, uptime, memory and disk in words for people."
    )


class WaitArguments(Arguments):
    """How long."""

    seconds: float = Field(gt=0.0, le=300.0, description="How long to wait.")

    @property
    def extra_s(self) -> float:
        return self.seconds


class WaitResult(ToolResult):
    """How long it was."""

    waited_s: float


class ListToolsArguments(Arguments):
    """Which tools."""

    tool_type: Literal["action", "data_collection"] | None = Field(
        default=None, description="Only tools of this kind; all of them if null."
    )


class ListToolsResult(ToolResult):
    """The tools that this device offers: what its owner's policy does not refuse outright."""

    tools: tuple[dict[str, Any], ...]


SYSTEM_INFO = Tool(
    name="system_info",
    tier=Tier.OBSERVE,
    acts=False,
    summary="Tell what kind of machine this is and how it is doing.",
    arguments=NoArguments,
    result=SystemInfoResult,
)

WAIT = Tool(
    name="wait",
    tier=Tier.OBSERVE,
    acts=False,
    summary="Wait for some seconds.",
    arguments=WaitArguments,
    result=WaitResult,
)

LIST_TOOLS = Tool(
    name="list_tools",
    tier=Tier.OBSERVE,
    acts=False,
    summary="List the tools that may be called here.",
    description="Answered by the agent itself, without the desktop.",
    arguments=ListToolsArguments,
    result=ListToolsResult,
)

FAMILY = (SYSTEM_INFO, WAIT, LIST_TOOLS)
