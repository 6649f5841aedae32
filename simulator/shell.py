"""A shell that is not there: it knows a few commands, and says so about all others. Pure."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .machine import Machine

NOT_FOUND = 127
"""As POSIX shells end when there is no such command."""


@dataclass(frozen=True, slots=True)
class Printed:
    """How a command ended."""

    stdout: str = ""
    stderr: str = ""
    exit_code: int = 0
    takes_s: float = 0.0


def run(machine: Machine, command: str | Sequence[str]) -> Printed:
    """Run a command, given as a line or as its words."""
    if isinstance(command, str):
        try:
            words = shlex.split(command)
        except ValueError as error:
            return Printed(stderr=f"sh: {error}\n", exit_code=2)
    else:
        words = list(command)
    if not words:
        return Printed()
    known = COMMANDS.get(words[0].lower())
    if known is None:
        return Printed(stderr=f"sh: 1: {words[0]}: not found\n", exit_code=NOT_FOUND)
    return known(machine, words[1:])


def _echo(_: Machine, words: Sequence[str]) -> Printed:
    return Printed(" ".join(words) + "\n")


def _hostname(machine: Machine, _: Sequence[str]) -> Printed:
    return Printed(f"{machine.device_id}\n")


def _whoami(machine: Machine, _: Sequence[str]) -> Printed:
    user = f"{machine.device_id}\\user" if machine.profile.platform == "windows" else "user"
    return Printed(f"{user}\n")


def _uname(machine: Machine, _: Sequence[str]) -> Printed:
    facts = machine.facts
    return Printed(f"{facts['os']} {machine.device_id} {facts['os_version']}\n")


def _pwd(machine: Machine, _: Sequence[str]) -> Printed:
    windows = machine.profile.platform == "windows"
    return Printed("C:\\Users\\user\n" if windows else "/home/user\n")


def _ls(_: Machine, __: Sequence[str]) -> Printed:
    return Printed("Desktop\nDocuments\nDownloads\n")


def _sleep(_: Machine, words: Sequence[str]) -> Printed:
    try:
        seconds = float(words[0])
    except (IndexError, ValueError):
        return Printed(stderr="sleep: invalid time interval\n", exit_code=1)
    return Printed(takes_s=max(0.0, min(seconds, 3600.0)))


def _exit(_: Machine, words: Sequence[str]) -> Printed:
    return Printed(exit_code=int(words[0]) & 255 if words and words[0].isdigit() else 0)


COMMANDS: dict[str, Callable[[Machine, Sequence[str]], Printed]] = {
    "echo": _echo,
    "hostname": _hostname,
    "whoami": _whoami,
    "uname": _uname,
    "ver": _uname,
    "pwd": _pwd,
    "ls": _ls,
    "dir": _ls,
    "sleep": _sleep,
    "exit": _exit,
    "true": lambda _, __: Printed(),
    "false": lambda _, __: Printed(exit_code=1),
}
