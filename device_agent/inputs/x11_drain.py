"""
Waiting until a program has read its keys.

X tells nobody when a program has looked at an event, and a binding may be taken away only after
that. A program that has read everything sleeps, so for one on this machine we look at its threads.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from ..errors import Failure, ToolError

# Measured with a Tk entry: 0.06 s lost 29 of 400 characters, 0.15 s none while no fonts had to be
# loaded. It is all that can be done for a program on another machine.
DRAIN_S = 0.15
SAMPLE_S = 0.005
# A program that sleeps for four samples is not just waiting for one answer of the X server.
ASLEEP_SAMPLES = 4
PATIENCE_S = 5.0
# proc_pid_stat(5): running, and waiting for a disk.
BUSY_STATES = frozenset("RD")


def drain(reader_pid: int | None, last_stroke_s: float, sync: Callable[[], None]) -> None:
    """
    Wait until the program that gets the keys has read them.

    Args:
        reader_pid: Its process, None where that is not known.
        last_stroke_s: When the last key was struck, on the monotonic clock.
        sync: As for :func:`settled`.

    Raises:
        ToolError: ``failed`` where it is still busy after :data:`PATIENCE_S` seconds.

    """
    wait_s = last_stroke_s + DRAIN_S - time.monotonic()
    if wait_s > 0:
        time.sleep(wait_s)
    if reader_pid is not None and not settled(reader_pid, sync, PATIENCE_S):
        raise ToolError(
            Failure.FAILED,
            f"process {reader_pid} did not read what was typed so far within {PATIENCE_S:g} s",
        )


def settled(reader_pid: int, sync: Callable[[], None], patience_s: float) -> bool:
    """
    Wait until a program has done all that it was told.

    Args:
        reader_pid: Its process.
        sync: Waits for an answer of the X server. It serves its clients in turn, so a program that
            slept only until the server answers has then been answered, and is busy again.
        patience_s: For how long.

    Returns:
        Whether it has come to rest.

    """
    end_s = time.monotonic() + patience_s
    asleep = 0
    while asleep < ASLEEP_SAMPLES:
        sync()
        asleep = 0 if is_busy(reader_pid) else asleep + 1
        if time.monotonic() > end_s:
            return False
        time.sleep(SAMPLE_S)
    return True


def is_busy(pid: int) -> bool:
    """Whether any thread of a process runs or waits for a disk; False where that cannot be seen."""
    if sys.platform != "linux":
        return False
    for thread in Path(f"/proc/{pid}/task").glob("*/stat"):
        try:
            # The name in parentheses may contain anything, also parentheses.
            state = thread.read_text(errors="replace").rpartition(")")[2].split()[0]
        except OSError:
            continue
        if state in BUSY_STATES:
            return True
    return False
