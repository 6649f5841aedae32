"""Finding and ending all that came of a process."""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest

from device_agent.processes import Mark, Tree, adopt_orphans, carrying, descendants, end
from tests.device_agent.worker.hosts import environment, tag, tagged
from tests.x11 import wait_until

MARK = Mark("DEVICE_AGENT_TEST", uuid.uuid4().hex)

# Adopts, starts what hides, tells what it finds, and ends it.
HIDING = """
import os, subprocess, sys, time
import psutil
from device_agent.processes import Mark, Tree, adopt_orphans, descendants, end

adopt_orphans()
mark = Mark("DEVICE_AGENT_TEST", sys.argv[2])
script = sys.argv[1]
environment = {**os.environ, mark.variable: mark.value}
shell = subprocess.Popen(["sh", "-c", script], env=environment, start_new_session=True)
since = psutil.Process(shell.pid).create_time()
bystander = subprocess.Popen(["sleep", "60"])
tree = Tree(mark, root=shell.pid, orphans_since=since)
give_up = time.monotonic() + 10
while len(tree.members()) < 6 and time.monotonic() < give_up:
    time.sleep(0.01)
print(len(tree.members()), len(descendants()))
assert bystander.pid not in {each.pid for each in tree.members()}
assert end(tree.members, 0.1)
print(len(tree.members()), len(descendants()))
bystander.kill()
"""
SCRIPT = """
sh -c 'trap "" TERM; sleep 60; : NAME' &
( setsid sh -c 'exec sleep 60' & )
( env -i setsid sh -c 'trap "" TERM; sleep 60; : NAME' & )
exec sleep 60
"""


@contextmanager
def _process(*command: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        command, env=environment(**more), start_new_session=True, stdout=subprocess.PIPE
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_hides_is_found_and_ended() -> None:
    name = tag()
    done = subprocess.run(
        [sys.executable, "-c", HIDING, SCRIPT.replace("NAME", name), tag()],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    found, left = done.stdout.splitlines()
    # Four of the script, two of which have a sleep of their own; the bystander besides.
    assert found == "6 7"
    assert left == "0 1"
    assert not tagged(name)


def test_a_mark_finds_only_its_own() -> None:
    other = {MARK.variable: tag()}
    with (
        _process("sleep", "60", **{MARK.variable: MARK.value}) as ours,
        _process("sleep", "60", **other) as theirs,
    ):
        wait_until(lambda: len(Tree(MARK).members()) == 1, "it carries its mark")
        assert [each.pid for each in Tree(MARK).members()] == [ours.pid]
        found = carrying(MARK.variable, lambda value: value == other[MARK.variable])
        assert [each.pid for each in found] == [theirs.pid]


def test_last_words_are_heard() -> None:
    with _process(
        "sh", "-c", "trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.01; done"
    ) as it:
        assert it.stdout is not None
        assert it.stdout.readline() == b"up\n"
        assert end(lambda: [psutil.Process(it.pid)] if it.poll() is None else [], 5.0)
        assert it.stdout.readline() == b"bye\n"


def test_without_grace_there_are_no_last_words() -> None:
    with _process(
        "sh", "-c", "trap 'echo bye; exit' TERM; echo up; while :; do sleep 0.01; done"
    ) as it:
        assert it.stdout is not None
        assert it.stdout.readline() == b"up\n"
        assert end(Tree(MARK, root=it.pid).members, 0.0)
        assert it.stdout.readline() == b""


def test_nothing_to_end_is_fine() -> None:
    assert end(list, 60.0)


def test_this_process_never_belongs() -> None:
    tree = Tree(MARK, root=os.getpid())
    assert os.getpid() not in {each.pid for each in tree.members()}
    assert os.getpid() not in {each.pid for each in descendants()}


def test_one_that_will_not_go_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device_agent.processes._KILL_S", 0.1)
    with _process("sleep", "60") as it:
        monkeypatch.setattr("device_agent.processes._kill", lambda _: None)
        assert not end(Tree(MARK, root=it.pid).members, 0.0)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has subreapers")
def test_adopting_can_be_undone() -> None:
    code = (
        "from device_agent.processes import adopt_orphans as adopt\n"
        "print(adopt(), adopt(), adopt(False), adopt(False))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "True", "False"]


def test_adopting_says_where_it_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert not adopt_orphans()
