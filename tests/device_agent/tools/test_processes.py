"""Real processes, listed and ended."""

import getpass
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
import pytest

from device_agent.catalog import Tier, parse
from device_agent.catalog.grant import Grant
from device_agent.catalog.processes import (
    END_PROCESS,
    LIST_PROCESSES,
    EndProcessResult,
    ListProcessesResult,
    ProcessEntry,
)
from device_agent.errors import Failure, ToolError
from device_agent.tools.bench import Bench
from device_agent.tools.processes import end_process, list_processes
from tests.device_agent.tools.benches import bench

SECRET = "hunter2-in-argv"
PATIENT = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); "
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
READY = "print(flush=True); input()"
PARENT = (
    "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'input()'], "
    "stdin=subprocess.PIPE); "
)


@contextmanager
def running(code: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-c", code + READY, SECRET]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def listed(own: Bench | None = None, **arguments: Any) -> ListProcessesResult:  # noqa: ANN401
    return list_processes(parse(LIST_PROCESSES, arguments), own or bench())  # type: ignore[arg-type]


def entry_of(pid: int, own: Bench | None = None, **arguments: Any) -> ProcessEntry:  # noqa: ANN401
    (entry,) = [each for each in listed(own, **arguments).processes if each.pid == pid]
    return entry


def end(**arguments: Any) -> EndProcessResult:  # noqa: ANN401
    return end_process(parse(END_PROCESS, arguments), bench())  # type: ignore[arg-type]


def refused(**arguments: Any) -> ToolError:  # noqa: ANN401
    with pytest.raises(ToolError) as caught:
        end(**arguments)
    return caught.value


def test_a_process_is_listed_with_what_it_is_and_uses() -> None:
    with running("") as process:
        entry = entry_of(process.pid, sample_s=0.05)
        assert entry.name.startswith("python")
        assert entry.user == getpass.getuser()
        assert entry.parent == os.getpid()
        assert entry.memory_bytes is not None
        assert entry.memory_bytes > 1_000_000
        assert entry.started is not None
        started = datetime.fromisoformat(entry.started)
        assert started.timestamp() == pytest.approx(psutil.Process(process.pid).create_time(), 1)
        assert entry.cpu_percent is not None
        assert entry_of(process.pid, sample_s=0.0).cpu_percent is None


def test_one_that_works_shows_it() -> None:
    with running(
        "import threading; threading.Thread(target=lambda: [0 for _ in iter(int, 1)], "
        "daemon=True).start(); "
    ) as process:
        assert (entry_of(process.pid, sample_s=0.3).cpu_percent or 0) > 5


def test_command_lines_are_shown_only_where_the_policy_allows_shell() -> None:
    with running("") as process:
        assert SECRET not in listed(sample_s=0.0).model_dump_json()
        allowed = bench(grant=Grant(tiers=frozenset({Tier.SHELL})))
        entry = entry_of(process.pid, allowed, sample_s=0.0)
        assert entry.command is not None
        assert entry.command[-1] == SECRET


def test_the_list_is_narrowed_sorted_and_cut() -> None:
    with running("") as process:
        name = psutil.Process(process.pid).name()
        narrow = listed(name=name.upper(), user=getpass.getuser(), sample_s=0.0)
        assert process.pid in {each.pid for each in narrow.processes}
        assert not listed(name="no such program at all", sample_s=0.0).processes
        assert not listed(user="nobody at all", sample_s=0.0).processes
        cut = listed(limit=1, sample_s=0.0)
        assert len(cut.processes) == 1
        assert cut.total > 1
        latest = listed(sort="started", sample_s=0.0).processes
        assert latest[0].started >= latest[-1].started  # type: ignore[operator]
        by_memory = [each.memory_bytes or 0 for each in listed(sort="memory").processes]
        assert by_memory == sorted(by_memory, reverse=True)
        for sort in ("cpu", "name", "pid"):
            assert listed(sort=sort, sample_s=0.0).processes


def test_a_process_ends_by_itself_when_asked() -> None:
    with running(PATIENT) as process:
        entry = entry_of(process.pid)
        result = end(pid=process.pid, name=entry.name, started=entry.started)
        assert (result.ended, result.killed) == (1, False)
        assert process.wait() == 7


def test_one_that_will_not_is_killed_after_the_grace() -> None:
    with running(STUBBORN) as process:
        entry = entry_of(process.pid)
        assert end(pid=process.pid, started=entry.started, grace_s=0.2).killed
        assert process.wait() == -9


def test_a_tree_ends_as_a_whole_when_asked() -> None:
    with running(PARENT) as process:
        (child,) = psutil.Process(process.pid).children()
        assert end(pid=process.pid, name=entry_of(process.pid).name, tree=True).ended == 2
        assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_a_pid_that_belongs_to_another_by_now_is_left_alone() -> None:
    with running("") as process:
        earlier = datetime.now(UTC) - timedelta(hours=1)  # noqa: TID251
        for wrong in ({"name": "other"}, {"started": earlier.isoformat()}):
            assert refused(pid=process.pid, **wrong).failure is Failure.CONFLICT
        assert refused(pid=process.pid, started="yesterday").failure is Failure.BAD_ARGUMENTS
        assert refused(pid=process.pid, started="2026-01-01T00:00").failure is (
            Failure.BAD_ARGUMENTS
        )
        assert refused(pid=process.pid).failure is Failure.BAD_ARGUMENTS
        assert process.poll() is None


def test_the_agent_what_it_runs_under_and_the_first_process_are_refused() -> None:
    for process in (psutil.Process(), psutil.Process(os.getppid()), psutil.Process(1)):
        assert refused(pid=process.pid, name=process.name()).failure is Failure.DENIED


def test_one_that_is_gone_is_told() -> None:
    with running("") as process:
        name = entry_of(process.pid).name
    assert refused(pid=process.pid, name=name).failure is Failure.BAD_ARGUMENTS
