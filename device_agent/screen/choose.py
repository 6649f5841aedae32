"""Which screen this machine has: the only place of this room that asks for the platform."""

import os
import sys
from collections.abc import Mapping

from ..errors import Failure
from .base import Screen
from .none import NoScreen

NO_DISPLAY = "DISPLAY is not set: start the agent inside a desktop session, or give it one"
WAYLAND = (
    "this is a Wayland session without an X server, which cannot be captured; log in to an Xorg "
    "session"
)


def choose(environment: Mapping[str, str] = os.environ) -> Screen:
    """
    The screen that *environment* speaks of. Never raises and connects to nothing yet.

    Where there is none, a :class:`NoScreen` whose calls fail with the reason.
    """
    if sys.platform == "win32":
        from .windows import WindowsScreen

        return WindowsScreen()
    if environment.get("DISPLAY"):
        return _x11(environment["DISPLAY"])
    if environment.get("WAYLAND_DISPLAY"):
        return NoScreen(Failure.UNAVAILABLE, WAYLAND)
    return NoScreen(Failure.NO_SESSION, NO_DISPLAY)


def _x11(display: str) -> Screen:
    try:
        from .x11 import X11Screen
    except ImportError as error:
        missing = f"X11 needs a library that is missing: {error}; install device-agent again"
        return NoScreen(Failure.UNAVAILABLE, missing)
    return X11Screen(display)
