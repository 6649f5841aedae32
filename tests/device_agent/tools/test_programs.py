"""Running a program that a tool stands on."""

import sys
import threading
from pathlib import Path

import psutil
import pytest

from device_agent.errors import Failure, ToolError
from device_agent.tools.bench import Bench
from device_agent.tools.programs import Printed, run
from tests.device_agent.tools.benches import bench
from tests.x11 import wait_until

TREE = """
import subprocess, sys, pathlib
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
child.wait()
"""


def _run(on: Bench, *command: str, stdin: bytes = b"", timeout_s: float = 20.0) -> Printed:
    return run(command, on, stdin=stdin, timeout_s=timeout_s, environment={"SAID": "hello"})


def test_what_is_written_comes_back_with_the_exit_code() -> None:
    code = (
        "import os, sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1]); "
        "sys.exit(os.environ['SAID'])"
    )
    printed = _run(bench(), sys.executable, "-c", code, stdin=b"x" * 300_000 + b"y")
    assert printed.exit_code == 1
    assert printed.stdout == b"y" + b"x" * 300_000
    assert printed.stderr == "hello\n"


def test_a_program_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(ToolError, match="cannot be started") as caught:
        _run(bench(), "no-such-program-anywhere")
    assert caught.value.failure is Failure.FAILED


def _child(file: Path) -> int | None:
    return int(file.read_text()) if file.exists() and file.read_text() else None


def _is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_program_that_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    with pytest.raises(ToolError) as caught:
        _run(bench(), sys.executable, "-c", TREE, str(told), timeout_s=3.0)
    assert caught.value.failure is Failure.TIMED_OUT
    child = _child(told)
    assert child is not None
    wait_until(lambda: _is_gone(child), "the child is gone")


def test_a_program_that_nobody_wants_any_more_is_killed_with_its_children(tmp_path: Path) -> None:
    told, on = tmp_path / "pid", bench()

    def cancel() -> None:
        wait_until(lambda: _child(told) is not None, "the child runs")
        on.cancellation.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with pytest.raises(ToolError) as caught:
        _run(on, sys.executable, "-c", TREE, str(told))
    thread.join()
    assert caught.value.failure is Failure.CANCELLED
    child = _child(told)
    assert child is not None
    wait_until(lambda: _is_gone(child), "the child is gone")
