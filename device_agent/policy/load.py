"""Read the owner's policy file."""

import re
import stat
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from ..catalog import TOOLS, Tier, nearest
from ..catalog.guard import Guard, WindowRule
from ..errors import PolicyError
from ..toml import file as toml_file
from ..toml.explain import explain
from ..toml.file import TomlFile
from .disguises import disguise, spelled_out
from .model import InputRules, PolicyFile, ProgramEntry, ShellSection, ToolRules, WindowPattern
from .programs import ProgramRule, ShellMode, ShellRules
from .rules import RUNS_PROGRAMS, Policy, as_service, by_hand
from .secret_windows import SECRET_WINDOWS


def load(
    path: Path | None, *, service: bool = False, allow: Iterable[Tier] = (), usual: str = ""
) -> Policy:
    """
    Say what is allowed in this run.

    Args:
        path: The owner's file; None: there is none, so the built-in default counts.
        service: Which built-in default: a service may only observe.
        allow: Tiers for this run alone, on top.
        usual: Where the owner's file would be looked for; told in refusals.

    Raises:
        PolicyError: With file, line, key and hint. A broken file never means "everything" and
            never "the default": the agent does not start.

    """
    run_tiers = frozenset(allow)
    if path is not None:
        return replace(read(path), run_tiers=run_tiers)
    return (as_service if service else by_hand)(run_tiers, usual)


def read(path: Path) -> Policy:
    """
    Read one policy file.

    Raises:
        PolicyError: With file, line, key and hint.

    """
    file = toml_file.read(path, PolicyError)
    _refuse_if_others_can_write(path)
    try:
        said = PolicyFile.model_validate(file.content)
    except ValidationError as problem:
        raise explain(problem, PolicyFile, file.where, PolicyError) from None
    _refuse_unknown_tools(file, said.tools)
    shell = _shell(said.shell)
    _refuse_disguises(file, said, shell)
    return Policy(
        tiers=frozenset(said.tiers),
        source=str(path),
        file=str(path),
        allow_tools=frozenset(said.tools.allow),
        deny_tools=frozenset(said.tools.deny),
        ask_tools=frozenset(said.tools.ask),
        share_inventory=said.share_inventory,
        roots=said.files.roots,
        shell=shell,
        guard=_guard(said.input, str(path)),
        calls_per_minute=said.limits.calls_per_minute,
    )


def _shell(said: ShellSection | None) -> ShellRules:
    if said is None:
        return ShellRules()
    rules = tuple(_rule(number, entry) for number, entry in enumerate(said.allow))
    return ShellRules(said.mode, rules, frozenset(said.env))


def _rule(number: int, entry: ProgramEntry) -> ProgramRule:
    # ASCII: no digit, letter or blank of another alphabet passes for one of ours.
    patterns = tuple(re.compile(text, re.ASCII) for text in entry.args)
    most = len(patterns) if entry.max_args is None else entry.max_args
    return ProgramRule(
        key=f"shell.allow.{number}",
        program=entry.program,
        args=patterns,
        more=None if entry.more is None else re.compile(entry.more, re.ASCII),
        min_args=min(len(patterns), most) if entry.min_args is None else entry.min_args,
        max_args=most,
        stdin=entry.stdin,
    )


def _guard(said: InputRules, source: str) -> Guard:
    return Guard(
        deny=_windows(said.deny_windows),
        secret=SECRET_WINDOWS if said.guard_secrets else (),
        allow=None if said.allow_windows is None else _windows(said.allow_windows),
        source=source,
    )


def _windows(patterns: Iterable[WindowPattern]) -> tuple[WindowRule, ...]:
    return tuple(WindowRule(pattern.app, pattern.title) for pattern in patterns)


def _refuse_disguises(file: TomlFile, said: PolicyFile, shell: ShellRules) -> None:
    if shell.mode is not ShellMode.ARGV:
        return
    for name in said.tools.allow:
        if name in RUNS_PROGRAMS and name != "shell":
            raise PolicyError(
                f"`tools.allow`: {name} runs any program, and `shell.mode` is argv",
                where=file.where(("tools", "allow", said.tools.allow.index(name))),
                hint="leave it out, or set shell.mode to full",
            )
    for number, rule in enumerate(shell.allow):
        where = file.where(("shell", "allow", number, "program"))
        found = disguise(rule, (rule.program, str(Path(rule.program).resolve())))
        if found is not None:
            message = f"`{rule.key}` is a shell in disguise: {found.why}"
            raise PolicyError(message, where=where, hint=found.instead)
        writable = _writable(rule, said)
        if writable:
            message = (
                f"`{rule.key}` is a shell in disguise: whoever may call it may write {writable}"
            )
            hint = "move it out of files.roots, or narrow the roots"
            raise PolicyError(message, where=where, hint=hint)


def _writable(rule: ProgramRule, said: PolicyFile) -> str:
    """The program or script of a rule that others than the owner can replace; empty if none."""
    fixed = spelled_out(rule.args[0]) if rule.args else ()
    parts = [Path(part) for part in (rule.program, *fixed) if Path(part).is_absolute()]
    for part in parts:
        if sys.platform != "win32" and part.exists() and part.stat().st_mode & stat.S_IWOTH:
            return f"{part}, which every user can change"
        roots = said.files.roots if Tier.FILES in said.tiers else ()
        inside = any(part.resolve().is_relative_to(Path(root).expanduser()) for root in roots)
        if inside and (str(part) == rule.program or part.is_file()):
            return f"{part}, which lies inside files.roots"
    return ""


def _refuse_unknown_tools(file: TomlFile, rules: ToolRules) -> None:
    for rule, names in (("allow", rules.allow), ("deny", rules.deny), ("ask", rules.ask)):
        for position, name in enumerate(names):
            if name not in TOOLS:
                close = nearest(name)
                raise PolicyError(
                    f"`tools.{rule}`: there is no tool {name!r}",
                    where=file.where(("tools", rule, position)),
                    hint=f"did you mean {', '.join(close)}?" if close else "see device-agent tools",
                )


def _refuse_if_others_can_write(path: Path) -> None:
    if sys.platform == "win32":
        return
    if path.stat().st_mode & stat.S_IWOTH:
        raise PolicyError(
            "every user of this machine can change this policy",
            where=str(path),
            hint=f"chmod o-w {path}",
        )
