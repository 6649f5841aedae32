"""What a worker that has ended left running."""

import os
import subprocess
import uuid

import psutil

from device_agent.processes import Mark
from device_agent.worker.leftovers import kill_leftovers, start_of
from device_agent.worker.marks import WORKER
from tests.device_agent.worker.hosts import alive, environment, tag


def test_what_carries_the_mark_is_killed_and_nothing_else() -> None:
    mark, other = Mark(WORKER, uuid.uuid4().hex), {WORKER: tag()}
    with (
        subprocess.Popen(["sleep", "60"], env=environment(**{WORKER: mark.value})) as left,
        subprocess.Popen(["sleep", "60"], env=environment(**other)) as spared,
    ):
        since = start_of(left.pid)
        assert since is not None
        assert kill_leftovers(mark, since)
        assert not alive(left.pid)
        left.wait()
        assert alive(spared.pid)
        spared.kill()


def test_the_start_of_a_process_that_is_gone_is_unknown() -> None:
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    assert start_of(gone.pid) is None
    assert start_of(os.getpid()) == psutil.Process().create_time()
