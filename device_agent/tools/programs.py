"""Run a program of this machine that a tool stands on, and take what it prints."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

from ..errors import Failure, ToolError
from ..processes import Tree, end
from .bench import Bench

GRACE_S = 0.5
# How often a call that is no longer wanted is noticed.
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Printed:
    """What a program left: its exit code and what it wrote."""

    exit_code: int
    stdout: bytes
    stderr: str


def run(
    command: Sequence[str],
    bench: Bench,
    *,
    stdin: bytes,
    timeout_s: float,
    environment: Mapping[str, str],
) -> Printed:
    """
    Run *command* to its end, and leave nothing of it behind.

    Args:
        command: The program and its arguments.
        bench: Of the call that needs it; its end is the program's end.
        stdin: What the program reads.
        timeout_s: Then it is killed.
        environment: Variables on top of this process's own.

    Raises:
        ToolError: ``timed_out``, ``cancelled``, or ``failed`` where it cannot be started.

    """
    bench.cancellation.check()
    with tempfile.TemporaryFile() as file:
        file.write(stdin)
        file.seek(0)
        try:
            process = bench.children.start(
                command,
                cwd=None,
                environment={
                    **os.environ,
                    **environment,
                    bench.mark.variable: bench.mark.value,
                },
                stdin=file,
            )
        except OSError as error:
            raise ToolError(Failure.FAILED, f"{command[0]} cannot be started: {error}") from error
    try:
        stdout, stderr = _heard(process, bench, command[0], timeout_s)
    finally:
        _end(process, bench)
    return Printed(process.returncode, stdout, stderr.decode(errors="replace"))


def _heard(
    process: subprocess.Popen[bytes], bench: Bench, name: str, timeout_s: float
) -> tuple[bytes, bytes]:
    """What it wrote until its pipes closed, which children of it may keep open."""
    until_s = time.monotonic() + timeout_s
    while True:
        try:
            return process.communicate(timeout=LOOK_S)
        except subprocess.TimeoutExpired:
            bench.cancellation.check()
            if time.monotonic() > until_s:
                raise ToolError(
                    Failure.TIMED_OUT, f"{name} was killed after {timeout_s:g} s"
                ) from None


def _end(process: subprocess.Popen[bytes], bench: Bench) -> None:
    try:
        started_s = psutil.Process(process.pid).create_time() if process.poll() is None else None
    except psutil.Error:
        started_s = None
    end(Tree(bench.mark, root=process.pid, orphans_since=started_s).members, GRACE_S)
    bench.children.wait(process)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
