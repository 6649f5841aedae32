"""
Processes and all that came of them: found by descent and by a mark, and ended for good.

A command may fork twice, start a session of its own, ignore SIGTERM or empty its environment. Each
of these hides it from one way of looking, none from all of them. Broker and worker both need this.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import psutil

# <linux/prctl.h>
_PR_SET_CHILD_SUBREAPER = 36
_PR_GET_CHILD_SUBREAPER = 37
# How often dying processes are looked at.
_LOOK_S = 0.01
# SIGKILL cannot be refused; a process that is still there after this hangs in the kernel.
_KILL_S = 1.0


def adopt_orphans(adopt: bool = True) -> bool:
    """
    Become the parent of all descendants whose own parent ends, or stop that (Linux; prctl(2)).

    Returns whether this process did so before; never where the platform cannot.
    """
    if sys.platform != "linux":
        return False
    import ctypes

    library, before = ctypes.CDLL(None), ctypes.c_int(0)
    library.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    library.prctl(_PR_SET_CHILD_SUBREAPER, int(adopt), 0, 0, 0)
    return bool(before.value)


@dataclass(frozen=True, slots=True)
class Mark:
    """A variable that all descendants of a process inherit, unless they empty their environment."""

    variable: str
    value: str

    def on(self, environment: Mapping[str, str]) -> bool:
        """Whether a process with this environment carries the mark."""
        return environment.get(self.variable) == self.value


def descendants() -> list[psutil.Process]:
    """Living processes that came of this one: all of them, if it adopts orphans."""
    with contextlib.suppress(psutil.Error):
        return [each for each in psutil.Process().children(recursive=True) if alive(each)]
    return []


def carrying(variable: str, wanted: Callable[[str], bool]) -> list[psutil.Process]:
    """Living processes other than this one whose *variable* has a wanted value."""
    return [
        look.process
        for look in _everyone()
        if look.process.pid != os.getpid()
        and (value := _environment(look.process).get(variable)) is not None
        and wanted(value)
    ]


@dataclass(frozen=True, slots=True)
class Tree:
    """
    Which processes belong together.

    Attributes:
        mark: Those that carry it belong.
        root: This process belongs, and all in its session (POSIX); None where it has gone already.
        orphans_since: Children of this very process that carry no mark of that variable, live in
            another session and were started after this moment (as of ``psutil``'s create_time)
            belong too: orphans that emptied their environment. None: they do not.

    Descendants of a process that belongs always belong; this process itself never does.

    """

    mark: Mark
    root: int | None = None
    orphans_since: float | None = None

    def members(self) -> list[psutil.Process]:
        """Those that are alive now; zombies are not."""
        everyone = {look.process.pid: look for look in _everyone()}
        ours = {pid for pid, look in everyone.items() if self._belongs(look)}
        fresh = set(ours)
        while fresh:
            fresh = {
                pid
                for pid, look in everyone.items()
                if look.parent in fresh and pid not in ours and pid != os.getpid()
            }
            ours |= fresh
        return [everyone[pid].process for pid in ours]

    def _belongs(self, look: "_Look") -> bool:
        if look.process.pid == os.getpid():
            return False
        if self.root is not None and self.root in (look.process.pid, look.session):
            return True
        environment = _environment(look.process)
        if self.mark.on(environment):
            return True
        return (
            self.orphans_since is not None
            and look.parent == os.getpid()
            and look.session != _session(os.getpid())
            and self.mark.variable not in environment
            and look.started >= self.orphans_since
        )


def end(members: Callable[[], Iterable[psutil.Process]], grace_s: float) -> bool:
    """
    End all that *members* finds: SIGTERM, *grace_s* for last words, SIGKILL until none is left.

    Blocks for the grace and a little more at most. Zombies count as ended; reaping them is their
    parent's business. Returns whether all have ended.
    """
    first = list(members())
    if not first:
        return True
    if grace_s > 0:
        for process in first:
            _signal(process, signal.SIGTERM)
        _wait(first, grace_s)
    give_up = time.monotonic() + _KILL_S
    # Who forks while it is being killed may have left a child: look again until there is none.
    while rest := list(members()):
        if time.monotonic() > give_up:
            return False
        for process in rest:
            _kill(process)
        _wait(rest, _LOOK_S * 5)
    return True


def alive(process: psutil.Process) -> bool:
    """Whether a process runs; a zombie does not, and one that has its pid by now is another."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


@dataclass(frozen=True, slots=True)
class _Look:
    process: psutil.Process
    parent: int
    session: int
    started: float


def _everyone() -> list[_Look]:
    seen: list[_Look] = []
    # Not process_iter: its objects are shared by all threads, and oneshot is not made for that.
    for pid in psutil.pids():
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            with process.oneshot():
                if process.status() != psutil.STATUS_ZOMBIE:
                    parent, started = process.ppid(), process.create_time()
                    seen.append(_Look(process, parent, _session(pid), started))
    return seen


def _session(pid: int) -> int:
    if sys.platform == "win32":
        return 0
    try:
        return os.getsid(pid)
    except OSError:
        return 0


def _environment(process: psutil.Process) -> Mapping[str, str]:
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    with contextlib.suppress(psutil.Error):
        process.send_signal(number)


def _kill(process: psutil.Process) -> None:
    with contextlib.suppress(psutil.Error):
        process.kill()


def _wait(processes: Iterable[psutil.Process], seconds: float) -> None:
    until = time.monotonic() + seconds
    while any(alive(process) for process in processes) and time.monotonic() < until:
        time.sleep(_LOOK_S)
