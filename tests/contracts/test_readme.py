"""The README's commands are there, with the flags it names."""

import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from bench.rows import ROWS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PROGRAMS = {
    "device-agent": "device_agent",
    "device-sim": "simulator",
    "constellation": "constellation",
}


def written() -> list[str]:
    """Every command line in a console block, and every command in the table."""
    blocks = "\n".join(re.findall(r"```console\n(.*?)```", README, re.DOTALL))
    lines = [line.partition("  #")[0].strip() for line in blocks.splitlines()]
    table = re.findall(r"`((?:device-agent) [^`]+)`", README)
    return [line for line in [*lines, *table] if line]


def commands() -> list[str]:
    return sorted({line for line in written() if line.split()[0] in PROGRAMS})


@cache
def help_of(program: str, *words: str) -> str:
    find = "from importlib.metadata import entry_points as e"
    call = f"{find}; (p,) = e(group='console_scripts', name={program!r}); p.load()()"
    found = subprocess.run(
        [sys.executable, "-c", call, *words, "--help"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return found.stdout if found.returncode == 0 else ""


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_readme_is_there_with_its_flags(line: str) -> None:
    program, *rest = shlex.split(line)
    words = [rest[0]] if rest else []
    known = help_of(program, *words)
    assert known, f"{program} {words} has no help"
    for word in rest:
        if word.startswith("-"):
            assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", known), f"{word} in {line}"


def test_every_make_target_of_the_readme_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = {line.split()[1] for line in written() if line.startswith("make ")}
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_page_of_the_readme_is_there() -> None:
    for page in re.findall(r"\]\(([\w/.-]+)\)", README):
        assert (ROOT / page).exists(), page


def test_every_page_of_the_documentation_is_in_its_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text()
    linked = set(re.findall(r"\]\(([\w/.-]+)\)", index))
    pages = {page.name for page in (ROOT / "docs").glob("*.md")} - {"README.md"}
    assert pages <= linked
    assert all((ROOT / "docs" / page).exists() for page in linked)


def test_every_number_of_the_readme_is_a_row_of_the_bench() -> None:
    found = re.search(r"\n## What it costs\n.*?\n\|---.*?\n(.*?)\n\n", README, re.DOTALL)
    assert found
    quoted = {line.split("|")[1].strip() for line in found[1].splitlines()}
    assert quoted <= {row.what for row in ROWS}
    assert len(quoted) > 15
