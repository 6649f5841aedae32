"""Run a program of this machine that a tool stands on, and take what it prints."""

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

from ..errors import Failure, ToolError
from ..processes import Tree, end
from .bench import Bench

GRACE_S = 0.5


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
        with bench.cancellation.watched(process.kill):
            stdout, stderr = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise ToolError(
            Failure.TIMED_OUT, f"{command[0]} was killed after {timeout_s:g} s"
        ) from error
    finally:
        _end(process, bench)
    bench.cancellation.check()
    return Printed(process.returncode, stdout, stderr.decode(errors="replace"))


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
