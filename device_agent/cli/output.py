"""What commands say: results on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Output:
    """
    How to say it.

    Attributes:
        as_json: One JSON document on stdout instead of words.
        quiet: Nothing but results and errors.

    """

    as_json: bool = False
    quiet: bool = False

    def result(self, value: Any, text: str) -> None:  # noqa: ANN401 -- any JSON
        """Print what the command is for: *value* as JSON, else *text* for people."""
        if self.as_json:
            text = json.dumps(value, ensure_ascii=False, indent=2)
        if text:
            write(text)

    def note(self, text: str) -> None:
        """Tell people something on the side."""
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def error(self, text: str, code: int) -> None:
        """Say in one line what went wrong and what to try."""
        line = " ".join(text.split())
        if self.as_json:
            line = json.dumps({"error": line, "code": code}, ensure_ascii=False)
        else:
            line = f"device-agent: {line}"
        print(_encodable(line, sys.stderr.encoding), file=sys.stderr, flush=True)


def write(text: str) -> None:
    """Print to stdout whatever its encoding: what it cannot show becomes an escape."""
    print(_encodable(text, sys.stdout.encoding), flush=True)


def _encodable(text: str, encoding: str | None) -> str:
    encoding = encoding or "ascii"
    return text.encode(encoding, "backslashreplace").decode(encoding)


def table(rows: Sequence[Sequence[str]], heads: Sequence[str] = ()) -> str:
    """Align rows in columns; the last column is as long as it is."""
    lines = [list(heads), *map(list, rows)] if heads else [list(row) for row in rows]
    if not lines:
        return ""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
