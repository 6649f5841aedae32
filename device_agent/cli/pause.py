"""
`device-agent pause`: let nobody act on this machine until resumed; needs no network.

What acts is stopped within a second, by killing the desktop process if need be; keys and buttons
are released; new acting work is refused as `paused`. It outlives the agent: one that is started
again is still paused. Observing goes on.
"""

from argparse import ArgumentParser, Namespace

from . import settings
from .asking import ask
from .exits import Exit
from .output import Output


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    settings.add_settings(parser)


def run(args: Namespace, out: Output) -> int:
    """Stop what acts, release every key, take no acting work."""
    answer = ask(settings.load(args).config.state_dir, {"op": "pause"})
    if not answer.get("lasting", True):
        out.note("warning: it could not be written down and ends with this agent's process")
    out.result({"paused": answer.get("paused")}, "paused; `device-agent resume` ends it")
    return Exit.DONE
