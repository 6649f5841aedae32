"""Which clipboard this machine has: the only place of this room that asks for the platform."""

import os
import sys
from collections.abc import Mapping

from ..errors import Failure
from .base import Clipboard
from .none import NoClipboard

NO_DISPLAY = "DISPLAY is not set: start the agent inside a desktop session, or give it one"
WAYLAND = "this is a Wayland session, whose clipboard no other program may reach; log in to Xorg"
NOT_HERE = "clipboards are supported on X11 and Windows alone"


def choose(environment: Mapping[str, str] = os.environ) -> Clipboard:
    """
    The clipboard that *environment* speaks of. Never raises and connects to nothing yet.

    Where there is none, :class:`NoClipboard` whose calls fail with the reason.
    """
    if sys.platform == "win32":
        from .windows import WindowsClipboard

        return WindowsClipboard()
    if sys.platform == "darwin":
        return NoClipboard(Failure.UNAVAILABLE, NOT_HERE)
    if environment.get("DISPLAY"):
        return _x11(environment["DISPLAY"])
    if environment.get("WAYLAND_DISPLAY"):
        return NoClipboard(Failure.UNAVAILABLE, WAYLAND)
    return NoClipboard(Failure.NO_SESSION, NO_DISPLAY)


def _x11(display: str) -> Clipboard:
    try:
        from .x11 import X11Clipboard
    except ImportError:
        return NoClipboard(Failure.UNAVAILABLE, NOT_HERE)
    return X11Clipboard(display)
