"""`device-agent resume`: end a pause."""

from argparse import ArgumentParser, Namespace

from . import settings
from .asking import ask
from .exits import Exit
from .output import Output


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    settings.add_settings(parser)


def run(args: Namespace, out: Output) -> int:
    """Take acting work again."""
    answer = ask(settings.load(args).config.state_dir, {"op": "resume"})
    out.result({"paused": answer.get("paused")}, "resumed")
    return Exit.DONE
