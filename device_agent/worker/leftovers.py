"""What a worker that has ended left running: found, killed and reaped by the broker. Blocks."""

import contextlib
import os
import sys

import psutil

from ..processes import Mark, Tree, end


def start_of(pid: int) -> float | None:
    """When the process was started, as :class:`~..processes.Tree` counts; None if it is gone."""
    with contextlib.suppress(psutil.Error):
        return float(psutil.Process(pid).create_time())
    return None


def kill_leftovers(mark: Mark, since: float | None) -> bool:
    """
    Kill all that came of the worker with that *mark*, which has ended.

    This process adopts what the worker had (:func:`~..processes.adopt_orphans`). Blocks for a
    second at most. Returns whether nothing is left.
    """
    tree = Tree(mark, orphans_since=since)
    found: set[int] = set()

    def members() -> list[psutil.Process]:
        living = tree.members()
        found.update(process.pid for process in living)
        return living

    gone = end(members, 0.0)
    _reap(found)
    if since is not None:
        _reap_orphans(since)
    return gone


def _reap(pids: set[int]) -> None:
    """Reap what we have killed; what is not our child is another process's to reap."""
    if sys.platform == "win32":
        return
    for pid in pids:
        with contextlib.suppress(OSError):
            os.waitpid(pid, os.WNOHANG)


def _reap_orphans(since: float) -> None:
    """Reap zombies that were adopted: those of a session that another process began."""
    if sys.platform == "win32":
        return
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error, OSError):
            session = os.getsid(child.pid)
            adopted = session not in (child.pid, os.getsid(0)) and child.create_time() >= since
            if adopted and child.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(child.pid, os.WNOHANG)
