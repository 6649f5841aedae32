"""The table and the JSON of a run."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from .row import Measured, Row

HEADINGS = ("what", "measured", "", "must", "stretch", "raw limit", "others, quoted")
GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Line:
    """A row and what came of it; ``missing`` says why nothing did."""

    row: Row
    measured: Measured | None
    missing: str = ""


def heading() -> str:
    """On what, and when."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, "
        f"{psutil.virtual_memory().total / GIB:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}"
    )


def table(lines: Iterable[Line]) -> str:
    """As Markdown that reads well on a terminal, too."""
    cells = [HEADINGS, *(_cells(line) for line in lines)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(HEADINGS))]
    rule = ["-" * width for width in widths]
    return "\n".join(_joined(row, widths) for row in (cells[0], rule, *cells[1:]))


def notes(lines: Iterable[Line]) -> str:
    """What the columns mean."""
    raw = [
        f"  {line.row.name}: {line.measured.raw_what}"
        for line in lines
        if line.measured is not None and line.measured.raw_what
    ]
    return "\n".join(
        [
            "measured: medians of this run; MB are 2^20 bytes.",
            "raw limit: the same without an agent, in this run.",
            *raw,
            "others, quoted: not of this run; from earlier measurements of ours on a 2-core "
            "Linux machine, Python 3.11.",
        ]
    )


def as_json(lines: Iterable[Line]) -> dict[str, Any]:
    """Everything, for programs."""
    return {"machine": heading(), "rows": [_facts(line) for line in lines]}


def _cells(line: Line) -> tuple[str, ...]:
    row, found = line.row, line.measured
    limits = (_limit(row.must, row.unit), _limit(row.stretch, row.unit))
    if found is None:
        return (row.what, "not measured", line.missing, *limits, "", row.elsewhere)
    value = _with_unit(found.shown or _plain(found.value), row.unit, shown=bool(found.shown))
    raw = _number(found.raw, row.unit)
    return (row.what, value, row.verdict(found.value), *limits, raw, row.elsewhere)


def _facts(line: Line) -> dict[str, Any]:
    row, found = line.row, line.measured
    facts: dict[str, Any] = {
        "name": row.name,
        "what": row.what,
        "unit": row.unit,
        "must": row.must,
        "stretch": row.stretch,
        "elsewhere": row.elsewhere,
    }
    if found is None:
        return {**facts, "missing": line.missing}
    return {
        **facts,
        "value": found.value,
        "shown": found.shown,
        "verdict": row.verdict(found.value),
        "p99": found.p99,
        "runs": found.runs,
        "raw": found.raw,
        "raw_what": found.raw_what,
    }


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    filled = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(filled)} |"


def _limit(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:g} {unit}".strip()


def _number(value: float | None, unit: str) -> str:
    return "" if value is None else _with_unit(_plain(value), unit, shown=False)


def _with_unit(text: str, unit: str, *, shown: bool) -> str:
    bare = not unit or (shown and not text.replace(".", "").isdigit())
    return text if bare else f"{text} {unit}"


def _plain(value: float) -> str:
    """Two digits that count, and no more than two after the point."""
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 2 else f"{value:.2f}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()
