"""Marks of workers."""

from pathlib import Path

from device_agent.worker.marks import WORKER, is_stale, new_mark


def test_every_worker_has_a_mark_of_its_own(tmp_path: Path) -> None:
    first, second = new_mark(tmp_path), new_mark(tmp_path)
    assert first.variable == second.variable == WORKER
    assert first != second


def test_an_earlier_worker_of_the_same_directory_is_stale(tmp_path: Path) -> None:
    own = new_mark(tmp_path)
    assert is_stale(new_mark(tmp_path).value, own)
    assert not is_stale(own.value, own)
    assert not is_stale(new_mark(tmp_path / "other").value, own)


def test_without_a_directory_nobody_is_kin() -> None:
    assert not is_stale(new_mark(None).value, new_mark(None))
