"""
The names that Microsoft UFO's LinuxAgent calls (docs/protocol.md, "Tools").

Its server also sends ``api_key`` with each call. This device has its own link token and policy:
the key is accepted, used for nothing, and dropped before anything is journalled.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ...errors import ToolError
from ..screen import NoArguments
from ..shell import SHELL, ShellArguments
from ..system import LIST_TOOLS, SYSTEM_INFO, ListToolsArguments, ListToolsResult
from ..tool import Arguments, ToolResult
from .foreign import Dialect, Foreign, Speaker, once
from .translated import unchanged

NAMESPACE = "BashExecutor"
DEFAULT_TIMEOUT_S = 30
MAX_TIMEOUT_S = 120
API_KEY = "api_key"


def _clamped(timeout: object) -> object:
    """UFO clamps to 1..120 s; models also write the number as a text or a float."""
    if not isinstance(timeout, (int, float, str)):
        return timeout
    try:
        seconds = int(float(timeout))
    except (ValueError, OverflowError):
        return timeout
    return min(max(seconds, 1), MAX_TIMEOUT_S)


class ExecuteCommand(Arguments):
    """What to run."""

    command: str = Field(min_length=1, description="Command line for the system's shell.")
    timeout: Annotated[int, BeforeValidator(_clamped)] = Field(
        default=DEFAULT_TIMEOUT_S,
        description="Maximum execution time in seconds (1-120). Default is 30.",
    )
    cwd: str | None = Field(
        default=None, description="Directory to run in, an absolute path. Default: the agent's."
    )


class ExecuteCommandResult(ToolResult):
    """Keys: success, exit_code, stdout, stderr; or success and error."""

    success: bool
    exit_code: int | None = None
    stdout: str | None = None
    stderr: str | None = None
    error: str | None = None


class SystemTexts(ToolResult):
    """Basic facts about the machine as texts: uname, uptime, memory, disk."""

    uname: str
    uptime: str
    memory: str
    disk: str


def _shell_arguments(taken: ExecuteCommand) -> ShellArguments:
    return ShellArguments(command=taken.command, timeout_s=float(taken.timeout), cwd=taken.cwd)


def _command_shape(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "success": value["exit_code"] == 0,
        "exit_code": value["exit_code"],
        "stdout": value["stdout"],
        "stderr": value["stderr"],
    }


def _command_failure(error: ToolError) -> dict[str, Any]:
    shape: dict[str, Any] = {"success": False, "error": error.detail}
    if isinstance(error.value, Mapping):
        shape |= {key: error.value[key] for key in ("stdout", "stderr") if key in error.value}
    return shape


def _texts(value: Mapping[str, Any]) -> dict[str, str]:
    texts = value.get("texts", {})
    return {key: texts[key] for key in SystemTexts.model_fields if key in texts}


SPEAKER = Speaker(NAMESPACE, ignored=frozenset({API_KEY}))

_NAMES = (
    Foreign(
        name="execute_command",
        summary=(
            "Execute a command on this Linux machine and return its exit code, stdout and stderr. "
            "Pipes, redirections and chaining work. A non-zero exit code is not an error of the "
            "call."
        ),
        takes=ExecuteCommand,
        tools=(SHELL,),
        program=once(SHELL, _shell_arguments, _command_shape),
        speaker=replace(SPEAKER, shape_failure=_command_failure),
        gives=ExecuteCommandResult,
    ),
    Foreign(
        name="get_system_info",
        summary="Get basic system info (uname, uptime, memory, disk).",
        takes=NoArguments,
        tools=(SYSTEM_INFO,),
        program=once(SYSTEM_INFO, unchanged, _texts),
        speaker=SPEAKER,
        gives=SystemTexts,
    ),
    Foreign(
        name="list_tools",
        summary=LIST_TOOLS.summary,
        takes=ListToolsArguments,
        tools=(LIST_TOOLS,),
        program=once(LIST_TOOLS, unchanged, lambda value: value["tools"]),
        speaker=SPEAKER,
        gives=ListToolsResult,
    ),
)
NAMES: Mapping[str, Foreign] = {each.name: each for each in _NAMES}

DIALECT = Dialect(
    name="ufo",
    title="UFO's LinuxAgent",
    text=__doc__ or "",
    names=NAMES,
    agents=frozenset({"LinuxAgent"}),
)
