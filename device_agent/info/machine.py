"""What machine this is: operating system, processor, since when it runs."""

import os
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psutil

from .reading import Facts, present

OS_RELEASE: Final = (Path("/etc/os-release"), Path("/usr/lib/os-release"))
CPU_INFO: Final = Path("/proc/cpuinfo")
WINDOWS_PROCESSOR: Final = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"


def machine_facts() -> Facts:
    """
    Facts about the machine, each absent where it cannot be read.

    ``os`` Windows, Linux or Darwin · ``os_version`` in words, or Windows' build · ``kernel`` (not
    on Windows) · ``architecture`` such as x86_64 · ``hostname`` · ``processor`` the model's name ·
    ``cpu_count`` logical processors · ``boot_time`` RFC 3339, UTC · ``uptime_s`` seconds, sleep
    included · ``load_average`` over 1, 5 and 15 minutes (not on Windows).
    """
    return present(
        {
            "os": _os,
            "os_version": _os_version,
            "kernel": _kernel,
            "architecture": _architecture,
            "hostname": socket.gethostname,
            "processor": _processor,
            "cpu_count": psutil.cpu_count,
            "boot_time": _boot_time,
            "uptime_s": uptime_s,
            "load_average": _load_average,
        }
    )


def platform_name() -> str:
    """``windows``, ``linux`` or ``darwin``."""
    return "windows" if sys.platform == "win32" else sys.platform


def wire_platform(name: str) -> str:
    """
    What REGISTER's ``metadata.platform`` says for *name*: ``windows`` or ``linux``.

    A hub of UFO refuses every task of a device that says anything else there, and treats one that
    says nothing as Windows.
    """
    return "windows" if name.lower() == "windows" else "linux"


def uptime_s() -> float | None:
    """Seconds since the machine started, those that it slept included."""
    if sys.platform == "win32":
        # The monotonic clock of Windows counts from its start.
        return round(time.monotonic(), 1)
    if sys.platform == "linux":
        return round(time.clock_gettime(time.CLOCK_BOOTTIME), 1)
    return None


def _os() -> str:
    if sys.platform == "win32":
        return "Windows"
    return os.uname().sysname


def _os_version() -> str | None:
    if sys.platform == "win32":
        told = sys.getwindowsversion()
        return f"{told.major}.{told.minor}.{told.build}"
    for path in OS_RELEASE:
        if path.is_file():
            return _release_name(path.read_text(encoding="utf-8", errors="replace"))
    return os.uname().version


def _release_name(content: str) -> str | None:
    """PRETTY_NAME of os-release(5)."""
    for line in content.splitlines():
        key, _, value = line.partition("=")
        if key == "PRETTY_NAME":
            return value.strip().strip("\"'") or None
    return None


def _kernel() -> str | None:
    if sys.platform == "win32":
        return None
    return os.uname().release


def _architecture() -> str | None:
    if sys.platform == "win32":
        return os.environ.get("PROCESSOR_ARCHITECTURE")
    return os.uname().machine


def _processor() -> str | None:
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, WINDOWS_PROCESSOR) as key:
            name, _ = winreg.QueryValueEx(key, "ProcessorNameString")
        return str(name).strip() or None
    for line in CPU_INFO.read_text(encoding="utf-8", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip() or None
    return None


def _boot_time() -> str:
    return datetime.fromtimestamp(psutil.boot_time(), UTC).isoformat(timespec="seconds")


def _load_average() -> list[float] | None:
    if sys.platform == "win32":
        return None
    return [round(load, 2) for load in os.getloadavg()]
