"""The same facts in words for people, under the names that UFO's Linux tools give them."""

from datetime import timedelta

from .disks import disk_facts
from .machine import machine_facts
from .memory import GIBIBYTE, memory_facts


def texts() -> dict[str, str]:
    """One line each for ``uname``, ``uptime``, ``memory`` and ``disk``; absent if unreadable."""
    machine, memory = machine_facts(), memory_facts()
    names = ("os", "hostname", "kernel", "os_version", "architecture")
    told = {"uname": " ".join(machine[name] for name in names if name in machine)}
    if "uptime_s" in machine:
        told["uptime"] = f"up {timedelta(seconds=int(machine['uptime_s']))}"
    if "load_average" in machine:
        loads = ", ".join(str(load) for load in machine["load_average"])
        told["uptime"] = f"{told.get('uptime', '')}, load average {loads}".lstrip(", ")
    if memory:
        total, available = _gib(memory["memory_total"]), _gib(memory["memory_available"])
        told["memory"] = f"{available} available of {total}"
    disks = disk_facts().get("disks", ())
    if disks:
        told["disk"] = "; ".join(
            f"{disk['mount']} {_gib(disk['free'])} free of {_gib(disk['total'])}" for disk in disks
        )
    return {name: text for name, text in told.items() if text}


def _gib(size_bytes: int) -> str:
    return f"{size_bytes / GIBIBYTE:.1f} GiB"
