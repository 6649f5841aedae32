"""The command line: find the command, run it, turn errors into one line and an exit code."""

import argparse
import difflib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from ..errors import DeviceAgentError
from . import commands
from .commands import ENTRIES
from .exits import INTERRUPTED, Exit, UsageError, exit_for
from .output import Output

PROG = "device-agent"
EPILOG = """\
exit codes: 0 done, 1 a task failed, 2 usage, 3 not reachable, 4 timed out, 5 refused by policy
Every command takes --json, --quiet and -v; device-agent COMMAND --help says more.
"""


class Parser(argparse.ArgumentParser):
    """A parser that leaves saying what is wrong to :func:`main`."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; try `{self.prog} --help`")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    out = Output(as_json="--json" in words)
    try:
        return _run(words)
    except DeviceAgentError as error:
        code = exit_for(error)
        out.error(str(error), code)
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        out.error(f"{where}{error.strerror or error}", Exit.TASK_FAILED)
        return Exit.TASK_FAILED
    except Exception as error:  # noqa: BLE001 -- the wall between our bugs and the user's terminal
        return _bug(error, out, words)


def build(wanted: Sequence[str]) -> tuple[Parser, dict[str, argparse.ArgumentParser]]:
    """Build the parser and its commands' own; only the *wanted* ones' modules are imported."""
    common = _common()
    children: dict[str, argparse.ArgumentParser] = {}
    parser = Parser(
        PROG,
        description="Let any orchestrator see and drive this machine.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        parents=[common],
    )
    parser.add_argument("--version", action="store_true", help="print the version and end")
    found = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for entry in ENTRIES:
        child = found.add_parser(
            entry.name, help=entry.help, description=_sentence(entry.help), parents=[common]
        )
        if entry.name in wanted:
            commands.load(entry).add_arguments(child)
        children[entry.name] = child
    return parser, children


def _run(words: list[str]) -> int:
    name = next((word for word in words if not word.startswith("-")), "")
    entry = next((entry for entry in ENTRIES if entry.name == name), None)
    if entry is None and name:
        raise UsageError(f"there is no command {name!r}; {_nearest(name)}")
    parser, _ = build([name])
    try:
        args = parser.parse_args(words)
    except SystemExit as stop:  # --help has been printed.
        return int(stop.code or 0)
    for name in ("json", "quiet", "verbose"):
        setattr(args, name, getattr(args, name, False))
    out = Output(args.json, args.quiet)
    if args.version:
        return _version(out)
    if entry is None:
        parser.print_help()
        return Exit.USAGE
    return commands.load(entry).run(args, out)


def _common() -> Parser:
    # Every command takes these, before and after its name. Absent ones are suppressed, or the
    # second parser's defaults would undo what the first one read.
    common = Parser(add_help=False)
    group = common.add_argument_group("output")
    absent = argparse.SUPPRESS
    for names, text in (
        (("--json",), "results as JSON"),
        (("-q", "--quiet"), "results and errors only"),
        (("-v", "--verbose"), "say more"),
    ):
        group.add_argument(*names, action="store_true", default=absent, help=text)
    return common


def _version(out: Output) -> int:
    from importlib.metadata import version

    found = version(PROG)
    out.result({"version": found}, f"{PROG} {found}")
    return Exit.DONE


def _nearest(name: str) -> str:
    close = difflib.get_close_matches(name, [entry.name for entry in ENTRIES], n=1, cutoff=0.5)
    return f"did you mean `{PROG} {close[0]}`?" if close else f"try `{PROG} --help`"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _bug(error: Exception, out: Output, words: Sequence[str]) -> int:
    if any(word in ("-v", "-vv", "--verbose") for word in words):
        import traceback

        traceback.print_exception(error)
    text = f"this is a bug in device-agent: {type(error).__name__}: {error}; -v shows more"
    out.error(text, Exit.TASK_FAILED)
    return Exit.TASK_FAILED
