"""
The names that Microsoft UFO's LinuxAgent calls (docs/protocol.md, "Tools").

Its server also sends ``api_key`` with each call. This device has its own link token and policy:
the key is accepted, used for nothing, and dropped before anything is journalled.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from ...errors import ToolError
from ..lookup import checked
from ..schema import Schema, plain
from ..screen import NoArguments
from ..shell import SHELL, ShellArguments
from ..system import LIST_TOOLS, SYSTEM_INFO, ListToolsArguments
from ..tool import Arguments, Tool, ToolResult
from .translated import Translated, partial_value, unchanged

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


@dataclass(frozen=True, slots=True)
class Foreign:
    """A name of this dialect: our tool behind it, and how both ways are translated."""

    tool: Tool
    description: str
    takes: type[Arguments]
    gives: type[ToolResult]
    arguments: Callable[[Any], Arguments]
    shape: Callable[[Any], Any]
    shape_failure: Callable[[ToolError], Any] = partial_value
    name: str = ""
    listed: bool = True

    def translate(self, parameters: Mapping[str, Any] | None) -> Translated:
        """The call in our words; raises ToolError ``bad_arguments``."""
        given = {key: value for key, value in (parameters or {}).items() if key != API_KEY}
        taken = checked(self.takes, given, self.name)
        return Translated(
            self.tool, self.arguments(taken), NAMESPACE, self.shape, self.shape_failure
        )

    def schemas(self) -> tuple[Schema, Schema]:
        """What the name takes and gives, for list_tools."""
        return plain(self.takes), plain(self.gives)


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


NAMES: Mapping[str, Foreign] = {
    "execute_command": Foreign(
        name="execute_command",
        tool=SHELL,
        description=(
            "Execute a command on this Linux machine and return its exit code, stdout and stderr. "
            "Pipes, redirections and chaining work. A non-zero exit code is not an error of the "
            "call."
        ),
        takes=ExecuteCommand,
        gives=ExecuteCommandResult,
        arguments=_shell_arguments,
        shape=_command_shape,
        shape_failure=_command_failure,
    ),
    "get_system_info": Foreign(
        name="get_system_info",
        tool=SYSTEM_INFO,
        description="Get basic system info (uname, uptime, memory, disk).",
        takes=NoArguments,
        gives=SystemTexts,
        arguments=unchanged,
        shape=_texts,
    ),
    "list_tools": Foreign(
        name="list_tools",
        tool=LIST_TOOLS,
        description=LIST_TOOLS.summary,
        takes=ListToolsArguments,
        gives=LIST_TOOLS.result,
        arguments=unchanged,
        shape=lambda value: value["tools"],
        listed=False,
    ),
}
