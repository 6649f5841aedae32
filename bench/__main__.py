"""
``python -m bench``: measure, and print a table.

It tells how fast this machine is today, so it asserts nothing and ends with 0 whatever it finds.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

from .report import Line, as_json, heading, notes, table
from .rigs.desktop import desktop
from .rigs.rig import Rig
from .row import CannotMeasureError, Row
from .rows import ROWS

APART_S = 2.0
"""Between the starts of two agents that then only wait; their starting is nobody's measurement."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what was asked for."""
    args = _parser().parse_args(argv)
    names = args.row or [row.name for row in ROWS]
    rows = [row for row in ROWS if row.name in names]
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        display, why = _desktop(stack, directory)
        lines = asyncio.run(_measure(rows, directory, (display, why), args.outage))
    if args.json:
        print(json.dumps(as_json(lines), indent=2))
    else:
        print(f"{heading()}\n\n{table(lines)}\n\n{notes(lines)}")
    return 0


def _desktop(stack: ExitStack, directory: Path) -> tuple[str, str]:
    """A display, or why there is none."""
    try:
        return stack.enter_context(desktop(directory)), ""
    except CannotMeasureError as reason:
        return "", str(reason)


async def _measure(
    rows: Sequence[Row], directory: Path, display: tuple[str, str], outage_s: float
) -> list[Line]:
    async with AsyncExitStack() as stack:
        rig = Rig(directory, stack, *display, outage_s=outage_s)
        waiting: dict[str, asyncio.Task[Line]] = {}
        async with asyncio.TaskGroup() as group:
            for row in rows:
                if row.waits:
                    waiting[row.name] = group.create_task(_line(row, rig))
                    await asyncio.sleep(APART_S)
            done = {row.name: await _line(row, rig) for row in rows if not row.waits}
        done |= {name: task.result() for name, task in waiting.items()}
    return [done[row.name] for row in rows]


async def _line(row: Row, rig: Rig) -> Line:
    _say(f"{row.name} ...")
    try:
        measured = await row.measure(rig)
    except CannotMeasureError as reason:
        return Line(row, None, str(reason))
    except Exception as error:  # noqa: BLE001 -- the wall between one row and the others
        return Line(row, None, f"{type(error).__name__}: {error}")
    _say(f"{row.name}: {measured.shown or round(measured.value, 3)} {row.unit}")
    return Line(row, measured)


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(text, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--row",
        action="append",
        choices=[row.name for row in ROWS],
        metavar="NAME",
        help=f"only this one; repeatable: {', '.join(row.name for row in ROWS)}",
    )
    parser.add_argument(
        "--outage", type=float, default=180.0, metavar="SECONDS", help="how long the hub is away"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
