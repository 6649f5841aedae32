"""`device-agent schema`: the JSON Schema of the protocol, for those who write the other side."""

from argparse import ArgumentParser, Namespace

from .exits import Exit
from .output import Output, write


def add_arguments(parser: ArgumentParser) -> None:
    """Takes nothing."""
    del parser


def run(args: Namespace, out: Output) -> int:
    """Print it; it is JSON with and without ``--json``."""
    del args, out
    from ..protocol.schema import render

    write(render().rstrip("\n"))
    return Exit.DONE
