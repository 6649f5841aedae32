import os
import sys
from pathlib import Path

import pytest

from device_agent.journal.files import open_private, private_dir, write_private


@pytest.mark.skipif(sys.platform == "win32", reason="Windows rights come from the profile")
def test_files_and_directories_are_their_owners_alone(tmp_path: Path) -> None:
    directory = private_dir(tmp_path / "a" / "b")
    os.close(open_private(directory / "file"))
    write_private(directory / "other", b"x")
    assert directory.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in directory.iterdir()} == {0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows rights come from the profile")
def test_a_directory_that_others_may_enter_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    assert private_dir(tmp_path / "open").stat().st_mode & 0o077 == 0


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_private(tmp_path / "file", b"long content")
    write_private(tmp_path / "file", b"short")
    assert (tmp_path / "file").read_bytes() == b"short"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_the_content_is_on_disk_before_its_name_and_the_name_before_the_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sync, replace = os.fsync, Path.replace

    def noted_sync(descriptor: int) -> None:
        order.append("sync")
        sync(descriptor)

    def noted_replace(path: Path, target: Path) -> Path:
        order.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    write_private(tmp_path / "file", b"x")
    assert order == (["sync", "rename"] if sys.platform == "win32" else ["sync", "rename", "sync"])


def test_nothing_stays_behind_when_there_is_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_private(tmp_path / "file", b"x")
    assert list(tmp_path.iterdir()) == []
