"""Looking at real files."""

import base64
import os
import socket
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from device_agent.catalog import parse
from device_agent.catalog.files import (
    LIST_FILES,
    MAX_READ_BYTES,
    READ_FILE,
    STAT_FILE,
    ListFilesResult,
    ReadFileResult,
    StatFileResult,
)
from device_agent.catalog.grant import Grant
from device_agent.errors import Failure, ToolError
from device_agent.tools.bench import Bench
from device_agent.tools.files import list_files, read_file, stat_file
from tests.device_agent.tools.benches import bench

TEXT = "héllo 你好 😀\n"


@pytest.fixture
def at(tmp_path: Path) -> Bench:
    return bench(grant=Grant("hub", frozenset(), (str(tmp_path),), ()))


def listed(at: Bench, **arguments: Any) -> ListFilesResult:  # noqa: ANN401
    return list_files(parse(LIST_FILES, arguments), at)  # type: ignore[arg-type]


def told(at: Bench, path: str, **arguments: Any) -> StatFileResult:  # noqa: ANN401
    return stat_file(parse(STAT_FILE, {"path": path, **arguments}), at)  # type: ignore[arg-type]


def read(at: Bench, path: str, **arguments: Any) -> ReadFileResult:  # noqa: ANN401
    return read_file(parse(READ_FILE, {"path": path, **arguments}), at)  # type: ignore[arg-type]


def refused(at: Bench, path: str, **arguments: Any) -> ToolError:  # noqa: ANN401
    with pytest.raises(ToolError) as caught:
        read(at, path, **arguments)
    return caught.value


def test_a_directory_is_listed_by_name_with_what_its_entries_are(at: Bench, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "link").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe")
    result = listed(at)
    assert result.path == str(tmp_path.resolve())
    shown = {entry.name: entry.kind for entry in result.entries}
    assert list(shown.items()) == [
        ("a.txt", "file"),
        ("b", "directory"),
        ("link", "link"),
        ("pipe", "other"),
    ]
    assert result.entries[0].size_bytes == len(TEXT.encode())
    assert result.entries[2].link_to == "/etc/passwd"


def test_a_listing_goes_as_deep_as_asked_and_no_link_leads_it_away(
    at: Bench, tmp_path: Path
) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    (tmp_path / "a" / "x.txt").touch()
    (tmp_path / "out").symlink_to("/etc")

    def names(**more: Any) -> list[str]:  # noqa: ANN401
        return [entry.name for entry in listed(at, **more).entries]

    assert names() == ["a", "out"]
    assert names(depth=2) == ["a", "a/b", "a/x.txt", "out"]
    assert names(depth=9) == ["a", "a/b", "a/b/c", "a/x.txt", "out"]
    assert names(depth=9, pattern="*.txt") == ["a/x.txt"]


def test_a_long_listing_is_cut_and_says_so(at: Bench, tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}").touch()
    (tmp_path / ".hidden").touch()
    assert len(listed(at, limit=5).entries) == 5
    assert listed(at, limit=5).truncated
    assert not listed(at, limit=21).truncated
    assert len(listed(at, hidden=False).entries) == 20


