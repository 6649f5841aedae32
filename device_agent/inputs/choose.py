"""Which inputs this machine has: the only place of this room that asks for the platform."""

import os
import sys
from collections.abc import Mapping

from ..errors import Failure, ToolError
from .base import Inputs
from .none import NoInputs

NO_DISPLAY = "DISPLAY is not set: start the agent inside a desktop session, or give it one"
WAYLAND = (
    "this is a Wayland session without an X server, which takes no input from other programs; log "
    "in to an Xorg session"
)


def choose(environment: Mapping[str, str] = os.environ) -> Inputs:
    """
    The inputs that *environment* speaks of. Never raises and connects to nothing yet.

    Where there are none, :class:`NoInputs` whose calls fail with the reason.
    """
    if sys.platform == "win32":
        from .windows import WindowsInputs

        return WindowsInputs()
    if sys.platform == "darwin":
        return _fallback()
    if environment.get("DISPLAY"):
        return _x11(environment["DISPLAY"])
    if environment.get("WAYLAND_DISPLAY"):
        return NoInputs(Failure.UNAVAILABLE, WAYLAND)
    return NoInputs(Failure.NO_SESSION, NO_DISPLAY)


def _x11(display: str) -> Inputs:
    try:
        from .x11 import X11Inputs
    except ImportError:
        return _fallback()
    return X11Inputs(display)


def _fallback() -> Inputs:
    from .pyautogui_backend import PyAutoGuiInputs

    try:
        return PyAutoGuiInputs()
    except ToolError as error:
        return NoInputs(error.failure, error.detail)
