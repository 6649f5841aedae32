"""A lock that ends with the process that holds it, and says who that is."""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import StateLocked
from .files import open_private, private_dir

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

STATE_LOCK = "agent.lock"
WORKER_LOCK = "worker.lock"
_POLL_S = 0.02
_CARD_BYTES = 256
# Windows keeps others from reading locked bytes, so the lock lies behind the holder's own words.
_LOCKED_BYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Holder:
    """
    Who holds a lock.

    Attributes:
        role: ``"agent"``, ``"worker"``, or the command that runs alone.
        pid: Its process id.
        started: Wall clock when it took the lock, seconds since 1970.

    """

    role: str
    pid: int
    started: float


class Lock:
    """
    One file, held by one process. The system lets go of it when that process ends, however it ends.

    Use :meth:`take`; then ``with`` or :meth:`release`. The file itself stays.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def take(
        cls, path: Path, role: str, *, clock: Callable[[], float], wait_s: float = 0.0
    ) -> Self:
        """
        Take the lock at *path*, or wait for it for up to *wait_s* seconds.

        Raises:
            StateLocked: Another process (or another part of this one) holds it; names the holder.

        """
        private_dir(path.parent)
        deadline_s = time.monotonic() + wait_s
        descriptor = open_private(path)
        while not _try_lock(descriptor):
            if time.monotonic() >= deadline_s:
                os.close(descriptor)
                raise _locked(path)
            time.sleep(_POLL_S)
        _introduce(descriptor, Holder(role, os.getpid(), clock()))
        return cls(path, descriptor)

    def release(self) -> None:
        """Let go. A second time does nothing."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
            _unlock(descriptor)
            os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.release()


def wait_until_free(path: Path, wait_s: float) -> None:
    """
    Wait until nobody holds the lock at *path*; a new broker does so for the old one's worker.

    Blocks the calling thread, for up to *wait_s* seconds.

    Raises:
        StateLocked: It is still held; names the holder.

    """
    deadline_s = time.monotonic() + wait_s
    while path.exists():
        descriptor = open_private(path)
        try:
            if _try_lock(descriptor):
                _unlock(descriptor)
                return
        finally:
            os.close(descriptor)
        if time.monotonic() >= deadline_s:
            raise _locked(path)
        time.sleep(_POLL_S)


def holder_of(path: Path) -> Holder | None:
    """Read who took the lock last; None when that cannot be read. It may have ended since."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        with path.open("rb") as file:
            words = json.loads(file.read(_CARD_BYTES))
        return Holder(str(words["role"]), int(words["pid"]), float(words["started"]))
    return None


def _introduce(descriptor: int, holder: Holder) -> None:
    words = {"role": holder.role, "pid": holder.pid, "started": holder.started}
    # One write of one length, so that nobody reads a mixture of two holders.
    card = json.dumps(words).encode().ljust(_CARD_BYTES)
    with suppress(OSError):  # On a full disk the lock holds all the same.
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, card)


def _locked(path: Path) -> StateLocked:
    holder = holder_of(path)
    if holder is None:
        return StateLocked(f"{path.parent} is in use by another process; stop that one first")
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(holder.started))
    return StateLocked(
        f"{path.parent} is in use by {holder.role} (process {holder.pid}, since {since}); "
        "stop that one first or choose another state directory",
        holder.pid,
    )


if sys.platform == "win32":

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
