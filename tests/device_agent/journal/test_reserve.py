import errno
import sqlite3
from pathlib import Path

import pytest

from device_agent.journal.reserve import Reserve, is_no_space

SIZE = 300 * 1024


def test_room_is_set_aside_given_up_and_set_aside_again(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", SIZE)
    for _ in range(2):
        assert reserve.restore()
        assert (tmp_path / "reserve").stat().st_size == SIZE
        assert reserve.release()
        assert not reserve.release()


def test_the_room_is_really_taken(tmp_path: Path) -> None:
    assert Reserve(tmp_path / "reserve", SIZE).restore()
    blocks = getattr((tmp_path / "reserve").stat(), "st_blocks", SIZE // 512)
    assert blocks * 512 >= SIZE


def test_a_reserve_of_another_size_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "reserve").write_bytes(b"short")
    assert Reserve(tmp_path / "reserve", SIZE).restore()
    assert (tmp_path / "reserve").stat().st_size == SIZE


def test_without_room_nothing_is_set_aside(tmp_path: Path) -> None:
    assert not Reserve(tmp_path / "no such directory" / "reserve", SIZE).restore()


def test_an_empty_reserve_is_fine(tmp_path: Path) -> None:
    assert Reserve(tmp_path / "reserve", 0).restore()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_by_its_number(number: int) -> None:
    assert is_no_space(OSError(number, "whatever"))


def test_other_trouble_is_no_full_disk() -> None:
    assert not is_no_space(OSError(errno.EACCES, "disk full"))
    assert not is_no_space(sqlite3.OperationalError("disk full"))
    assert not is_no_space(ValueError("disk full"))
