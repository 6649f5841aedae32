"""Exit codes of the commands, and what leads to which. Pure."""

from enum import IntEnum

from device_agent.errors import Failure


class Exit(IntEnum):
    """What a script may rely on."""

    DONE = 0
    TASK_FAILED = 1
    USAGE = 2
    NOT_REACHABLE = 3
    TIMED_OUT = 4
    REFUSED = 5


_BY_FAILURE = {
    Failure.DENIED.value: Exit.REFUSED,
    Failure.TIMED_OUT.value: Exit.TIMED_OUT,
}


def exit_for(error: str | None) -> Exit:
    """Which code the error of one TASK_END leads to; its first word is part of the protocol."""
    if error is None:
        return Exit.DONE
    return _BY_FAILURE.get(error.partition(":")[0], Exit.TASK_FAILED)


def worst(codes: list[Exit]) -> Exit:
    """One code for several tasks: the same for all that failed, else that a task failed."""
    failures = {code for code in codes if code is not Exit.DONE}
    if len(failures) > 1:
        return Exit.TASK_FAILED
    return failures.pop() if failures else Exit.DONE
