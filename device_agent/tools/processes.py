"""Look at running programs, and end them."""

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

import psutil

from ..catalog import Tier
from ..catalog.processes import (
    KILL_S,
    EndProcessArguments,
    EndProcessResult,
    ListProcessesArguments,
    ListProcessesResult,
    ProcessEntry,
)
from ..errors import Failure, ToolError
from ..processes import alive
from .bench import Bench, Cancellation
from .file_errors import shown

FIRST_PID = 1
# Linux tells starts in ticks since boot, and what it takes for the time of boot may be corrected.
SAME_START_S = 2.0
LOOK_S = 0.02


def list_processes(arguments: ListProcessesArguments, bench: Bench) -> ListProcessesResult:
    """What runs."""
    commands = Tier.SHELL in bench.grant.tiers
    before = _seconds_used() if arguments.sample_s else {}
    began_s = time.monotonic()
    bench.cancellation.wait(arguments.sample_s)
    lasted_s = time.monotonic() - began_s
    found: list[tuple[psutil.Process, ProcessEntry]] = []
    for process in _everyone():
        bench.cancellation.check()
        with contextlib.suppress(psutil.NoSuchProcess), process.oneshot():
            if (entry := _entry(process, arguments, before, lasted_s, commands)) is not None:
                found.append((process, entry))
    entries = sorted((entry for _, entry in found), key=lambda entry: _rank(entry, arguments.sort))
    return ListProcessesResult(processes=tuple(entries[: arguments.limit]), total=len(entries))


def end_process(arguments: EndProcessArguments, bench: Bench) -> EndProcessResult:
    """End a program, and be sure that it has ended."""
    try:
        process = psutil.Process(arguments.pid)
        name = _name(process)
        _require_same(process, name, arguments)
        _refuse_own(process)
        doomed = [process, *(process.children(recursive=True) if arguments.tree else ())]
        doomed = [each for each in doomed if each.pid != os.getpid()]
        left = _signalled(doomed, psutil.Process.terminate, arguments.grace_s, bench.cancellation)
        rest = _signalled(left, psutil.Process.kill, KILL_S / 2, bench.cancellation)
    except psutil.NoSuchProcess as error:
        detail = f"there is no process {error.pid}; it may have ended already"
        raise ToolError(Failure.BAD_ARGUMENTS, detail) from error
    except psutil.AccessDenied as error:
        detail = f"process {error.pid} belongs to another user, and may not be ended by this one"
        raise ToolError(Failure.FAILED, detail) from error
    if rest:
        pids = ", ".join(str(each.pid) for each in rest)
        raise ToolError(Failure.FAILED, f"{pids} did not end even when killed; hung in the kernel?")
    return EndProcessResult(pid=process.pid, name=name, ended=len(doomed), killed=bool(left))


def _everyone() -> Iterable[psutil.Process]:
    # Not process_iter: its objects are shared by all threads, and oneshot is not made for that.
    for pid in psutil.pids():
        with contextlib.suppress(psutil.NoSuchProcess):
            yield psutil.Process(pid)


def _seconds_used() -> Mapping[int, tuple[float, float]]:
    """Of every process by its pid: when it started, and the processor's time it took so far."""
    used: dict[int, tuple[float, float]] = {}
    for process in _everyone():
        with contextlib.suppress(psutil.Error), process.oneshot():
            times = process.cpu_times()
            used[process.pid] = (process.create_time(), times.user + times.system)
    return used


def _entry(
    process: psutil.Process,
    arguments: ListProcessesArguments,
    before: Mapping[int, tuple[float, float]],
    lasted_s: float,
    commands: bool,
) -> ProcessEntry | None:
    name = _name(process)
    if arguments.name is not None and arguments.name.casefold() not in name.casefold():
        return None
    facts: dict[str, object] = {}
    with contextlib.suppress(psutil.AccessDenied, KeyError):
        facts["user"] = process.username()
    if arguments.user is not None and facts.get("user") != arguments.user:
        return None
    with contextlib.suppress(psutil.AccessDenied):
        started_s = process.create_time()
        facts |= {"started": _time(started_s), "status": str(process.status())}
        facts |= {"parent": process.ppid(), "memory_bytes": process.memory_info().rss}
        then = before.get(process.pid)
        if then is not None and then[0] == started_s:
            times = process.cpu_times()
            share = max(0.0, times.user + times.system - then[1]) / lasted_s
            facts["cpu_percent"] = round(100 * share, 1)
    if commands:
        with contextlib.suppress(psutil.AccessDenied, psutil.ZombieProcess):
            facts["command"] = tuple(shown(word) for word in process.cmdline())
    return ProcessEntry(pid=process.pid, name=name).model_copy(update=facts)


def _rank(entry: ProcessEntry, sort: str) -> tuple[object, ...]:
    match sort:
        case "name":
            return (entry.name.casefold(), entry.pid)
        case "cpu":
            return (-(entry.cpu_percent or 0.0), entry.pid)
        case "memory":
            return (-(entry.memory_bytes or 0), entry.pid)
        case "started":
            return ([-ord(letter) for letter in entry.started or ""], entry.pid)
        case _:
            return (entry.pid,)


def _require_same(process: psutil.Process, name: str, arguments: EndProcessArguments) -> None:
    """Raise ToolError where the pid belongs to another process than the caller means."""
    if arguments.name is not None and arguments.name != name:
        raise _other(process, f"is called {name!r}, not {shown(arguments.name)!r}")
    if arguments.started is None:
        return
    try:
        meant = datetime.fromisoformat(arguments.started)
        apart_s = abs((meant - datetime.fromtimestamp(process.create_time(), UTC)).total_seconds())
    except (ValueError, TypeError) as error:
        detail = f"end_process: argument started is no time as list_processes tells it ({error})"
        raise ToolError(Failure.BAD_ARGUMENTS, detail) from error
    if apart_s > SAME_START_S:
        raise _other(process, f"started at {_time(process.create_time())}")


def _other(process: psutil.Process, how: str) -> ToolError:
    detail = f"process {process.pid} {how}: it is another one than was meant; look again"
    return ToolError(Failure.CONFLICT, detail)


def _refuse_own(process: psutil.Process) -> None:
    """Raise ToolError for the first process, this one, and those that this one runs under."""
    own = psutil.Process()
    kept = {FIRST_PID, own.pid, *(parent.pid for parent in own.parents())}
    if process.pid in kept:
        detail = f"process {process.pid} carries the agent or the system, and is not ended by it"
        raise ToolError(Failure.DENIED, detail)


def _signalled(
    processes: Iterable[psutil.Process],
    signal: Callable[[psutil.Process], None],
    within_s: float,
    cancellation: Cancellation,
) -> list[psutil.Process]:
    """Signal processes and wait: those that are alive after that time."""
    waiting = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            signal(process)
            waiting.append(process)
    until = time.monotonic() + within_s
    while (waiting := [each for each in waiting if alive(each)]) and time.monotonic() < until:
        cancellation.wait(LOOK_S)
    return waiting


def _name(process: psutil.Process) -> str:
    return shown(process.name())


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
