"""Processes that tools start, and the orphans that those leave behind."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO


class Children:
    """
    Starts processes and reaps them and their orphans.

    This process adopts orphans (:func:`~..processes.adopt_orphans`), so they must be reaped here
    when they end, without taking the exit status of a process that a call is waiting for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._awaited: set[int] = set()
        self._left: dict[int, subprocess.Popen[bytes]] = {}

    def start(
        self,
        command: str | Sequence[str],
        *,
        cwd: Path | None,
        environment: Mapping[str, str],
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        output: int = subprocess.PIPE,
    ) -> subprocess.Popen[bytes]:
        """
        Start a process in a session of its own, with pipes for its output unless told otherwise.

        Whoever starts one calls :meth:`wait` for it until it has ended, or :meth:`leave`.

        Raises:
            OSError: It cannot be started.

        """
        with self._lock:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=environment,
                stdin=stdin,
                stdout=output,
                stderr=output,
                bufsize=0,
                start_new_session=True,
            )
            self._awaited.add(process.pid)
        # One may have ended unheard while the lock was held.
        self.reap()
        return process

    def wait(self, process: subprocess.Popen[bytes], timeout_s: float | None = None) -> int | None:
        """Wait for a process that was started here: its exit code, None if it still runs."""
        try:
            code = process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None
        with self._lock:
            self._awaited.discard(process.pid)
        self.reap()
        return code

    def leave(self, process: subprocess.Popen[bytes]) -> None:
        """Let a process that was started here run on; it is reaped when it ends."""
        with self._lock:
            self._awaited.discard(process.pid)
            if process.returncode is None:
                self._left[process.pid] = process
        self.reap()

    def reap(self) -> None:
        """
        Reap orphans that have ended. Never blocks: a signal handler may call it at any point.

        An orphan behind a process that a call is about to reap is left to the call, see wait.
        """
        if sys.platform == "win32":
            return
        if not self._lock.acquire(blocking=False):
            return
        try:
            while (pid := _ended_child()) is not None and pid not in self._awaited:
                _, status = os.waitpid(pid, os.WNOHANG)
                left = self._left.pop(pid, None)
                if left is not None:
                    left.returncode = os.waitstatus_to_exitcode(status)
        except ChildProcessError:
            return
        finally:
            self._lock.release()


def _ended_child() -> int | None:
    """A child that has ended and was not waited for; it stays so."""
    if sys.platform == "win32":
        return None
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    ended = os.waitid(os.P_ALL, 0, options)
    return None if ended is None else ended.si_pid
