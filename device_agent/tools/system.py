"""About the machine, and about time."""

import contextlib
import platform
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil

from ..catalog.screen import NoArguments
from ..catalog.system import SystemInfoResult, WaitArguments, WaitResult
from .bench import Bench

GIB = 1 << 30


def system_info(_: NoArguments, bench: Bench) -> SystemInfoResult:  # noqa: ARG001 -- as all tools
    """What kind of machine this is and how it is doing; what cannot be read is absent."""
    asked: dict[str, Callable[[], str]] = {
        "uname": _uname,
        "uptime": _uptime,
        "memory": _memory,
        "disk": _disk,
    }
    texts: dict[str, str] = {}
    for name, ask in asked.items():
        with contextlib.suppress(OSError, psutil.Error, AttributeError):
            texts[name] = ask()
    return SystemInfoResult(facts=_facts(), texts=texts)


def wait(arguments: WaitArguments, bench: Bench) -> WaitResult:
    """Wait."""
    started_s = time.monotonic()
    bench.cancellation.wait(arguments.seconds)
    return WaitResult(waited_s=round(time.monotonic() - started_s, 4))


def _facts() -> dict[str, object]:
    memory = psutil.virtual_memory()
    return {
        "os": platform.system(),
        "os_version": platform.version(),
        "hostname": platform.node(),
        "cpu_count": psutil.cpu_count(),
        "memory_total": memory.total,
        "memory_available": memory.available,
    }


def _uname() -> str:
    kind = platform.uname()
    return " ".join((kind.system, kind.node, kind.release, kind.version, kind.machine))


def _uptime() -> str:
    clock = time.time()  # noqa: TID251 -- the boot time is a wall-clock time too
    up = timedelta(seconds=int(clock - psutil.boot_time()))
    load = ", ".join(f"{each:.2f}" for each in psutil.getloadavg())
    return f"up {up}, load average: {load}"


def _memory() -> str:
    memory, swap = psutil.virtual_memory(), psutil.swap_memory()
    return (
        f"memory: {memory.total / GIB:.1f} GiB, {memory.available / GIB:.1f} GiB available; "
        f"swap: {swap.total / GIB:.1f} GiB, {swap.free / GIB:.1f} GiB free"
    )


def _disk() -> str:
    root = Path.home().anchor
    usage = shutil.disk_usage(root)
    return f"{root}: {usage.total / GIB:.1f} GiB, {usage.free / GIB:.1f} GiB free"
