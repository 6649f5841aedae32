"""`device-agent run`: connect this machine and serve until stopped."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from . import settings
from .output import Output

if TYPE_CHECKING:
    from ..policy.rules import Policy


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    settings.add_settings(parser, peers=True)


def run(args: Namespace, out: Output) -> int:
    """Check everything that can be checked before, say what is allowed, then run."""
    from ..config import check_peers
    from . import logs

    loaded = check_peers(settings.load(args))
    policy = settings.policy_of(loaded.config, loaded.file)
    for warning in loaded.warnings:
        out.note(f"warning: {warning}")
    out.note(_allowed(policy))
    logs.start(loaded.config)
    from ..runtime.agent import run as run_agent

    return run_agent(loaded.config, policy)


def _allowed(policy: "Policy") -> str:
    from ..catalog import Tier

    words = ", ".join(tier for tier in Tier if tier in policy.tiers) or "nothing"
    more = ", ".join(tier for tier in Tier if tier in policy.run_tiers - policy.tiers)
    here = f", and {more} for this run" if more else ""
    return f"allowed: {words}{here} ({policy.source})"
