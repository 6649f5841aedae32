"""What a device tells about itself in REGISTER and in answers to DEVICE_INFO_REQUEST."""

from collections.abc import Mapping, Sequence
from typing import Any

from .capabilities import capabilities
from .desktop import read_desktop
from .desktop_state import DesktopSession
from .disks import disk_facts
from .machine import machine_facts, platform_name
from .memory import memory_facts
from .network import network_facts
from .reading import Facts

SCHEMA_VERSION = "1.0"
PLATFORM_TYPE = "computer"
# The keys that UFO's hub and Galaxy know, and those that orchestrators of the seeds ask for. What
# else we know goes into custom_metadata, which Galaxy keeps and further keys it would drop.
TOP_LEVEL = (
    "os",
    "os_version",
    "processor",
    "cpu_count",
    "memory_total",
    "memory_available",
    "memory_total_gb",
    "hostname",
    "ip_address",
)


def system_info(
    device_id: str,
    *,
    platform: str | None = None,
    displays: Sequence[Mapping[str, Any]] = (),
    features: Sequence[str] | None = None,
    custom: Mapping[str, Any] | None = None,
    desktop: DesktopSession | None = None,
) -> Facts:
    """
    Everything worth telling, read anew; a fact that cannot be read is absent.

    Args:
        device_id: The device's name at the hub.
        platform: What to pass for, this machine's own platform if None.
        displays: The displays as the worker sees them, with ``width``, ``height``, ``scale`` and
            ``primary`` each; none where it sees none.
        features: What to announce as supported, what was found by looking if None.
        custom: The owner's own words (``tags``, ``tier``); stronger than facts of the same name.
        desktop: The desktop, looked at now if None.

    Returns:
        UFO's keys (``device_id``, ``platform``, ``os_version``, ``cpu_count``,
        ``memory_total_gb``, ``hostname``, ``ip_address``, ``supported_features``,
        ``platform_type``, ``schema_version``, ``custom_metadata``), and ``os``, ``processor``,
        ``memory_total``, ``memory_available`` (bytes) and ``screen_resolution`` ("1920x1080").

    """
    session = read_desktop() if desktop is None else desktop
    found = {**machine_facts(), **memory_facts(), **network_facts()}
    can = capabilities(session)
    info: Facts = {"device_id": device_id, "platform": platform or platform_name()}
    info |= {name: found.pop(name) for name in TOP_LEVEL if name in found}
    info |= _resolution(displays)
    info["supported_features"] = list(can if features is None else features)
    info["platform_type"] = PLATFORM_TYPE
    info["schema_version"] = SCHEMA_VERSION
    info["custom_metadata"] = {
        **found,
        **disk_facts(),
        "desktop": _session(session),
        "displays": [dict(display) for display in displays],
        "capabilities": list(can),
        **(custom or {}),
    }
    return info


def _resolution(displays: Sequence[Mapping[str, Any]]) -> Facts:
    ordered = sorted(displays, key=lambda display: not display.get("primary"))
    if not ordered:
        return {}
    return {"screen_resolution": f"{ordered[0]['width']}x{ordered[0]['height']}"}


def _session(session: DesktopSession) -> Facts:
    told: Facts = {"state": session.state.value, "kind": session.kind, "reason": session.reason}
    return {name: value for name, value in told.items() if value}
