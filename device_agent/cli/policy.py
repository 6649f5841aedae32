"""`device-agent policy check`: whether a policy file can be used, and what it means."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from . import settings
from .exits import Exit
from .output import Output, table


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    parser.add_argument("what", choices=("check",), help="read the file as the agent would")
    parser.add_argument("file", metavar="FILE", nargs="?", help="the usual one when left out")
    settings.add_settings(parser, peers=True)


def run(args: Namespace, out: Output) -> int:
    """Read it; a bad one ends with file, line, key and hint."""
    from ..catalog import TOOLS, Tier
    from ..policy.load import read
    from ..policy.rules import Allow, decide
    from ..policy.summary import summary

    policy = read(Path(args.file)) if args.file else settings.policy_of(settings.load(args).config)
    verdicts = {name: decide(policy, tool, {}) for name, tool in TOOLS.items()}
    shown = {
        "source": policy.source,
        "tiers": [tier.value for tier in Tier if tier in policy.tiers | policy.run_tiers],
        "share_inventory": policy.share_inventory,
        "allowed": [name for name, verdict in verdicts.items() if isinstance(verdict, Allow)],
        "refused": [name for name, verdict in verdicts.items() if not isinstance(verdict, Allow)],
    }
    lets_in = summary(policy)
    rows = [
        [name, ", ".join(value) if isinstance(value, list) else str(value)]
        for name, value in shown.items()
    ]
    rows += [[name, value] for name, value in lets_in.items()]
    out.result({**shown, "lets_in": lets_in}, table(rows))
    return Exit.DONE
