"""Exit codes, and which error leads to which."""

from enum import IntEnum

from ..errors import (
    ConfigError,
    DeviceAgentError,
    Failure,
    LinkRefused,
    StateLocked,
    ToolError,
)


class Exit(IntEnum):
    """What a script may rely on."""

    DONE = 0
    TASK_FAILED = 1
    USAGE = 2
    NOT_REACHABLE = 3
    TIMED_OUT = 4
    REFUSED = 5


INTERRUPTED = 130
"""Ctrl-C, as shells count it: 128 and the signal's number."""

_BY_FAILURE = {
    Failure.DENIED: Exit.REFUSED,
    Failure.TIMED_OUT: Exit.TIMED_OUT,
    Failure.UNKNOWN_TOOL: Exit.USAGE,
    Failure.BAD_ARGUMENTS: Exit.USAGE,
}


class UsageError(DeviceAgentError):
    """The command line cannot be used as it was typed."""


class NothingThere(DeviceAgentError):
    """Nobody is there to be asked: no agent runs."""


def exit_for(error: DeviceAgentError) -> Exit:
    """Which code an error ends the command with."""
    match error:
        case UsageError() | ConfigError() | StateLocked():
            return Exit.USAGE
        case LinkRefused() | NothingThere():
            return Exit.NOT_REACHABLE
        case ToolError():
            return exit_for_failure(error.failure)
        case _:
            return Exit.TASK_FAILED


def exit_for_failure(failure: Failure) -> Exit:
    """Which code a failed call ends the command with."""
    return _BY_FAILURE.get(failure, Exit.TASK_FAILED)
