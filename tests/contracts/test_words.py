"""Nothing in the project names the place where it was written, or a secret of one user."""

import re
from pathlib import Path

from tests.contracts.tracked import ROOT, tracked_files

# Spelled so that this file does not match itself.
FORBIDDEN = {
    "an absolute path of one machine": re.compile(r"(?<![\w.])/(?:work|root)/"),
    "a private key": re.compile(r"BEGIN [A-Z ]*PRIVATE" + " KEY"),
    "a tool that the commands do not need": re.compile(r"\b" + "issues" + r" show \d"),
}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="ignore")


def test_no_forbidden_words_in_any_file() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {what}: {match.group()}"
        for path in tracked_files()
        for what, pattern in FORBIDDEN.items()
        for match in pattern.finditer(_text(path))
    ]
    assert not found
