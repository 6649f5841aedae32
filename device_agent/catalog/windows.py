"""Tools that look at windows."""

from pydantic import Field

from .parts import Area, Part
from .screen import NoArguments
from .tool import Tier, Tool, ToolResult


class WindowEntry(Part):
    """A top-level window of an application."""

    window_id: int = Field(description="Stable while the window lives.")
    title: str
    app: str = Field(description="Class (X11) or executable (Windows); empty where it has none.")
    pid: int | None = Field(description="Process that owns it; null where it does not say.")
    region: Area = Field(description="Without the frame around it, screen pixels.")
    display: str | None = Field(description="The display that shows most of it.")
    active: bool = Field(description="Whether it has the keyboard's focus.")
    minimised: bool


class WindowsResult(ToolResult):
    """The windows from the topmost down, minimised ones included."""

    windows: tuple[WindowEntry, ...]


LIST_WINDOWS = Tool(
    name="list_windows",
    tier=Tier.OBSERVE,
    acts=False,
    summary="List the open windows from the topmost down.",
    arguments=NoArguments,
    result=WindowsResult,
)

FAMILY = (LIST_WINDOWS,)
