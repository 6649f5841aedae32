"""Run commands."""

import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import psutil

from ..catalog.left_out import joined, shares
from ..catalog.shell import SHELL, ShellArguments, ShellResult
from ..errors import Failure, ToolError
from ..processes import Tree, end
from .bench import Bench, Cancellation
from .commands import directory, environment, system_shell

# Kept of each stream at most, twice what fits into an answer; the rest is counted and dropped.
MAX_KEPT_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
# Output of a command that has ended is there; only programs it left in the background hold the pipe
# open, and those are not waited for.
LAST_WORDS_S = 0.15
# Between SIGTERM and SIGKILL; catalog.shell.KILL_S must cover it.
GRACE_S = 1.0
# How often an exit is looked for where nothing tells of it.
LOOK_S = 0.02


def shell(arguments: ShellArguments, bench: Bench) -> ShellResult:
    """Run a command and wait for its end; kill it and all its children when its time is up."""
    started_s = time.monotonic()
    with _stdin(arguments.stdin) as stdin:
        process = _start(arguments, bench, stdin)
    kept = MAX_KEPT_BYTES if arguments.max_output_bytes is None else arguments.max_output_bytes
    streams = [_Output(stream, kept) for stream in (process.stdout, process.stderr) if stream]
    ended = _ended(process, arguments.timeout_s, bench.cancellation)
    if not ended:
        _kill(process, bench)
    code = bench.children.wait(process, None if ended else GRACE_S)
    settled_s = time.monotonic() + LAST_WORDS_S
    stdout, stderr = (stream.finish(settled_s - time.monotonic()) for stream in streams)
    result = ShellResult(
        exit_code=0 if code is None else code,
        stdout=stdout.text,
        stderr=stderr.text,
        timed_out=not ended and not bench.cancellation.told,
        duration_s=round(time.monotonic() - started_s, 4),
        truncated=stdout.truncated or stderr.truncated,
        stdout_bytes=stdout.total_bytes,
        stderr_bytes=stderr.total_bytes,
    )
    if not ended:
        raise _cut_short(result, arguments, bench.cancellation)
    if result.truncated and arguments.max_output_bytes is None:
        raise _too_much(result)
    return result


def _too_much(result: ShellResult) -> ToolError:
    """More than anybody could be sent, told by its true size and not by what was kept of it."""
    written = result.stdout_bytes + result.stderr_bytes
    return ToolError(
        Failure.RESULT_TOO_LARGE,
        f"the command wrote {written} bytes, too much for an answer; {SHELL.smaller}",
    )


def _cut_short(
    result: ShellResult, arguments: ShellArguments, cancellation: Cancellation
) -> ToolError:
    so_far = result.model_dump(mode="json")
    if cancellation.told:
        return ToolError(Failure.CANCELLED, "the command was cancelled and killed", value=so_far)
    return ToolError(
        Failure.TIMED_OUT,
        f"the command was killed with all its children after {arguments.timeout_s:g} s; "
        "allow more with timeout_s, or run it in the background",
        value=so_far,
    )


def _start(
    arguments: ShellArguments, bench: Bench, stdin: int | IO[bytes]
) -> subprocess.Popen[bytes]:
    bench.cancellation.check()
    cwd = directory(arguments.cwd, bench.grant, "shell")
    if bench.grant.listed and isinstance(arguments.command, str):
        detail = "policy: a command line needs a shell, and only listed programs may run"
        raise ToolError(Failure.DENIED, f"{detail} (rule `shell.mode`)")
    variables = environment(arguments.env, bench.mark, bench.grant)
    try:
        return bench.children.start(
            _command(arguments.command), cwd=cwd, environment=variables, stdin=stdin
        )
    except (OSError, ValueError) as error:
        raise ToolError(Failure.FAILED, f"the command cannot be started: {error}") from error


def _command(command: str | Sequence[str]) -> str | Sequence[str]:
    if not isinstance(command, str):
        return command
    if sys.platform == "win32":
        return f'{os.environ.get("COMSPEC", "cmd.exe")} /d /s /c "{command}"'
    return (system_shell(), "-c", command)


@contextmanager
def _stdin(text: str | None) -> Iterator[int | IO[bytes]]:
    """A file rather than a pipe: nobody has to feed it while the command runs."""
    if text is None:
        yield subprocess.DEVNULL
        return
    with tempfile.TemporaryFile() as file:
        file.write(text.encode(errors="surrogateescape"))
        file.seek(0)
        yield file


def _ended(process: subprocess.Popen[bytes], timeout_s: float, cancellation: Cancellation) -> bool:
    """Wait for the end of *process*: whether it came before the time was up or it was cancelled."""
    if sys.platform == "linux":
        return _ended_linux(process.pid, timeout_s, cancellation)
    until = time.monotonic() + timeout_s
    while not cancellation.told and (left := until - time.monotonic()) > 0:
        try:
            process.wait(min(left, LOOK_S))
        except subprocess.TimeoutExpired:
            continue
        return True
    return process.poll() is not None


if sys.platform == "linux":

    def _ended_linux(pid: int, timeout_s: float, cancellation: Cancellation) -> bool:
        ended, cancelled = os.pidfd_open(pid), os.eventfd(0, os.EFD_CLOEXEC)
        try:
            poll = select.poll()
            poll.register(ended, select.POLLIN)
            poll.register(cancelled, select.POLLIN)
            with cancellation.watched(lambda: os.eventfd_write(cancelled, 1)):
                ready = dict(poll.poll(timeout_s * 1000))
            return ended in ready
        finally:
            os.close(ended)
            os.close(cancelled)


def _kill(process: subprocess.Popen[bytes], bench: Bench) -> None:
    try:
        started = psutil.Process(process.pid).create_time()
    except psutil.Error:
        started = None
    tree = Tree(bench.mark, root=process.pid, orphans_since=started)
    end(tree.members, GRACE_S)
    bench.children.reap()


class _Output:
    """Reads one stream in a thread of its own; keeps its beginning and its end, counts the rest."""

    def __init__(self, stream: IO[bytes], kept_bytes: int) -> None:
        self._stream = stream
        self._room, self._tail_room = shares(kept_bytes)
        self._head = bytearray()
        self._tail = bytearray()
        self._settled = False
        self._lock = threading.Lock()
        self.total_bytes = 0
        self.text = ""
        self.truncated = False
        self._thread = threading.Thread(target=self._read, name="output", daemon=True)
        self._thread.start()

    def finish(self, within_s: float) -> "_Output":
        """Settle what was read. What comes later is read and lost, so that its writer lives on."""
        self._thread.join(max(0.0, within_s))
        with self._lock:
            head, self._head = self._head, bytearray()
            tail, self._tail = self._tail, bytearray()
            self._settled = True
            total_bytes = self.total_bytes
        self.truncated = total_bytes > len(head) + len(tail)
        self.text = joined(bytes(head), bytes(tail), total_bytes)
        return self

    def _read(self) -> None:
        with self._stream as stream:
            while chunk := stream.read(CHUNK_BYTES):
                with self._lock:
                    if not self._settled:
                        self._keep(chunk)

    def _keep(self, chunk: bytes) -> None:
        self.total_bytes += len(chunk)
        first = min(len(chunk), self._room)
        self._head += chunk[:first]
        self._room -= first
        self._tail += chunk[first:]
        if (surplus := len(self._tail) - self._tail_room) > 0:
            del self._tail[:surplus]
