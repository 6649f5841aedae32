"""
A connection to an X server, and what its troubles mean for a call.

Both the screen and the inputs talk to X servers; this is the little that they share.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import xcffib
import xcffib.xproto

from .errors import Failure, ToolError

# xorg-server 23.1 and later name this extension on the X server that a Wayland compositor starts.
# Such a server shows only its own clients' windows and black between them.
XWAYLAND = b"XWAYLAND"


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
        wayland = connection.core.QueryExtension(len(XWAYLAND), XWAYLAND).reply().present
    if wayland:
        connection.disconnect()
        raise ToolError(
            Failure.UNAVAILABLE,
            "this is a Wayland desktop, which neither shows nor obeys X11 clients; log in to an "
            "Xorg session",
        )
    return connection


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
