"""
Whether there is a desktop that can be seen and used, found by looking and without waiting.

The check opens no display: a display server that hangs still accepts connections, and one that is
gone refuses them at once.
"""

import errno
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

from .desktop_state import LOCKED, DesktopSession, DesktopState
from .logind import session_is_locked

# X(7): [host]:display[.screen]; no host, and "unix", mean this machine.
DISPLAY_NAME: Final = re.compile(r"(?P<host>[^/]*):(?P<number>\d+)(?:\.\d+)?")
SOCKETS: Final = "/tmp/.X11-unix/X"  # noqa: S108 -- where X servers listen
FRESH_S: Final = 1.0


NO_DISPLAY: Final = DesktopSession(
    DesktopState.NO_SESSION,
    None,
    "DISPLAY is not set: start the agent inside a desktop session, or give it one",
)
WAYLAND: Final = DesktopSession(
    DesktopState.UNSUPPORTED,
    "wayland",
    "Wayland lets no program see or use other programs' windows; log in to an Xorg session",
)


def read_desktop(
    environment: Mapping[str, str] = os.environ,
    locked: Callable[[], bool | None] = session_is_locked,
) -> DesktopSession:
    """
    Look at the desktop. Takes a millisecond or two where logind must be asked, else far less.

    Args:
        environment: Where DISPLAY and WAYLAND_DISPLAY stand.
        locked: Tells whether the session is locked, None if it cannot know.

    """
    if sys.platform == "win32":
        from .windows_desktop import read_windows_desktop

        return read_windows_desktop()
    if sys.platform == "darwin":
        return DesktopSession(DesktopState.ACTIVE, "aqua")
    display = environment.get("DISPLAY")
    if not display:
        return WAYLAND if environment.get("WAYLAND_DISPLAY") else NO_DISPLAY
    refusal = _refused(display)
    if refusal is not None:
        return DesktopSession(DesktopState.NO_SESSION, "x11", refusal)
    if locked():
        return DesktopSession(DesktopState.LOCKED, "x11", LOCKED)
    return DesktopSession(DesktopState.ACTIVE, "x11")


class DesktopWatch:
    """
    The same for those who ask before every click: looks at most once a second.

    Args:
        read: How to look.
        clock: Seconds on a clock that never goes back.

    """

    def __init__(
        self,
        read: Callable[[], DesktopSession] = read_desktop,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._clock = clock
        self._known: tuple[float, DesktopSession] | None = None

    def session(self) -> DesktopSession:
        """What the desktop is, or was within the last second."""
        now_s = self._clock()
        if self._known is None or now_s - self._known[0] >= FRESH_S:
            self._known = (now_s, self._read())
        return self._known[1]


def _refused(display: str) -> str | None:
    """Why no X server can be reached under that name; None where one answers, or may."""
    parsed = DISPLAY_NAME.fullmatch(display)
    if parsed is None:
        return None if ":" in display else f"DISPLAY is {display!r}, which names no X server"
    if parsed["host"] not in {"", "unix"}:
        # On another machine: to knock there would be to wait.
        return None
    path = SOCKETS + parsed["number"]
    if any(_listens(name) for name in ("\0" + path, path)):
        return None
    return f"no X server runs at DISPLAY {display}"


def _listens(name: str) -> bool:
    if sys.platform == "win32":
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        try:
            probe.connect(name)
        except OSError as error:
            # The queue of one that hangs fills up: it is there all the same.
            return error.errno == errno.EAGAIN
        return True
