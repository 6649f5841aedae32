"""`device-agent pause`: let nobody act on this machine until resumed; needs no network."""

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
    out.result({"paused": answer.get("paused")}, "paused; `device-agent resume` ends it")
    return Exit.DONE
