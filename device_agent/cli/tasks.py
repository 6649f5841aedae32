"""`device-agent tasks`: what was accepted and how it ended, whether the agent runs or not."""

import time
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from . import settings
from .exits import Exit, UsageError
from .output import Output, table

if TYPE_CHECKING:
    from ..journal.works import WorkRow

DEFAULT_LIMIT = 50


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    parser.add_argument("what", choices=("ls", "show"), help="list them, or show one")
    parser.add_argument(
        "name", metavar="ID", nargs="?", help="beginning of a task's or answer's id"
    )
    parser.add_argument(
        "--limit", metavar="N", type=int, default=DEFAULT_LIMIT, help="newest N (50)"
    )
    settings.add_settings(parser)


def run(args: Namespace, out: Output) -> int:
    """Read the journal; never changes it."""
    from ..journal.view import JournalView

    if args.what == "show" and not args.name:
        raise UsageError("tasks show needs an ID; `device-agent tasks ls` lists them")
    with JournalView.open(settings.load(args).config.state_dir) as view:
        if args.what == "ls":
            found = view.works(max(args.limit, 1))
            out.result([_plain(row) for row in found], _list(found))
            return Exit.DONE
        found = view.show(args.name)
        if not found:
            raise UsageError(f"no task begins with {args.name!r}; try `device-agent tasks ls`")
        shown = [{**_plain(row), "answer": view.answer(row)} for row in found]
    out.result(shown, "\n\n".join(_one(row) for row in shown))
    return Exit.DONE


def _plain(row: "WorkRow") -> dict[str, Any]:
    return {**asdict(row), "state": row.state.value}


def _list(found: "list[WorkRow]") -> str:
    if not found:
        return "nothing has been accepted yet"
    rows = [
        [
            _when(row.accepted_at),
            row.state.value,
            str(row.outcome or ""),
            row.kind,
            row.task_id,
            row.peer,
            row.summary,
        ]
        for row in found
    ]
    return table(rows, ("ACCEPTED", "STATE", "OUTCOME", "KIND", "TASK", "PEER", "WHAT"))


def _one(row: dict[str, Any]) -> str:
    shown = dict(row)
    for name in ("accepted_at", "finished_at"):
        shown[name] = _when(shown[name]) if shown[name] is not None else ""
    return table([[name, "" if value is None else str(value)] for name, value in shown.items()])


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
