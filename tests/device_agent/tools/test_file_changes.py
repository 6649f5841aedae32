"""Changing real files."""

import base64
import errno
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from device_agent.catalog import find, parse
from device_agent.catalog.grant import Grant
from device_agent.errors import Failure, ToolError
from device_agent.tools import file_changes, load
from device_agent.tools.bench import Bench
from tests.device_agent.tools.benches import bench

Call = Callable[..., Any]


@pytest.fixture
def at(tmp_path: Path) -> Bench:
    closed = (str(tmp_path / "agent"),)
    return bench(grant=Grant("hub", frozenset(), (str(tmp_path),), closed))


@pytest.fixture
def call(at: Bench) -> Call:
    def call(name: str, **arguments: Any) -> Any:  # noqa: ANN401
        tool = find(name)
        assert tool is not None
        return load(name)(parse(tool, arguments), at)

    return call


def refused(call: Call, name: str, **arguments: Any) -> ToolError:  # noqa: ANN401
    with pytest.raises(ToolError) as caught:
        call(name, **arguments)
    return caught.value


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_text_and_bytes_are_written_exactly(call: Call, tmp_path: Path) -> None:
    result = call("write_file", path="a", text="héllo\r\n😀")
    assert (tmp_path / "a").read_bytes() == "héllo\r\n😀".encode()
    assert (result.created, result.size_bytes) == (True, len("héllo\r\n😀".encode()))
    content = bytes(range(256))
    result = call("write_file", path="a", base64=base64.b64encode(content).decode())
    assert (tmp_path / "a").read_bytes() == content
    assert (result.created, result.path) == (False, str(tmp_path.resolve() / "a"))
    assert names(tmp_path) == ["a"]


def test_modes_say_what_happens_to_a_file_that_is_there(call: Call, tmp_path: Path) -> None:
    assert call("write_file", path="a", text="1", mode="create").created
    assert refused(call, "write_file", path="a", text="2", mode="create").failure is (
        Failure.CONFLICT
    )
    assert call("write_file", path="a", text="23", mode="append").size_bytes == 3
    assert call("write_file", path="b", text="new", mode="append").created
    assert (tmp_path / "a").read_text() == "123"
    assert names(tmp_path) == ["a", "b"]


