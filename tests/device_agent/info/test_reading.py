import psutil
import pytest

from device_agent.info.reading import attempt, present


def refuse() -> int:
    raise PermissionError


def gone() -> int:
    raise psutil.NoSuchProcess(1)


def test_what_can_be_read_is_told() -> None:
    assert attempt(lambda: 0) == 0


def test_S2_03_what_cannot_be_read_is_absent_and_nothing_is_invented() -> None:
    assert attempt(refuse) is None
    assert attempt(gone) is None
    facts = {"zero": lambda: 0, "empty": lambda: "", "refused": refuse, "unknown": lambda: None}
    assert present(facts) == {"zero": 0, "empty": ""}


def test_a_bug_of_ours_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        attempt(lambda: 1 // 0)
