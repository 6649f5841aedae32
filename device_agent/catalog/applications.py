"""Tools that list, start and open what is installed."""

from typing import Annotated

from pydantic import Field, Strict

from .parts import Part
from .tool import Arguments, Tier, Tool, ToolResult
from .windows import WindowEntry

MAX_WAIT_S = 120.0


class ApplicationEntry(Part):
    """A program that a person could start."""

    application_id: str = Field(description="Name of its desktop entry.")
    name: str = Field(description="What menus call it, in the user's language.")
    categories: Annotated[tuple[str, ...], Strict(strict=False)]
    comment: str = Field(description="One line about it; may be empty.")


class ListApplicationsArguments(Arguments):
    """Which applications."""

    name: str | None = Field(
        default=None, description="Only those with this text in their name or id, in any case."
    )
    category: str | None = Field(
        default=None, description="Only those of this category, such as TextEditor."
    )


class ApplicationsResult(ToolResult):
    """Applications in the order of their names."""

    applications: tuple[ApplicationEntry, ...]


class _WaitingArguments(Arguments):
    wait_s: float = Field(
        default=10.0,
        ge=0.0,
        le=MAX_WAIT_S,
        description="Seconds to wait for its window; 0 does not wait.",
    )

    @property
    def extra_s(self) -> float:
        return self.wait_s


class LaunchArguments(_WaitingArguments):
    """Which application."""

    application: str = Field(
        min_length=1,
        description="Id of its desktop entry, with or without .desktop, or its name, or the name "
        "of its program, or its kind, such as notepad, terminal, browser, file manager or "
        "calculator; in any case.",
    )


class LaunchResult(ToolResult):
    """
    The application runs.

    One that runs already may hand over to the process that does, and end.
    """

    application_id: str
    pid: int
    exit_code: int | None = Field(description="0 if that process has ended; null while it runs.")
    window: WindowEntry | None = Field(
        description="The window that came of it; null if none came while waiting."
    )


class OpenArguments(_WaitingArguments):
    """What to open."""

    target: str = Field(
        min_length=1,
        max_length=8192,
        description="Absolute path of a file or directory, ~ being the home, or an address such "
        "as https://example.org.",
    )


class OpenResult(ToolResult):
    """The desktop took it."""

    opener: str = Field(description="The program that chose what opens it.")
    pid: int = Field(description="Of the opener.")
    exit_code: int | None = Field(description="0 if the opener has ended; null while it runs.")
    window: WindowEntry | None = Field(
        description="The first new window; null if none came while waiting, as where a program "
        "that runs already shows the target in a window it has."
    )


LIST_APPLICATIONS = Tool(
    name="list_applications",
    tier=Tier.OBSERVE,
    acts=False,
    summary="List the applications that can be started.",
    description="Only where the owner's policy says share_inventory.",
    arguments=ListApplicationsArguments,
    result=ApplicationsResult,
    smaller="ask for a name or a category",
)

LAUNCH_APPLICATION = Tool(
    name="launch_application",
    tier=Tier.INPUT,
    acts=True,
    summary="Start an application as the desktop's menu would, and wait for its window.",
    description=(
        "Takes what has a desktop entry, and no arguments: to run any other program, use shell. "
        "The application stays open after the call, and ends with the agent."
    ),
    arguments=LaunchArguments,
    result=LaunchResult,
)

OPEN = Tool(
    name="open",
    tier=Tier.SHELL,
    acts=True,
    summary="Open a file, a directory or an address with the program that the desktop has for it.",
    description=(
        "A file may be a program, so this is as powerful as shell. What opens stays open after the "
        "call, and ends with the agent."
    ),
    arguments=OpenArguments,
    result=OpenResult,
)

FAMILY = (LIST_APPLICATIONS, LAUNCH_APPLICATION, OPEN)
