"""Files and functions stay small enough to hold one idea."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.contracts.tracked import ROOT, tracked_files

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 50
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _source_files() -> list[Path]:
    return [path for path in tracked_files() if path.suffix in {".py", ".sh"}]


def _functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _lines(function: Function) -> int:
    last = function.end_lineno
    assert last is not None
    return last - function.lineno + 1


def test_no_file_is_too_long() -> None:
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in _source_files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
    }
    assert not too_long


def test_no_function_is_too_long() -> None:
    too_long = {
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}": _lines(function)
        for path in _source_files()
        if path.suffix == ".py"
        for function in _functions(path)
        if _lines(function) > MAX_FUNCTION_LINES
    }
    assert not too_long
