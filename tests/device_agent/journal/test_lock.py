import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from device_agent.errors import StateLocked
from device_agent.journal.lock import Holder, Lock, holder_of, wait_until_free
from tests.device_agent.journal.support import NOW, WAIT_S, wall

HOLD = """
import sys
from pathlib import Path
from device_agent.journal.lock import Lock
lock = Lock.take(Path(sys.argv[1]), "agent", clock=lambda: 1.0)
print("held", flush=True)
sys.stdin.read()
"""


def hold(path: Path) -> "subprocess.Popen[str]":
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_a_lock_says_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "lock"
    with Lock.take(path, "agent", clock=wall):
        assert holder_of(path) == Holder("agent", os.getpid(), NOW)
        with pytest.raises(StateLocked, match=f"agent .process {os.getpid()}, since") as caught:
            Lock.take(path, "call", clock=wall)
    assert caught.value.pid == os.getpid()
    assert holder_of(path) is None


def test_a_lock_can_be_taken_again_and_released_twice(tmp_path: Path) -> None:
    lock = Lock.take(tmp_path / "lock", "agent", clock=wall)
    lock.release()
    lock.release()
    Lock.take(tmp_path / "lock", "agent", clock=wall).release()


def test_a_lock_ends_with_its_process_however_that_ends(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold(path) as child:
        with pytest.raises(StateLocked) as caught:
            Lock.take(path, "agent", clock=wall)
        assert caught.value.pid == child.pid
        child.kill()
        child.wait()
        Lock.take(path, "agent", clock=wall).release()


def test_a_child_of_the_holder_does_not_inherit_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = Lock.take(path, "agent", clock=wall)
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False
    ) as child:
        os.close(lock._descriptor)
        # The kernel lets the parent go on a moment before it closes the child's descriptors.
        Lock.take(path, "agent", clock=wall, wait_s=WAIT_S).release()
        assert child.poll() is None
        child.kill()


def test_a_new_broker_waits_for_the_old_worker(tmp_path: Path) -> None:
    path = tmp_path / "worker.lock"
    wait_until_free(path, 0.0)
    with hold(path) as child:
        with pytest.raises(StateLocked):
            wait_until_free(path, 0.0)
        waiter = threading.Thread(target=wait_until_free, args=(path, WAIT_S))
        waiter.start()
        child.kill()
        waiter.join(WAIT_S)
        assert not waiter.is_alive()
    wait_until_free(path, 0.0)


def test_taking_can_wait(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with hold(path) as child:
        child.kill()
        Lock.take(path, "agent", clock=wall, wait_s=WAIT_S).release()


def test_an_unreadable_holder_is_no_reason_to_fail(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with Lock.take(path, "agent", clock=wall):
        path.write_bytes(b"{garbage")
        with pytest.raises(StateLocked, match="another process"):
            Lock.take(path, "agent", clock=wall)
