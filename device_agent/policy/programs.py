"""
Which programs may run, where the owner lists them one by one. Pure.

A call names a program and its arguments as a list, and no shell ever looks at it. A rule allows it
when the program is the rule's to the letter and every argument matches its own pattern as a whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MAX_ARGUMENT_CHARS = 4096
"""Longer ones match no pattern; it also bounds what a pattern can cost."""


class ShellMode(StrEnum):
    """What tier ``shell`` means."""

    OFF = "off"
    ARGV = "argv"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class ProgramRule:
    """
    One program that may run, and with what.

    Attributes:
        key: Where the rule stands, such as ``shell.allow.0``.
        program: Its absolute path.
        args: One pattern for each argument; each matches the whole of it.
        more: Pattern for every argument after these; None: there are none.
        min_args: Fewer are refused.
        max_args: More are refused.
        stdin: Whether a caller may send it a text to read.

    """

    key: str
    program: str
    args: tuple[re.Pattern[str], ...] = ()
    more: re.Pattern[str] | None = None
    min_args: int = 0
    max_args: int = 0
    stdin: bool = False

    def mismatch(self, arguments: Sequence[str]) -> str:
        """Why these arguments are not allowed, in words without them; empty where they are."""
        count = len(arguments)
        if not self.min_args <= count <= self.max_args:
            span = f"{self.min_args} to {self.max_args}"
            if self.min_args == self.max_args:
                span = str(self.max_args)
            return f"it takes {span} arguments, not {count}"
        for number, argument in enumerate(arguments):
            pattern = self.pattern(number)
            if len(argument) > MAX_ARGUMENT_CHARS:
                return f"argument {number + 1} is longer than {MAX_ARGUMENT_CHARS} characters"
            if pattern is None or pattern.fullmatch(argument) is None:
                return f"argument {number + 1} matches no pattern of the rule"
        return ""

    def pattern(self, number: int) -> re.Pattern[str] | None:
        """The pattern of an argument, counted from 0."""
        return self.args[number] if number < len(self.args) else self.more


@dataclass(frozen=True, slots=True)
class ShellRules:
    """
    What tier ``shell`` lets in.

    Attributes:
        mode: Nothing, listed programs, or any command.
        allow: The listed programs.
        env: Names of variables that a caller may set for them.

    """

    mode: ShellMode = ShellMode.FULL
    allow: tuple[ProgramRule, ...] = ()
    env: frozenset[str] = field(default=frozenset())

    def refusal(
        self, command: Sequence[str], env: Sequence[str] = (), *, stdin: bool = False
    ) -> tuple[str, str] | None:
        """
        Judge one command against the list.

        Args:
            command: Program and arguments.
            env: Names of the variables that come with it.
            stdin: Whether a text to read comes with it.

        Returns:
            The key of the rule that refuses it and why; None where it may run.

        """
        foreign = sorted(set(env) - self.env)
        if foreign:
            return "shell.env", f"variable {foreign[0]!r} may not be set"
        program, arguments = command[0], command[1:]
        found = [rule for rule in self.allow if rule.program == program]
        if not found:
            return "shell.allow", self._unlisted(program)
        why = [(rule, rule.mismatch(arguments)) for rule in found]
        fitting = [rule for rule, mismatch in why if not mismatch]
        if not fitting:
            rule, mismatch = why[0]
            return rule.key, mismatch
        if stdin and not any(rule.stdin for rule in fitting):
            return f"{fitting[0].key}.stdin", "nothing may be sent for it to read"
        return None

    def _unlisted(self, program: str) -> str:
        name = program.replace("\\", "/").rpartition("/")[2]
        same = [rule.program for rule in self.allow if rule.program.endswith(f"/{name}")]
        if name and same:
            return f"the program is named by its whole path here: {same[0]}"
        return "the program is not listed"
