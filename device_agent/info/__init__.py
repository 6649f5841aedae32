"""Facts about this machine; what cannot be read is absent, never invented."""

from .desktop import DesktopWatch, read_desktop
from .desktop_state import DesktopSession, DesktopState
from .machine import platform_name, wire_platform
from .report import system_info
from .words import texts

__all__ = [
    "DesktopSession",
    "DesktopState",
    "DesktopWatch",
    "platform_name",
    "read_desktop",
    "system_info",
    "texts",
    "wire_platform",
]
