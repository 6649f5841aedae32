"""Terminals that stay open from call to call."""

import contextlib
import itertools
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from ..catalog.terminal import MAX_TERMINALS, MAX_WRITE_S, SCROLLBACK_BYTES
from ..errors import Failure, ToolError
from ..processes import Mark, Tree, end
from .cancellation import Cancellation
from .children import Children
from .terminal_text import finished_bytes, plain

CHUNK_BYTES = 64 * 1024
# What a pattern is looked for in: the latest output that was not read.
SEARCHED_BYTES = 64 * 1024
GRACE_S = 0.5
SETTLE_S = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """What to run in a terminal, and where."""

    command: Sequence[str]
    cwd: Path
    environment: Mapping[str, str]
    rows: int
    cols: int
    mark: Mark
    owner: str


@dataclass(frozen=True, slots=True)
class Portion:
    """Output that was read."""

    content: bytes
    more: bool
    lost_bytes: int


class Terminal:
    """
    A program in a pseudo terminal: two threads, one for its output and one for its end.

    Raises:
        OSError: The program cannot be started.

    """

    def __init__(self, name: str, order: Order, children: Children) -> None:
        from .pseudo_terminal import PseudoTerminal

        self.name = name
        self.order = order
        self.size = (order.rows, order.cols)
        self.exit_code: int | None = None
        self._unread = bytearray()
        self._lost_bytes = 0
        self._wrote_s = time.monotonic()
        self._news = threading.Condition()
        self._silent = False
        self._children = children
        self._pty = PseudoTerminal(order.rows, order.cols)
        try:
            self._process = self._pty.start(order.command, order.cwd, order.environment, children)
        except OSError:
            self._pty.close()
            raise
        self.pid = self._process.pid
        self._started = _start_of(self.pid)
        for run in (self._listen, self._await_end):
            threading.Thread(target=run, name="terminal", daemon=True).start()

    @property
    def ended(self) -> bool:
        """Whether the program has ended."""
        return self.exit_code is not None

    @property
    def unread_bytes(self) -> int:
        """How much output nobody has read."""
        with self._news:
            return len(self._unread)

    def write(self, content: bytes) -> int:
        """
        Send bytes to the program.

        Raises:
            ToolError: ``failed`` where it has ended; ``timed_out`` where it does not read.

        """
        if self.ended:
            raise ToolError(Failure.FAILED, f"the program in {self.name} has ended")
        written = self._pty.write(content, MAX_WRITE_S)
        if written < len(content):
            raise ToolError(
                Failure.TIMED_OUT,
                f"the program in {self.name} took {written} of {len(content)} bytes and reads no "
                "more",
            )
        return written

    def resize(self, rows: int, cols: int) -> None:
        """Give it another size; the program hears of it."""
        self._pty.resize(rows, cols)
        self.size = (rows, cols)

    def wait(
        self,
        seconds: float,
        *,
        until: re.Pattern[str] | None,
        idle_s: float | None,
        cancellation: Cancellation,
    ) -> bool:
        """
        Wait for output: whether *until* was found in what was not read.

        Raises:
            ToolError: ``cancelled``.

        """
        with cancellation.watched(self._look_again), self._news:
            return self._awaited(time.monotonic() + seconds, until, idle_s, cancellation)

    def _awaited(
        self,
        give_up: float,
        until: re.Pattern[str] | None,
        idle_s: float | None,
        cancellation: Cancellation,
    ) -> bool:
        while True:
            cancellation.check()
            if until is not None and until.search(self._text()):
                return True
            left = give_up - time.monotonic()
            if left <= 0:
                return False
            if self._silent:
                # The last program let go of the terminal just before it ends, as a rule.
                self._news.wait_for(lambda: self.ended, min(left, SETTLE_S))
                return False
            if idle_s is not None and self._unread:
                quiet_s = time.monotonic() - self._wrote_s
                if quiet_s >= idle_s:
                    return False
                left = min(left, idle_s - quiet_s)
            self._news.wait(left)

    def _look_again(self) -> None:
        with self._news:
            self._news.notify_all()

    def take(self, max_bytes: int) -> Portion:
        """Read the oldest output that nobody has read; it is gone then."""
        with self._news:
            content = bytes(self._unread[:max_bytes])
            whole = finished_bytes(content)
            if not self._silent or len(self._unread) > len(content):
                content = content[:whole]
            del self._unread[: len(content)]
            lost, self._lost_bytes = self._lost_bytes, 0
            return Portion(content, bool(self._unread), lost)

    def close(self) -> int | None:
        """End the program and all that came of it; how it ended, None if it does not."""
        tree = Tree(self.order.mark, root=self.pid, orphans_since=self._started)
        self._pty.hang_up(self.pid, running=not self.ended)
        end(tree.members, GRACE_S)
        self._children.reap()
        with self._news:
            self._news.wait_for(lambda: self.ended, GRACE_S)
        self._pty.close()
        return self.exit_code

    def _text(self) -> str:
        return plain(bytes(self._unread[-SEARCHED_BYTES:]).decode(errors="replace"))

    def _listen(self) -> None:
        while chunk := self._pty.read(CHUNK_BYTES):
            with self._news:
                self._unread += chunk
                surplus = len(self._unread) - SCROLLBACK_BYTES
                if surplus > 0:
                    del self._unread[:surplus]
                    self._lost_bytes += surplus
                self._wrote_s = time.monotonic()
                self._news.notify_all()
        with self._news:
            self._silent = True
            self._news.notify_all()

    def _await_end(self) -> None:
        code = self._children.wait(self._process)
        with self._news:
            self.exit_code = code
            self._news.notify_all()


