"""
A connection to an X server, and what its troubles mean for a call.

Both the screen and the inputs talk to X servers; this is the little that they share.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import xcffib
import xcffib.randr
import xcffib.xproto

from .errors import Failure, ToolError

# How the X server that a Wayland compositor starts gives itself away: since version 23.1 by an
# extension of this name, before by the names of its outputs. It shows X11 windows and black between
# them.
XWAYLAND = b"XWAYLAND"
RANDR = b"RANDR"
# The first version that lists outputs without looking for new ones, which takes long.
RANDR_VERSION = (1, 3)


def connect(display: str | None = None) -> xcffib.Connection:
    """
    Connect to the X server called *display* (``":0"``), None for the one in ``DISPLAY``.

    Blocks for as long as a stopped server does not answer: call it where a deadline is kept.

    Raises:
        ToolError: ``no_session`` where no server answers or it refuses us; ``unavailable`` where
            it is the X side of a Wayland desktop, whose pictures and input would be wrong.

    """
    name = display or "DISPLAY"
    try:
        connection = xcffib.connect(display)
    except xcffib.ConnectionException as error:
        raise ToolError(
            Failure.NO_SESSION,
            f"cannot connect to the X server {name} ({error}); is it running, and does XAUTHORITY "
            "name a file with its cookie?",
        ) from error
    with answering():
        wayland = _has(connection, XWAYLAND) or _has_wayland_outputs(connection)
    if wayland:
        connection.disconnect()
        raise ToolError(
            Failure.UNAVAILABLE,
            "this is a Wayland desktop, which neither shows nor obeys X11 clients; log in to an "
            "Xorg session",
        )
    return connection


def _has(connection: xcffib.Connection, extension: bytes) -> bool:
    return bool(connection.core.QueryExtension(len(extension), extension).reply().present)


def _has_wayland_outputs(connection: xcffib.Connection) -> bool:
    if not _has(connection, RANDR):
        return False
    randr = connection(xcffib.randr.key)
    version = randr.QueryVersion(*RANDR_VERSION).reply()
    if (version.major_version, version.minor_version) < RANDR_VERSION:
        return False
    root = connection.setup.roots[connection.pref_screen].root
    resources = randr.GetScreenResourcesCurrent(root).reply()
    asked = [randr.GetOutputInfo(output, 0) for output in resources.outputs]
    return any(bytes(ask.reply().name.buf()).startswith(XWAYLAND) for ask in asked)


@contextmanager
def answering() -> Iterator[None]:
    """
    Turn what goes wrong inside into the reason a call fails with.

    Raises:
        ToolError: ``no_session`` where the server is gone; ``failed`` where it refused a request.

    """
    try:
        yield
    except xcffib.ConnectionException as error:
        raise ToolError(Failure.NO_SESSION, "the X server has gone away") from error
    except xcffib.XcffibException as error:
        raise ToolError(Failure.FAILED, f"the X server refused a request: {error!r}") from error
