"""Every package and module says in a sentence what it is for."""

import ast
from pathlib import Path

from tests.contracts.tracked import ROOT, tracked_files

PACKAGES = ("device_agent", "simulator", "constellation", "bench")


def _first_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]


def test_every_module_has_one_sentence() -> None:
    silent = [
        str(name)
        for path in tracked_files()
        if path.suffix == ".py"
        and (name := path.relative_to(ROOT)).parts[0] in PACKAGES
        and not _first_line(path).endswith((".", ":", "?"))
    ]
    assert not silent