def test_a_name_that_is_no_utf8_is_listed_nonetheless(at: Bench, tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")).touch()
    (entry,) = listed(at).entries
    assert entry.name == "�"
    entry.model_dump_json()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read all")
def test_what_may_not_be_read_is_named(at: Bench, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "file").touch(mode=0)
    assert "may not" in listed(at, depth=2).unreadable[0]
    assert refused(at, "file").failure is Failure.FAILED


def test_a_listing_that_nobody_wants_any_more_ends(at: Bench, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    at.cancellation.cancel()
    with pytest.raises(ToolError) as caught:
        listed(at)
    assert caught.value.failure is Failure.CANCELLED


def test_a_file_is_described(at: Bench, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"12345")
    (tmp_path / "a.png").chmod(0o640)
    (tmp_path / "link").symlink_to("a.png")
    result = told(at, "link")
    assert (result.exists, result.kind, result.size_bytes) == (True, "file", 5)
    assert (result.permissions, result.media_type) == ("-rw-r-----", "image/png")
    assert (result.readable, result.writable) == (True, True)
    assert result.owner
    link = told(at, "link", follow=False)
    assert (link.kind, link.link_to) == ("link", "a.png")
    assert told(at, ".").kind == "directory"


@pytest.mark.parametrize("path", ["none", "none/inside", "file/inside"])
def test_that_there_is_no_file_is_an_answer(at: Bench, tmp_path: Path, path: str) -> None:
    (tmp_path / "file").touch()
    assert told(at, path).model_dump(exclude_unset=True).keys() == {"path", "exists"}
    assert not told(at, path).exists


def test_text_comes_as_text_and_the_rest_as_base64(at: Bench, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(TEXT)
    (tmp_path / "binary").write_bytes(b"a\0b")
    (tmp_path / "latin").write_bytes("é".encode("latin-1"))
    (tmp_path / "empty").touch()
    assert read(at, "text").text == TEXT
    assert read(at, "text").end
    assert read(at, "binary").base64 == base64.b64encode(b"a\0b").decode()
    assert read(at, "latin").text is None
    assert read(at, "empty").text == ""
    forced = read(at, "latin", encoding="text")
    assert (forced.text, forced.replaced) == ("�", True)
    assert read(at, "text", encoding="base64").base64 == base64.b64encode(TEXT.encode()).decode()


def test_pieces_put_together_are_the_file_wherever_it_was_cut(at: Bench, tmp_path: Path) -> None:
    (tmp_path / "text").write_text(TEXT * 20)
    for length in range(4, 12):
        offset, kept, end = 0, "", False
        while not end:
            piece = read(at, "text", offset=offset, length=length)
            assert piece.offset == offset
            kept += piece.text or ""
            offset += piece.length
            end = piece.end
        assert kept == TEXT * 20
    assert read(at, "text", offset=10_000).model_dump()["length"] == 0


def test_less_than_a_character_still_gets_on(at: Bench, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("😀")
    assert read(at, "text", length=1).length == 1


@pytest.mark.parametrize("end", ["", "\n"])
def test_first_and_last_lines(at: Bench, tmp_path: Path, end: str) -> None:
    lines = [f"line {number}" for number in range(50_000)]
    whole = "\n".join(lines) + end
    (tmp_path / "log").write_text(whole)
    assert read(at, "log", head_lines=2).text == "line 0\nline 1\n"
    assert read(at, "log", tail_lines=2).text == "line 49998\nline 49999" + end
    long = read(at, "log", tail_lines=30_000)
    assert long.text == "\n".join(lines[20_000:]) + end
    assert long.offset == len(whole) - len(long.text)
    assert read(at, "log", head_lines=60_000).text == whole
    assert read(at, "log", tail_lines=60_000).text == whole


def test_S_a_file_of_one_gigabyte_is_refused_but_read_in_pieces(at: Bench, tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 30)
        file.seek((1 << 30) - 4)
        file.write(b"last")
    error = refused(at, "huge")
    assert error.failure is Failure.RESULT_TOO_LARGE
    assert str(1 << 30) in error.detail
    assert "offset and length" in error.detail
    assert read(at, "huge", offset=(1 << 30) - 4).text == "last"
    assert read(at, "huge", tail_lines=1).length == MAX_READ_BYTES


def test_files_that_the_system_makes_up_are_read(tmp_path: Path) -> None:
    if not Path("/proc/uptime").exists():
        pytest.skip("no /proc here")
    del tmp_path
    own = bench(grant=Grant("hub", frozenset(), ("/proc",), ()))
    assert "." in (read(own, "uptime").text or "")


def test_no_pipe_socket_device_or_directory_is_opened(at: Bench, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "socket"))
        for name in ("pipe", "socket", "."):
            error = refused(at, name)
            assert error.failure is Failure.BAD_ARGUMENTS
            assert "no regular file" in error.detail
    devices = bench(grant=Grant("hub", frozenset(), ("/dev",), ()))
    assert refused(devices, "zero").failure is Failure.BAD_ARGUMENTS


def test_a_pipe_that_takes_a_files_place_does_not_hang_the_call(
    at: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    regular = (tmp_path / "file").stat()
    assert stat.S_ISREG(regular.st_mode)
    monkeypatch.setattr("device_agent.tools.roots.Spot.look", lambda _: regular)
    assert refused(at, "pipe").failure is Failure.BAD_ARGUMENTS


def test_ways_to_read_exclude_each_other(at: Bench) -> None:
    for wrong in ({"offset": 1, "head_lines": 1}, {"head_lines": 1, "tail_lines": 1}):
        assert refused(at, "x", **wrong).failure is Failure.BAD_ARGUMENTS
