"""A pseudo terminal and the program in it (POSIX)."""

import contextlib
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from .children import Children

if sys.platform != "win32":
    import fcntl
    import termios

# A process gets a controlling terminal only by asking for it itself, once it leads a session; doing
# that between fork and exec is not safe in a process with threads.
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execvp(sys.argv[1], sys.argv[1:])\n"
)


class PseudoTerminal:
    """
    The agent's side of a terminal. One thread reads; others may write and resize.

    Raises:
        OSError: There is none to be had.

    """

    def __init__(self, rows: int, cols: int) -> None:
        self._ours, self._theirs = _pair()
        self._lock = threading.Lock()
        self._closed = False
        if sys.platform != "win32":
            os.set_blocking(self._ours, False)
        self.resize(rows, cols)

    def start(
        self,
        command: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str],
        children: Children,
    ) -> subprocess.Popen[bytes]:
        """Start the program; once only."""
        line = (sys.executable, "-I", "-S", "-c", _TAKE_TERMINAL, *command)
        process = children.start(
            line, cwd=cwd, environment=environment, stdin=self._theirs, output=self._theirs
        )
        os.close(self._theirs)
        self._theirs = -1
        return process

    def read(self, size: int) -> bytes:
        """Wait for output; none at all once the last program has let go of the terminal."""
        while not self._closed:
            try:
                return os.read(self._ours, size)
            except BlockingIOError:
                pass
            except OSError:
                return b""  # EIO: that is how Linux says it.
            _wait_for(self._ours, 1.0)
        return b""

    def write(self, content: bytes, within_s: float) -> int:
        """Send bytes: how many the program's side took in time."""
        rest, until = memoryview(content), time.monotonic() + within_s
        with self._lock:
            while rest and not self._closed:
                try:
                    rest = rest[os.write(self._ours, rest) :]
                except BlockingIOError:
                    left_s = until - time.monotonic()
                    if left_s <= 0:
                        break
                    _wait_for(self._ours, left_s, room=True)
                except OSError:
                    break
        return len(content) - len(rest)

    def resize(self, rows: int, cols: int) -> None:
        """Say how large it is; the kernel tells the program."""
        if sys.platform != "win32":
            fcntl.ioctl(self._ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def hang_up(self, pid: int, *, running: bool) -> None:
        """Tell the program that its terminal goes away, as closing a window does."""
        if sys.platform != "win32" and running:
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGHUP)

    def close(self) -> None:
        """Give the terminal back."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            # Not closed under a reader's feet: the number could be another file's by then.
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, self._ours)
            os.close(nothing)
        if self._theirs >= 0:
            os.close(self._theirs)

    def __del__(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            os.close(self._ours)


def _pair() -> tuple[int, int]:
    if sys.platform == "win32":
        raise OSError("there are no pseudo terminals here")
    return os.openpty()


def _wait_for(descriptor: int, seconds: float, *, room: bool = False) -> None:
    if sys.platform != "win32":
        poll = select.poll()
        poll.register(descriptor, select.POLLOUT if room else select.POLLIN)
        poll.poll(seconds * 1000)
