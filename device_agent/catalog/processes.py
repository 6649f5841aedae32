"""Tools about running programs."""

from typing import Literal

from pydantic import Field, model_validator

from .parts import Part
from .tool import Arguments, Tier, Tool, ToolResult

MAX_PROCESSES = 5000
# SIGKILL cannot be refused; the rest is for looking.
KILL_S = 2.0


class ListProcessesArguments(Arguments):
    """Which processes."""

    name: str | None = Field(
        default=None, description="Only those with this in their name, whatever its case."
    )
    user: str | None = Field(default=None, description="Only those of this user.")
    sort: Literal["pid", "name", "cpu", "memory", "started"] = Field(
        default="pid", description="cpu, memory and started begin with the most and the latest."
    )
    limit: int = Field(default=500, ge=1, le=MAX_PROCESSES, description="Entries at most.")
    sample_s: float = Field(
        default=0.2,
        ge=0.0,
        le=10.0,
        description="Seconds over which the use of the processor is measured; 0: it is not.",
    )

    @property
    def extra_s(self) -> float:
        return self.sample_s


class ProcessEntry(Part):
    """A running program; what the system does not tell is absent."""

    pid: int
    parent: int | None = None
    name: str
    user: str | None = None
    status: str | None = Field(default=None, description='Such as "running" or "sleeping".')
    started: str | None = Field(
        default=None, description="ISO 8601, UTC; with the pid it names a process for good."
    )
    cpu_percent: float | None = Field(default=None, description="Of one processor.")
    memory_bytes: int | None = Field(default=None, description="Resident.")
    command: tuple[str, ...] | None = Field(
        default=None,
        description="Its command line; only where the policy allows tier shell, for commands carry "
        "secrets.",
    )


class ListProcessesResult(ToolResult):
    """What runs."""

    processes: tuple[ProcessEntry, ...]
    total: int = Field(description="How many fit, listed or not.")


class EndProcessArguments(Arguments):
    """Which process, said so that no other one can be meant."""

    pid: int = Field(ge=1, description="As list_processes tells it.")
    name: str | None = Field(default=None, description="Its name there.")
    started: str | None = Field(default=None, description="When it started, as told there.")
    tree: bool = Field(default=False, description="End all that came of it too.")
    grace_s: float = Field(
        default=3.0,
        ge=0.0,
        le=60.0,
        description="Seconds to end by itself after SIGTERM; then it is killed.",
    )

    @model_validator(mode="after")
    def _named(self) -> "EndProcessArguments":
        if self.name is None and self.started is None:
            raise ValueError("give name or started too: the pid may belong to another by now")
        return self

    @property
    def extra_s(self) -> float:
        return self.grace_s + KILL_S


class EndProcessResult(ToolResult):
    """The process has ended."""

    pid: int
    name: str
    ended: int = Field(description="How many processes that was.")
    killed: bool = Field(description="Some had not ended by themselves within the grace.")


LIST_PROCESSES = Tool(
    name="list_processes",
    tier=Tier.OBSERVE,
    acts=False,
    summary="List the running programs with their use of processor and memory.",
    arguments=ListProcessesArguments,
    result=ListProcessesResult,
    smaller="set limit, name or user",
)

END_PROCESS = Tool(
    name="end_process",
    tier=Tier.SHELL,
    acts=True,
    summary="End a running program.",
    description=(
        "SIGTERM, then SIGKILL after the grace; it has ended when the call succeeds. The agent, "
        "what it runs under and the first process are refused."
    ),
    arguments=EndProcessArguments,
    result=EndProcessResult,
)

FAMILY = (LIST_PROCESSES, END_PROCESS)
