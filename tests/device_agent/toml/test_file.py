"""The line of every key, found without a parser of our own."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.errors import ConfigError, PolicyError
from device_agent.toml.file import MAX_FILE_BYTES, KeyPath, key_lines, read

TEXT = '''\
# a comment
device_id = "d1"

"quoted.key" = 1
tags = [
  "a",  # ] not the end
  "b",
]
text = """
[not.a.table]
x = 1
"""
limits.queue = 3

[log]
level = "info"

[[link]]
url = "wss://a"
[link.extra]
deep = true
[[link]]
  url = "wss://b"
inline = { a = 1, b = [ { c = 2 } ] }
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("device_id",), 2),
        (("quoted.key",), 4),
        (("tags",), 5),
        (("tags", 1), 5),
        (("text",), 9),
        (("limits", "queue"), 13),
        (("log",), 15),
        (("log", "level"), 16),
        (("link", 0), 18),
        (("link", 0, "url"), 19),
        (("link", 0, "extra"), 20),
        (("link", 0, "extra", "deep"), 21),
        (("link", 1), 22),
        (("link", 1, "url"), 23),
        (("link", 1, "inline", "b", 0, "c"), 24),
    ],
)
def test_key_is_found_in_its_line(key: KeyPath, line: int) -> None:
    assert key_lines(TEXT)[key] == line


def test_windows_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(b"\xef\xbb\xbfa = 1\r\nb = [\r\n1]\r\nc = 2\r\n")
    assert read(path).lines == {("a",): 1, ("b",): 2, ("b", 0): 2, ("c",): 4}


def test_what_a_table_lacks_is_said_of_its_header(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text(TEXT)
    assert read(path).where(("link", 1, "planner")) == f"{path}:22"
    assert read(path).where(("nowhere",)) == str(path)


KEYS = st.text("abc", min_size=1, max_size=3)
VALUES = st.one_of(
    st.integers(0, 99).map(str), st.just('"""\nx = 1\n[t]\n"""'), st.just("[\n1,\n]")
)


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=3), max_size=4))
def test_every_key_of_any_file_is_found_where_it_stands(tables: dict[str, dict[str, str]]) -> None:
    lines: list[str] = []
    wanted: dict[KeyPath, int] = {}
    for name, entries in tables.items():
        wanted[name,] = len(lines) + 1
        lines.append(f"[{name}]")
        for key, value in entries.items():
            wanted[name, key] = len(lines) + 1
            lines += f"{key} = {value}".split("\n")
    found = key_lines("\n".join(lines))
    assert tomllib.loads("\n".join(lines)).keys() == tables.keys()
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"a = 1\nb = \n", 2, "not TOML"),
        (b"a = 1\na = 2\n", 2, "not TOML"),
        (b"ok = 1\nx = '\xff'\n", 2, "UTF-8"),
        (b"[a\n", 1, "not TOML"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(
    tmp_path: Path, content: bytes, line: int, words: str
) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=words) as caught:
        read(path)
    assert caught.value.where == f"{path}:{line}"
    assert caught.value.hint


def test_files_that_cannot_be_read_are_refused_in_the_callers_kind(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="No such file"):
        read(tmp_path / "none.toml", PolicyError)
    with pytest.raises(ConfigError, match="directory"):
        read(tmp_path)
    (tmp_path / "large.toml").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    with pytest.raises(ConfigError, match="1 MiB"):
        read(tmp_path / "large.toml")
