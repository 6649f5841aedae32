"""The state directory: locked, usable or an error that says what to do."""

import sqlite3
from pathlib import Path

import pytest

from device_agent.errors import ConfigError, JournalError, JournalFull, StateLocked
from device_agent.journal.lock import WORKER_LOCK, Lock
from device_agent.runtime import state
from device_agent.runtime.clock import wall
from device_agent.runtime.state import PauseMark, held, usable


def test_two_cannot_hold_it(tmp_path: Path) -> None:
    with (
        held(tmp_path / "state", "agent"),
        pytest.raises(StateLocked, match="in use by agent") as caught,
        held(tmp_path / "state", "command"),
    ):
        pass
    assert caught.value.pid is not None
    with held(tmp_path / "state", "command"):
        pass


def test_a_worker_that_does_not_leave_is_told_and_the_lock_is_given_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(state, "WORKER_GONE_S", 0.1)
    with (
        Lock.take(tmp_path / WORKER_LOCK, "worker", clock=wall),
        pytest.raises(StateLocked, match="in use by worker"),
        held(tmp_path, "agent"),
    ):
        pass
    with held(tmp_path, "agent"):
        pass


def test_what_is_no_directory_is_an_error_of_configuration(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ConfigError, match=r"cannot be used: .*; choose another"),
        held(tmp_path / "file" / "state", "agent"),
    ):
        pass


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (JournalFull("there is no room"), "there is no room; make room"),
        (JournalError("a newer version"), "a newer version; choose another"),
        (PermissionError(13, "Permission denied"), "Permission denied; choose another"),
        (OSError("odd"), "odd; choose another"),
    ],
)
def test_every_trouble_says_what_to_do(tmp_path: Path, error: Exception, words: str) -> None:
    with pytest.raises(ConfigError, match=words), usable(tmp_path):
        raise error


def test_bugs_are_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.ProgrammingError), usable(tmp_path):
        raise sqlite3.ProgrammingError("a bug")


def test_a_pause_is_remembered_until_it_ends(tmp_path: Path) -> None:
    mark = PauseMark(tmp_path)
    assert not mark
    assert mark.set()
    assert mark.set()
    assert PauseMark(tmp_path)
    mark.clear()
    mark.clear()
    assert not PauseMark(tmp_path)


def test_a_pause_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    assert not PauseMark(tmp_path / "missing").set()