def test_permissions_stay_and_a_link_is_written_through(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    (tmp_path / "a").chmod(0o751)
    (tmp_path / "link").symlink_to("a")
    call("write_file", path="link", text="x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_text() == "x"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o751


def test_new_files_get_the_usual_permissions(call: Call, tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        call("write_file", path="a", text="x")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_who_reads_meanwhile_sees_the_old_content_or_the_new(call: Call, tmp_path: Path) -> None:
    contents = {letter * 200_000 for letter in "ab"}
    call("write_file", path="x", text="a" * 200_000)
    seen: set[str] = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            seen.add((tmp_path / "x").read_text())

    watching = threading.Thread(target=watch)
    watching.start()
    for letter in "ba" * 20:
        call("write_file", path="x", text=letter * 200_000)
    stop.set()
    watching.join()
    assert seen <= contents


def test_a_disk_that_fills_up_leaves_everything_as_it_was(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(file_changes.os, "fsync", full)
    for mode in ("overwrite", "append"):
        error = refused(call, "write_file", path="a", text="new", mode=mode)
        assert error.failure is Failure.NO_SPACE
        assert (tmp_path / "a").read_text() == "old"
    assert refused(call, "write_file", path="b", text="new").failure is Failure.NO_SPACE
    assert names(tmp_path) == ["a"]


def test_a_full_device_is_told(tmp_path: Path) -> None:
    # The kernel's own full disk, which says so when it is written to.
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    del tmp_path
    with (
        Path("/dev/full").open("wb", buffering=0) as full,
        pytest.raises(OSError, match="No space"),
    ):
        file_changes.write_all(full, b"x")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write all")
def test_a_read_only_file_is_not_replaced(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a").touch(mode=0o444)
    assert refused(call, "write_file", path="a", text="x").failure is Failure.FAILED


def test_what_is_no_regular_file_is_not_written(call: Call, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        for mode in ("overwrite", "append"):
            error = refused(call, "write_file", path=name, text="x", mode=mode)
            assert error.failure is Failure.BAD_ARGUMENTS


@pytest.mark.parametrize(
    "wrong",
    [{}, {"text": "a", "base64": "YQ=="}, {"base64": "?"}],
)
def test_exactly_one_content_is_needed(call: Call, wrong: dict[str, str]) -> None:
    assert refused(call, "write_file", path="a", **wrong).failure is Failure.BAD_ARGUMENTS


def test_directories_on_the_way_are_made_when_asked(call: Call, tmp_path: Path) -> None:
    assert refused(call, "write_file", path="a/b/c", text="x").failure is Failure.BAD_ARGUMENTS
    call("write_file", path="a/b/c", text="x", make_parents=True)
    assert (tmp_path / "a/b/c").read_text() == "x"


def test_directories_are_made_once(call: Call, tmp_path: Path) -> None:
    assert call("make_directory", path="a/b").created
    assert not call("make_directory", path="a/b").created
    assert (tmp_path / "a/b").is_dir()
    (tmp_path / "file").touch()
    assert refused(call, "make_directory", path="file").failure is Failure.CONFLICT
    error = refused(call, "make_directory", path="x/y", parents=False)
    assert error.failure is Failure.BAD_ARGUMENTS


def test_files_links_and_empty_directories_are_deleted(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "out").symlink_to("/etc/passwd")
    assert call("delete_file", path="link").kind == "link"
    assert call("delete_file", path="out").kind == "link"
    assert call("delete_file", path="empty").kind == "directory"
    assert names(tmp_path) == ["file"]
    assert call("delete_file", path="file").deleted == 1
    assert refused(call, "delete_file", path="file").failure is Failure.BAD_ARGUMENTS


def test_a_tree_is_deleted_only_when_asked_and_no_link_leads_out_of_it(
    call: Call, tmp_path: Path
) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").touch()
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c").touch()
    (tmp_path / "a" / "link").symlink_to("../outside")
    assert refused(call, "delete_file", path="a").failure is Failure.CONFLICT
    assert call("delete_file", path="a", recursive=True).deleted == 4
    assert names(tmp_path) == ["outside"]
    assert names(tmp_path / "outside") == ["kept"]


def test_roots_and_the_agents_files_stay(call: Call, tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "policy.toml").touch()
    for name, arguments in (
        ("delete_file", {"path": ".", "recursive": True}),
        ("delete_file", {"path": "agent", "recursive": True}),
        ("move_file", {"path": "agent", "to": "elsewhere"}),
        ("write_file", {"path": "agent/policy.toml", "text": 'tiers = ["shell"]'}),
        ("copy_file", {"path": "agent/policy.toml", "to": "copy"}),
        ("move_file", {"path": "agent/policy.toml", "to": "copy"}),
        ("write_file", {"path": "../x", "text": ""}),
    ):
        assert refused(call, name, **arguments).failure is Failure.DENIED
    assert names(tmp_path) == ["agent"]


def test_no_prepared_directory_becomes_the_agents(tmp_path: Path) -> None:
    closed = (str(tmp_path / "config" / "device-agent"),)
    own = bench(grant=Grant("hub", frozenset(), (str(tmp_path),), closed))
    (tmp_path / "prepared" / "device-agent").mkdir(parents=True)
    tool = find("move_file")
    assert tool is not None
    with pytest.raises(ToolError) as caught:
        load("move_file")(parse(tool, {"path": "prepared", "to": "config"}), own)
    assert caught.value.failure is Failure.DENIED


def test_moving_never_replaces_unasked(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    (tmp_path / "folder").mkdir()
    assert refused(call, "move_file", path="a", to="b").failure is Failure.CONFLICT
    assert refused(call, "move_file", path="a", to="folder", overwrite=True).failure is (
        Failure.CONFLICT
    )
    assert call("move_file", path="a", to="b", overwrite=True).kind == "file"
    assert (tmp_path / "b").read_text() == "a"
    assert call("move_file", path="folder", to="moved").kind == "directory"
    assert call("move_file", path="b", to="moved/c").path.endswith("moved/c")
    assert names(tmp_path) == ["moved"]
    assert refused(call, "move_file", path="none", to="x").failure is Failure.BAD_ARGUMENTS


def test_a_file_moves_to_another_file_system(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def apart(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr("device_agent.tools.roots.Spot.replace", apart)
    (tmp_path / "a").write_text("a")
    monkeypatch.setattr(file_changes, "_rename", apart)
    call("move_file", path="a", to="b")
    assert names(tmp_path) == ["b"]
    (tmp_path / "folder").mkdir()
    assert refused(call, "move_file", path="folder", to="x").failure is Failure.FAILED


def test_a_copy_is_a_file_of_its_own(call: Call, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(os.urandom(3_000_000))
    (tmp_path / "a").chmod(0o700)
    assert call("copy_file", path="a", to="b").size_bytes == 3_000_000
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o700
    assert refused(call, "copy_file", path="a", to="b").failure is Failure.CONFLICT
    assert refused(call, "copy_file", path="a", to="a", overwrite=True).failure is (
        Failure.CONFLICT
    )
    (tmp_path / "folder").mkdir()
    assert refused(call, "copy_file", path="folder", to="c").failure is Failure.BAD_ARGUMENTS


def test_a_copy_that_is_cancelled_leaves_nothing(call: Call, at: Bench, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    at.cancellation.cancel()
    assert refused(call, "copy_file", path="a", to="b").failure is Failure.CANCELLED
    assert names(tmp_path) == ["a"]


def test_where_there_are_no_hard_links_it_goes_without(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("device_agent.tools.roots.Spot.link", none)
    call("write_file", path="a", text="x", mode="create")
    call("move_file", path="a", to="b")
    assert (tmp_path / "b").read_text() == "x"
    assert names(tmp_path) == ["b"]
