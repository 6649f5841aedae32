"""Tools that look at windows and act on them."""

from typing import Self

from pydantic import Field, model_validator

from .parts import Area, Part
from .screen import NoArguments
from .tool import Arguments, Tier, Tool, ToolResult

# Further than any desktop reaches; what X can say is 16 bits.
FAR_PIXELS = 32767


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
    maximised: bool = False


class WindowsResult(ToolResult):
    """The windows from the topmost down, minimised ones included."""

    windows: tuple[WindowEntry, ...]


class SomeWindowArguments(Arguments):
    """Which window, if one is meant."""

    window_id: int | None = Field(default=None, description="As list_windows tells it.")
    title: str | None = Field(
        default=None,
        min_length=1,
        description="The window's title or a part of it, whatever the case. Must fit one window; "
        "a whole title goes before a part.",
    )
    app: str | None = Field(
        default=None, min_length=1, description="The window's app or a part of it, in the same way."
    )

    @property
    def names_a_window(self) -> bool:
        """Whether a window is meant."""
        return (self.window_id, self.title, self.app) != (None, None, None)


class WindowArguments(SomeWindowArguments):
    """Which window."""

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if not self.names_a_window:
            raise ValueError("which window? give window_id, title or app")
        return self


class MoveWindowArguments(WindowArguments):
    """Which window, and where to."""

    x: int = Field(
        ge=-FAR_PIXELS, le=FAR_PIXELS, description="Left edge of its frame, screen pixels."
    )
    y: int = Field(
        ge=-FAR_PIXELS, le=FAR_PIXELS, description="Upper edge of its frame, screen pixels."
    )


class ResizeWindowArguments(WindowArguments):
    """Which window, and how large."""

    width: int = Field(ge=1, le=FAR_PIXELS, description="Without its frame, screen pixels.")
    height: int = Field(ge=1, le=FAR_PIXELS, description="Without its frame, screen pixels.")


class WindowResult(ToolResult):
    """The window as it is now."""

    window: WindowEntry
    frame: Area = Field(description="With the frame around it, screen pixels.")


class WindowClosedResult(ToolResult):
    """The window that is gone."""

    window_id: int
    title: str


LIST_WINDOWS = Tool(
    name="list_windows",
    tier=Tier.OBSERVE,
    acts=False,
    summary="List the open windows from the topmost down.",
    arguments=NoArguments,
    result=WindowsResult,
)


def _acting(
    name: str,
    summary: str,
    description: str = "",
    arguments: type[Arguments] = WindowArguments,
    result: type[ToolResult] = WindowResult,
) -> Tool:
    return Tool(
        name=name,
        tier=Tier.INPUT,
        acts=True,
        summary=summary,
        description=description,
        arguments=arguments,
        result=result,
        deadline_s=12.0,
    )


ACTIVATE_WINDOW = _acting(
    "activate_window",
    "Bring a window to the front and give it the keyboard.",
    "A minimised one is shown again.",
)
MOVE_WINDOW = _acting(
    "move_window",
    "Move a window.",
    "A maximised one gets its old size back first. Window managers may keep windows off panels: "
    "the result tells where it came to be.",
    MoveWindowArguments,
)
RESIZE_WINDOW = _acting(
    "resize_window",
    "Give a window another size.",
    "A maximised one is restored first. Some programs take only some sizes, such as terminals "
    "whole characters: the result tells the size that came of it.",
    ResizeWindowArguments,
)
MINIMISE_WINDOW = _acting(
    "minimise_window", "Hide a window behind its icon.", "Needs a window manager."
)
MAXIMISE_WINDOW = _acting(
    "maximise_window", "Let a window fill its display.", "Needs a window manager."
)
RESTORE_WINDOW = _acting(
    "restore_window",
    "Show a minimised window again, or give a maximised one its old size.",
    "Needs a window manager.",
)
CLOSE_WINDOW = _acting(
    "close_window",
    "Close a window as its close button does.",
    "A program that asks something first, such as whether to save, keeps its window: the call "
    "fails and names the window with the question.",
    result=WindowClosedResult,
)

FAMILY = (
    LIST_WINDOWS,
    ACTIVATE_WINDOW,
    MOVE_WINDOW,
    RESIZE_WINDOW,
    MINIMISE_WINDOW,
    MAXIMISE_WINDOW,
    RESTORE_WINDOW,
    CLOSE_WINDOW,
)
