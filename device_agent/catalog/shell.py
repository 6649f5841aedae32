"""The tool that runs commands."""

from typing import Annotated

from pydantic import Field, Strict

from .tool import Arguments, Tier, Tool, ToolResult

MAX_TIMEOUT_S = 3600.0
# A killed command has this long to be gone: the grace after SIGTERM, then SIGKILL.
KILL_S = 2.0

Words = Annotated[tuple[str, ...], Strict(strict=False), Field(min_length=1)]


class ShellArguments(Arguments):
    """What to run, and where."""

    command: Annotated[str, Field(min_length=1)] | Words = Field(
        description="A line for the system's shell, or a program with its arguments as a list, "
        "which no shell looks at."
    )
    timeout_s: float = Field(
        default=60.0,
        gt=0.0,
        le=MAX_TIMEOUT_S,
        description="Seconds after which the command and all its children are killed.",
    )
    cwd: str | None = Field(default=None, description="Directory to run in; the agent's if null.")
    env: dict[str, str] = Field(
        default_factory=dict, description="Variables set on top of the agent's environment."
    )
    stdin: str | None = Field(default=None, description="Text to read; closed if null.")
    max_output_bytes: int | None = Field(
        default=None,
        ge=0,
        description="Keep this much of stdout, and of stderr: its beginning and its end, with word "
        "of what was left out between them (truncated). Without it, output that does not fit into "
        "an answer makes the call fail.",
    )

    @property
    def extra_s(self) -> float:
        return self.timeout_s + KILL_S


class ShellResult(ToolResult):
    """
    How a command ended. A non-zero exit code is a result like any other.

    A command that ran out of time makes the call fail with timed_out; this comes along then, with
    the output so far.
    """

    exit_code: int = Field(description="Minus the signal's number where a signal ended it.")
    stdout: str = Field(description="As UTF-8; bytes that are none are replaced.")
    stderr: str = Field(description="As UTF-8; bytes that are none are replaced.")
    timed_out: bool = False
    duration_s: float
    truncated: bool = Field(default=False, description="Some output was left out.")
    stdout_bytes: int = Field(description="Written in all, kept or not.")
    stderr_bytes: int = Field(description="Written in all, kept or not.")


SHELL = Tool(
    name="shell",
    tier=Tier.SHELL,
    acts=True,
    summary="Run a command and return its exit code and output.",
    description=(
        "The command runs in a session of its own, without a terminal, as the desktop's user. It "
        "may leave programs running in the background: what they write after the command has ended "
        "is dropped, and they end with the agent."
    ),
    arguments=ShellArguments,
    result=ShellResult,
    private=frozenset({"stdin", "env"}),
    smaller="set max_output_bytes, or let the command write into a file",
)

FAMILY = (SHELL,)
