"""Medians, and what the system says of a process."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

MIB = 1024 * 1024
WARM_UP_RUNS = 5


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def p99(values: Sequence[float]) -> float:
    """What one in a hundred exceeds."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def timed_ms(call: Callable[[], object], runs: int) -> float:
    """Median milliseconds of *call*."""
    for _ in range(WARM_UP_RUNS):
        call()
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        call()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def rss_mib(pid: int) -> float:
    """Resident memory of a process, in MiB."""
    return float(psutil.Process(pid).memory_info().rss) / MIB


def cpu_s(pid: int) -> float:
    """CPU time of a process and all its threads, to the nanosecond (clock_getcpuclockid(3))."""
    if sys.platform == "win32":
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return time.clock_gettime((~pid << 3) | 2)


def descriptors(pid: int) -> int:
    """How many files, sockets and pipes a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
