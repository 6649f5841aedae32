"""What a policy lets in, in words for its owner. Pure."""

from collections.abc import Iterator

from ..catalog import Tier
from .programs import ProgramRule, ShellMode
from .rules import Policy

LETS_IN = {
    Tier.OBSERVE: "sees the screen, windows, running programs and facts about the machine",
    Tier.INPUT: "types and clicks as the person at the desk: whatever that person can start, read "
    "or send, with a terminal window as well",
    Tier.CLIPBOARD: "reads and writes the clipboard, with passwords that are copied",
    Tier.FILES: "reads, writes and deletes files inside files.roots",
    Tier.SHELL: "runs any command as this user, which includes all of the above",
}
"""What whoever may call the tools of a tier can do."""


def summary(policy: Policy) -> dict[str, str]:
    """One line for each tier, and for each rule that narrows one."""
    allowed = policy.tiers | policy.run_tiers
    told = {
        f"tier {tier.value}": _tier(policy, tier) if tier in allowed else "refused" for tier in Tier
    }
    return {**told, **dict(_narrowing(policy, allowed))}


def _tier(policy: Policy, tier: Tier) -> str:
    if tier is Tier.FILES:
        return f"{LETS_IN[tier]}: {', '.join(policy.roots) or 'nothing'}"
    if tier is Tier.SHELL and policy.shell.mode is ShellMode.ARGV:
        return "runs the programs listed under shell.allow, and nothing else"
    if tier is Tier.SHELL and policy.shell.mode is ShellMode.OFF:
        return "runs nothing: shell.mode is off"
    return LETS_IN[tier]


def _narrowing(policy: Policy, allowed: frozenset[Tier]) -> Iterator[tuple[str, str]]:
    if policy.shell.mode is ShellMode.ARGV:
        for rule in policy.shell.allow:
            yield rule.key, _program(rule)
        if Tier.SHELL not in allowed:
            yield "note", "tier shell is not allowed, so that [shell] has no effect"
    guard = policy.guard
    if guard.allow is not None:
        yield "input.allow_windows", f"{len(guard.allow)} patterns; no other window takes input"
    if guard.deny:
        yield "input.deny_windows", f"{len(guard.deny)} patterns"
    yield "input.guard_secrets", "yes" if guard.secret else "no: password windows take input too"
    for tier, limit in policy.calls_per_minute.items():
        yield f"limits.calls_per_minute.{tier.value}", str(limit)


def _program(rule: ProgramRule) -> str:
    words = [rule.program, *(f"<{pattern.pattern}>" for pattern in rule.args)]
    if rule.more is not None:
        words.append(f"<{rule.more.pattern}>...")
    count = f"{rule.min_args} to {rule.max_args} arguments"
    return f"{' '.join(words)}  ({count}{', and stdin' if rule.stdin else ''})"
