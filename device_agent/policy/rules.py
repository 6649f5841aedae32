"""
Which calls are allowed, and why not. Pure: the policy and the call in, a verdict out.

A tool named in ``tools.deny`` is refused, one named in ``tools.ask`` has to be asked about, one
named in ``tools.allow`` is allowed; for the rest its tier decides. What nothing allows is refused.
What runs programs is judged by the rules of the shell then, however it was allowed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..catalog import Tier, Tool
from ..catalog.grant import Grant
from ..catalog.guard import Guard
from .programs import ShellMode, ShellRules
from .secret_windows import SECRET_WINDOWS

INVENTORY = frozenset({"list_applications"})
"""Tools that tell what is installed here; only the owner's ``share_inventory`` lets them."""

BY_HAND = frozenset({Tier.OBSERVE, Tier.INPUT, Tier.CLIPBOARD})
"""What a person who starts the agent in their own desktop gets without a policy file."""

AS_SERVICE = frozenset({Tier.OBSERVE})
"""What an agent that the system starts may do until its owner's file says more."""


DEFAULT_ROOTS = ("~",)
"""What file tools may reach, once they are allowed, until the owner's file says otherwise."""

ANY_COMMAND = ShellRules()
"""What tier ``shell`` means until the owner's file narrows it."""

GUARDS_SECRETS = Guard(secret=SECRET_WINDOWS)
"""Which windows take input until the owner's file says otherwise."""

RUNS_PROGRAMS = frozenset({"shell", "open", "open_terminal", "write_terminal"})
"""Tools that run whatever program they are told."""


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What the owner allows.

    Attributes:
        tiers: Allowed tiers.
        source: Who says so: a file, or the built-in default's name.
        file: Where the owner can say otherwise; empty if there is no such place.
        run_tiers: Tiers allowed for this run alone, by ``--allow``.
        allow_tools: Tools allowed whatever their tier.
        deny_tools: Tools refused whatever their tier.
        ask_tools: Tools that somebody has to approve, call by call.
        share_inventory: Whether the list of installed applications may leave the machine.
        roots: Directories that file tools may work in, ``~`` being the user's home.
        closed: Files of the agent that they may not reach, besides those its settings name.
        shell: What tier ``shell`` lets in.
        guard: Which windows take input.
        calls_per_minute: Most calls of a tier within 60 seconds; a tier without one has no limit.

    """

    tiers: frozenset[Tier]
    source: str
    file: str = ""
    run_tiers: frozenset[Tier] = frozenset()
    allow_tools: frozenset[str] = frozenset()
    deny_tools: frozenset[str] = frozenset()
    ask_tools: frozenset[str] = frozenset()
    share_inventory: bool = False
    roots: tuple[str, ...] = DEFAULT_ROOTS
    closed: tuple[str, ...] = ()
    shell: ShellRules = ANY_COMMAND
    guard: Guard = GUARDS_SECRETS
    calls_per_minute: Mapping[Tier, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Allow:
    """The call may run."""


@dataclass(frozen=True, slots=True)
class Deny:
    """
    The call is refused.

    Attributes:
        rule: The key of the policy that refuses it.
        reason: One sentence with rule, source and what would allow it.

    """

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody has to approve the call; as long as nobody can, that is a refusal."""

    rule: str
    reason: str


Verdict: TypeAlias = Allow | Deny | Ask


def by_hand(run_tiers: frozenset[Tier] = frozenset(), file: str = "") -> Policy:
    """Policy of a run by hand without a file: observe, input and clipboard."""
    return Policy(BY_HAND, "the built-in default for a run by hand", file, run_tiers)


def as_service(run_tiers: frozenset[Tier] = frozenset(), file: str = "") -> Policy:
    """Policy of a service without a file: observe alone."""
    return Policy(AS_SERVICE, "the built-in default for a service", file, run_tiers)


def decide(policy: Policy, tool: Tool, arguments: Mapping[str, Any]) -> Verdict:
    """Judge one call. Paths and windows are judged where they can be looked at: in the worker."""
    if tool.name in policy.deny_tools:
        reason = f"policy: tool {tool.name!r} is refused (rule `tools.deny` in {policy.source})"
        return Deny("tools.deny", reason)
    if tool.name in policy.ask_tools:
        reason = f"policy: tool {tool.name!r} needs an approval (rule `tools.ask` in "
        return Ask("tools.ask", f"{reason}{policy.source}) and nobody can be asked here")
    if tool.name in INVENTORY and not policy.share_inventory:
        return Deny("share_inventory", _inventory_reason(policy, tool))
    named = tool.name in policy.allow_tools
    if not named and tool.tier not in policy.tiers | policy.run_tiers:
        return Deny("tiers", _tier_reason(policy, tool))
    if tool.name in RUNS_PROGRAMS or (tool.tier is Tier.SHELL and not named):
        return _of_shell(policy, tool, arguments)
    return Allow()


def offers(policy: Policy, tool: Tool) -> bool:
    """Whether *tool* is worth announcing: some call of it would not be refused outright."""
    return not isinstance(decide(policy, tool, {}), Deny)


def grant(policy: Policy, owner: str, closed: Iterable[str] = ()) -> Grant:
    """
    What an allowed call may reach.

    Args:
        policy: What the owner allows.
        owner: Whose call it is.
        closed: The agent's own files and directories.

    """
    tiers = policy.tiers | policy.run_tiers
    listed = policy.shell.mode is not ShellMode.FULL
    if listed:
        tiers -= {Tier.SHELL}  # It stands for any command there.
    return Grant(owner, tiers, policy.roots, tuple(closed), listed, policy.guard)


def _of_shell(policy: Policy, tool: Tool, arguments: Mapping[str, Any]) -> Verdict:
    shell, command = policy.shell, arguments.get("command")
    if shell.mode is ShellMode.FULL:
        return Allow()
    if shell.mode is ShellMode.OFF:
        return _denied(policy, "shell.mode", f"{tool.name}: nothing may run, the mode is off")
    if tool.name != "shell":
        reason = f"{tool.name} is none of the listed programs, and the mode is argv"
        return _denied(policy, "shell.mode", reason)
    if command is None and shell.allow:
        return Allow()  # Nobody calls it; somebody asks whether it is worth announcing.
    if not isinstance(command, list | tuple):
        reason = "a command line needs a shell, and the mode is argv: send a list, program first"
        return _denied(policy, "shell.mode", reason)
    env, stdin = arguments.get("env") or {}, arguments.get("stdin") is not None
    refused = shell.refusal(tuple(command), tuple(env), stdin=stdin)
    return Allow() if refused is None else _denied(policy, *refused)


def _denied(policy: Policy, rule: str, reason: str) -> Deny:
    return Deny(rule, f"policy: {reason} (rule `{rule}` in {policy.source})")


def _inventory_reason(policy: Policy, tool: Tool) -> str:
    where = policy.file or "a policy file"
    return (
        f"policy: tool {tool.name!r} tells what is installed here (rule `share_inventory` in "
        f"{policy.source}); allow it with share_inventory = true in {where}"
    )


def _tier_reason(policy: Policy, tool: Tool) -> str:
    tier = tool.tier.value
    elsewhere = f" or in {policy.file}" if policy.file else ""
    return (
        f"policy: tier {tier!r} is not allowed (rule `tiers` in {policy.source}); "
        f"allow it with --allow {tier}{elsewhere}"
    )
