"""How a process ends: with the one error that says most, and in time."""

import subprocess
import sys

import pytest

from device_agent.errors import ConfigError, StateLocked
from device_agent.runtime.ending import cause_of, unwrapped


def test_the_error_that_says_most_comes_out() -> None:
    wrong = ConfigError("a port is taken")
    bug, disk = RuntimeError("a bug"), OSError(28, "No space left on device")
    assert cause_of(ExceptionGroup("a", [ExceptionGroup("b", [wrong])])) is wrong
    assert cause_of(ExceptionGroup("a", [bug, ExceptionGroup("b", [disk, wrong])])) is wrong
    assert cause_of(ExceptionGroup("a", [bug, disk])) is disk
    assert cause_of(ExceptionGroup("a", [bug])) is bug
    several = ExceptionGroup("a", [bug, RuntimeError("another")])
    assert cause_of(several) is several


def test_what_is_no_group_passes() -> None:
    with pytest.raises(StateLocked), unwrapped():
        raise StateLocked("in use")
    with pytest.raises(ConfigError), unwrapped():
        raise ExceptionGroup("tasks", [ConfigError("wrong")])
    with unwrapped():
        pass


HANGING = """
import logging, threading
from device_agent.runtime.ending import exit_in_time
logging.basicConfig()
exit_in_time(0.2)
threading.Event().wait()
"""


def test_what_hangs_is_left_behind() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGING], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 1
    assert "something hangs" in ended.stderr


def test_an_orderly_end_is_not_disturbed() -> None:
    quick = HANGING.replace("threading.Event().wait()", "").replace("0.2", "20")
    ended = subprocess.run(
        [sys.executable, "-c", quick], capture_output=True, text=True, timeout=15, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
