"""Tools that keep a terminal open, for programs that ask and answer."""

from typing import Annotated

from pydantic import Field

from .parts import Nothing, Part
from .screen import NoArguments
from .shell import Words
from .tool import Arguments, Tier, Tool, ToolResult

MAX_TERMINALS = 8
SCROLLBACK_BYTES = 1024 * 1024
MAX_WRITE_S = 5.0
CLOSE_S = 2.0

TerminalId = Annotated[
    str, Field(min_length=1, max_length=64, description="As open_terminal gave it.")
]
Rows = Annotated[int, Field(ge=1, le=500, description="Lines.")]
Columns = Annotated[int, Field(ge=1, le=1000, description="Characters a line.")]


class OpenTerminalArguments(Arguments):
    """What to run in it, and how large it is."""

    command: Annotated[str, Field(min_length=1)] | Words | None = Field(
        default=None,
        description="A line for the system's shell, or a program with its arguments as a list; "
        "the user's own shell if null.",
    )
    cwd: str | None = Field(default=None, description="Directory to start in; the home if null.")
    env: dict[str, str] = Field(
        default_factory=dict, description="Variables set on top of the agent's environment."
    )
    rows: Rows = 24
    cols: Columns = 80


class TerminalResult(ToolResult):
    """The new terminal."""

    terminal_id: str = Field(description="Good until it is closed or the agent ends.")
    pid: int = Field(description="Of the program in it.")


class WriteTerminalArguments(Arguments):
    """What to send to the program, as if it was typed."""

    terminal_id: TerminalId
    text: str = Field(default="", max_length=1_000_000, description="Sent as it stands.")
    keys: Annotated[tuple[str, ...], Field(strict=False, max_length=100)] = Field(
        default=(),
        description='Keys to press after the text: "enter", "ctrl+c", "up", "tab", "alt+b", "f5".',
    )

    @property
    def extra_s(self) -> float:
        return MAX_WRITE_S


class WriteTerminalResult(ToolResult):
    """How much was sent."""

    written_bytes: int


class ReadTerminalArguments(Arguments):
    """How long to wait for output, and for which."""

    terminal_id: TerminalId
    wait_s: float = Field(default=5.0, ge=0.0, le=300.0, description="Wait no longer than this.")
    until: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="A regular expression: wait until what was not yet read has a match.",
    )
    idle_s: float | None = Field(
        default=None,
        ge=0.0,
        le=60.0,
        description="Wait until there was output and then none for so long; 0.3 where neither this "
        "nor until is given.",
    )
    max_bytes: int = Field(
        default=65536, ge=16, le=SCROLLBACK_BYTES, description="Read no more than this."
    )
    raw: bool = Field(default=False, description="Give the output with its escape sequences too.")

    @property
    def extra_s(self) -> float:
        return self.wait_s


class ReadTerminalResult(ToolResult):
    """What the program has written since the last read."""

    text: str = Field(description="Without escape sequences; lines end with a line feed.")
    raw: str | None = Field(default=None, description="As it was written, if asked for.")
    matched: bool = Field(description="Whether until was found; false where it was not given.")
    more: bool = Field(description="Whether there is more to read already.")
    lost_bytes: int = Field(description="Left out before this: nobody had read it in time.")
    ended: bool = Field(description="Whether the program has ended.")
    exit_code: int | None = Field(description="Null while it runs.")


class ResizeTerminalArguments(Arguments):
    """The new size."""

    terminal_id: TerminalId
    rows: Rows
    cols: Columns


class CloseTerminalArguments(Arguments):
    """Which one."""

    terminal_id: TerminalId

    @property
    def extra_s(self) -> float:
        return CLOSE_S


class CloseTerminalResult(ToolResult):
    """How its program ended."""

    exit_code: int | None = Field(description="Minus the signal's number where one ended it.")


class TerminalEntry(Part):
    """One open terminal."""

    terminal_id: str
    program: str = Field(description="The program's name, without its arguments.")
    pid: int
    rows: int
    cols: int
    unread_bytes: int
    ended: bool
    exit_code: int | None


class TerminalsResult(ToolResult):
    """The terminals that this peer has opened, the oldest first."""

    terminals: tuple[TerminalEntry, ...]


OPEN_TERMINAL = Tool(
    name="open_terminal",
    tier=Tier.SHELL,
    acts=True,
    summary="Open a terminal with a shell or another program in it.",
    description=(
        f"At most {MAX_TERMINALS} at once, each keeping the last {SCROLLBACK_BYTES // 1024} KiB "
        "that were not read. Only the peer that opened one can use it. All end with the agent. "
        "Not on Windows."
    ),
    arguments=OpenTerminalArguments,
    result=TerminalResult,
    private=frozenset({"env"}),
)

WRITE_TERMINAL = Tool(
    name="write_terminal",
    tier=Tier.SHELL,
    acts=True,
    summary="Type a text or keys into a terminal.",
    arguments=WriteTerminalArguments,
    result=WriteTerminalResult,
    private=frozenset({"text"}),
)

READ_TERMINAL = Tool(
    name="read_terminal",
    tier=Tier.SHELL,
    acts=False,
    summary="Read what a terminal shows since the last read, waiting for it if need be.",
    description="What was typed comes back too, where the program echoes it.",
    arguments=ReadTerminalArguments,
    result=ReadTerminalResult,
    smaller="set max_bytes",
)

RESIZE_TERMINAL = Tool(
    name="resize_terminal",
    tier=Tier.SHELL,
    acts=True,
    summary="Give a terminal another size.",
    arguments=ResizeTerminalArguments,
    result=Nothing,
)

CLOSE_TERMINAL = Tool(
    name="close_terminal",
    tier=Tier.SHELL,
    acts=True,
    summary="Close a terminal and end everything that runs in it.",
    arguments=CloseTerminalArguments,
    result=CloseTerminalResult,
)

LIST_TERMINALS = Tool(
    name="list_terminals",
    tier=Tier.SHELL,
    acts=False,
    summary="List the terminals that are open.",
    arguments=NoArguments,
    result=TerminalsResult,
)

FAMILY = (
    OPEN_TERMINAL,
    WRITE_TERMINAL,
    READ_TERMINAL,
    RESIZE_TERMINAL,
    CLOSE_TERMINAL,
    LIST_TERMINALS,
)