@dataclass(slots=True)
class Terminals:
    """The terminals of this process. Any thread may use them."""

    _open: dict[str, Terminal] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def open(self, order: Order, children: Children) -> Terminal:
        """
        Open one.

        Raises:
            ToolError: ``unavailable`` on Windows, ``busy`` where there are too many, ``failed``.

        """
        if sys.platform == "win32":
            detail = (
                "terminals need a pseudo terminal, which this agent has on POSIX only; use shell"
            )
            raise ToolError(Failure.UNAVAILABLE, detail)
        with self._lock:
            self._make_room()
            terminal = _started(f"terminal-{next(self._numbers)}", order, children)
            self._open[terminal.name] = terminal
        return terminal

    def of(self, owner: str) -> tuple[Terminal, ...]:
        """The terminals of one peer, the oldest first."""
        with self._lock:
            return tuple(each for each in self._open.values() if each.order.owner == owner)

    def find(self, name: str, owner: str) -> Terminal:
        """
        One terminal of a peer.

        Raises:
            ToolError: ``bad_arguments`` where it has none of that name.

        """
        mine = self.of(owner)
        for terminal in mine:
            if terminal.name == name:
                return terminal
        there = ", ".join(each.name for each in mine) or "none"
        detail = f"there is no terminal {name[:64]!r}; open: {there}"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)

    def close(self, terminal: Terminal) -> int | None:
        """Close one: how its program ended."""
        with self._lock:
            self._open.pop(terminal.name, None)
        return terminal.close()

    def close_all(self) -> None:
        """Close every one."""
        while self._open:
            self.close(next(iter(self._open.values())))

    def _make_room(self) -> None:
        if len(self._open) < MAX_TERMINALS:
            return
        for terminal in self._open.values():
            if terminal.ended:
                del self._open[terminal.name]
                terminal.close()
                return
        detail = f"{MAX_TERMINALS} terminals are open, which is the limit; close_terminal ends one"
        raise ToolError(Failure.BUSY, detail)


def _started(name: str, order: Order, children: Children) -> Terminal:
    try:
        return Terminal(name, order, children)
    except (OSError, ValueError) as error:
        detail = f"the terminal cannot be opened: {error}"
        raise ToolError(Failure.FAILED, detail) from error


def _start_of(pid: int) -> float | None:
    with contextlib.suppress(psutil.Error):
        return float(psutil.Process(pid).create_time())
    return None
