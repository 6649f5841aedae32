"""Starting processes without losing an exit status, and reaping what nobody waits for."""

import os
import subprocess
import sys
import threading

import pytest

from device_agent.tools.children import Children
from tests.device_agent.worker.hosts import environment

ORPHANS = """
import os, signal, time
from device_agent.processes import adopt_orphans, descendants
from device_agent.tools.children import Children
import psutil

adopt_orphans()
children = Children()
signal.signal(signal.SIGCHLD, lambda number, frame: children.reap())
for code in range(20):
    shell = children.start(
        ("sh", "-c", f"(sleep 0.05 >&- 2>&- &) ; exit {code}"), cwd=None, environment=os.environ
    )
    assert children.wait(shell) == code
    shell.stdout.close(), shell.stderr.close()
end = time.monotonic() + 5
while psutil.Process().children() and time.monotonic() < end:
    time.sleep(0.01)
print(len(psutil.Process().children()))
"""


def _start(children: Children, command: str) -> "subprocess.Popen[bytes]":
    process = children.start(("sh", "-c", command), cwd=None, environment=environment())
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    return process


def test_exit_codes_come_back_while_others_are_reaped() -> None:
    children = Children()
    processes = [_start(children, f"exit {code}") for code in range(30)]
    stop = threading.Event()

    def reap() -> None:
        while not stop.is_set():
            children.reap()

    reaper = threading.Thread(target=reap)
    reaper.start()
    codes = [children.wait(process) for process in processes]
    stop.set()
    reaper.join()
    assert codes == list(range(30))


def test_waiting_may_give_up() -> None:
    children = Children()
    process = _start(children, "sleep 60")
    assert children.wait(process, 0.05) is None
    process.kill()
    assert children.wait(process) == -9


def test_one_that_cannot_be_started_raises() -> None:
    with pytest.raises(FileNotFoundError):
        Children().start(("no-such-program",), cwd=None, environment={})


def test_orphans_are_reaped_as_they_end() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHANS], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == "0"


def test_one_that_is_left_runs_on_and_is_reaped_when_it_ends() -> None:
    children = Children()
    process = _start(children, "sleep 60")
    children.leave(process)
    children.reap()
    assert process.poll() is None
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    children.reap()
    assert process.returncode == -9


def test_one_that_has_ended_can_be_left_too() -> None:
    children = Children()
    for waits in (True, False):
        process = _start(children, "exit 3")
        if waits:
            assert children.wait(process) == 3
        else:
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        children.leave(process)
        assert process.returncode == 3
