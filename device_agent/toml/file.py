"""TOML files with the line of every key, which the standard parser does not keep."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

from ..errors import ConfigError

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a setting is: ``("link", 0, "url")`` is ``url`` of the first ``[[link]]``."""

MAX_FILE_BYTES = 1024 * 1024
"""Nobody writes more by hand; a larger file is a mistake in a path."""


@dataclass(frozen=True)
class TomlFile:
    """
    A file that was read whole.

    Attributes:
        path: Where it is.
        text: What it says.
        content: The same, parsed.

    """

    path: Path
    text: str
    content: dict[str, Any]

    @cached_property
    def lines(self) -> dict[KeyPath, int]:
        """The line, from 1, that each key is written in; found when first asked for."""
        return key_lines(self.text)

    def where(self, key: KeyPath) -> str:
        """``file:line`` of a key, or of the table that lacks it; the file alone for the rest."""
        for length in range(len(key), 0, -1):
            if (line := self.lines.get(key[:length])) is not None:
                return f"{self.path}:{line}"
        return str(self.path)


def read(path: Path, error: type[ConfigError] = ConfigError) -> TomlFile:
    """
    Read and parse *path*.

    Raises:
        ConfigError: or the kind given as *error*; it cannot be read or is no TOML.

    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except OSError as problem:
        reason = problem.strerror or "cannot be read"
        raise error(reason, where=str(path), hint="check the path and its permissions") from None
    if len(raw) > MAX_FILE_BYTES:
        raise error("larger than 1 MiB", where=str(path), hint="is this the right file?")
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
        return TomlFile(path, text, tomllib.loads(text))
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        hint = "save it as UTF-8"
        raise error("not UTF-8 text", where=f"{path}:{line}", hint=hint) from None
    except tomllib.TOMLDecodeError as problem:
        raise _not_toml(path, text, problem, error) from None


def _not_toml(
    path: Path, text: str, problem: tomllib.TOMLDecodeError, error: type[ConfigError]
) -> ConfigError:
    # The parser tells the place in its text alone (attributes come with Python 3.14).
    told = re.fullmatch(r"(.*?)\s*\(at (?:line (\d+), column \d+|end of document)\)", str(problem))
    what = told[1] if told else str(problem)
    line = int(told[2]) if told and told[2] else len(text.rstrip().split("\n"))
    hint = 'TOML wants `key = value`, with texts in "quotes"'
    return error(f"not TOML: {what}", where=f"{path}:{line}", hint=hint)


def key_lines(text: str) -> dict[KeyPath, int]:
    """
    Find the line, from 1, of every key and table of a text that parses as TOML.

    A statement ends with the first line up to which it parses; values over several lines,
    quoted keys and comments are thereby left to the parser.
    """
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    statement: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        statement.append(line)
        try:
            content = tomllib.loads("\n".join(statement))
        except tomllib.TOMLDecodeError:
            continue
        start = number - len(statement) + 1
        if statement[0].lstrip().startswith("["):
            table = _table(content, counts)
            found.setdefault(table, start)
        else:
            for key in _keys(content):
                found.setdefault(table + key, start)
        statement = []
    return found


def _table(content: Mapping[str, Any], counts: dict[KeyPath, int]) -> KeyPath:
    """Name the table that a header opens; ``counts`` numbers the elements of each array."""
    path: KeyPath = ()
    node: Any = content
    while isinstance(node, dict) and node:
        name, node = next(iter(node.items()))
        path = (*path, name)
        if isinstance(node, list):
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _keys(node: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if path:
        yield path
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _keys(value, (*path, name))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            yield from _keys(value, (*path, position))


def dotted(key: KeyPath) -> str:
    """Write a key as ``link.0.url``."""
    return ".".join(str(part) for part in key)
