"""Which screen this machine has: the only place of this room that asks for the platform."""

import os
import sys
from collections.abc import Mapping

from ..errors import Failure
from .base import Screen
from .control import WindowControl
from .no_control import NoWindowControl
from .none import NoScreen

NO_DISPLAY = "DISPLAY is not set: start the agent inside a desktop session, or give it one"
WAYLAND = (
    "this is a Wayland session without an X server, which cannot be captured; log in to an Xorg "
    "session"
)

ELSEWHERE = "windows can be listed here, and acted upon on X11 alone"


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


def choose_control(environment: Mapping[str, str] = os.environ) -> WindowControl:
    """
    What acts on the windows that *environment* speaks of. Never raises, connects to nothing yet.

    Where there is no way, a :class:`NoWindowControl` whose calls fail with the reason.
    """
    screen = choose(environment)
    if isinstance(screen, NoScreen):
        return NoWindowControl(screen.failure, screen.reason)
    if sys.platform == "win32":
        return NoWindowControl(Failure.UNAVAILABLE, ELSEWHERE)
    from .x11_control import X11WindowControl

    return X11WindowControl(environment["DISPLAY"])
