"""Screen on X11: shared-memory capture through mss, kept open; the rest from X itself."""

import contextlib

import mss
import xcffib
import xcffib.randr
import xcffib.xproto
from mss.exception import ScreenShotError

from .. import xserver
from ..errors import Failure, ToolError
from .base import Display, Frame, Region, Screen, Window
from .geometry import checked
from .x11_composite import own_pixels
from .x11_windows import list_windows

# The X resource "Xft.dpi: 144" is what toolkits scale by; 96 is 1:1.
NORMAL_DPI = 96.0
MAX_RESOURCE_WORDS = 1 << 16


class X11Screen(Screen):
    """
    The screen of one X server.

    Keeps up to three connections open: one for questions, and one of mss for pictures with the
    pointer and one for pictures without, each opened when first needed.

    Args:
        display: The server's name, such as ``":0"``.

    """

    def __init__(self, display: str) -> None:
        self._name = display
        self._connection: xcffib.Connection | None = None
        self._cameras: dict[bool, mss.MSS] = {}
        self._desktop: Region | None = None

    def displays(self) -> tuple[Display, ...]:
        self.size()
        connection = self._connected()
        with xserver.answering():
            return displays_on(connection)

    def size(self) -> Region:
        """The whole desktop. Connects again where the server was lost since the last call."""
        if self._connection is not None:
            with contextlib.suppress(ToolError):
                return self._ask_size()
            self.close()
        return self._ask_size()

    def grab(self, region: Region | None = None, *, cursor: bool = False) -> Frame:
        desktop = self.size()
        box = checked(region, desktop)
        if desktop != self._desktop:
            # mss sizes its shared memory once, for the desktop as it was then.
            self._close_cameras()
            self._desktop = desktop
        try:
            return self._shoot(box, cursor)
        except ScreenShotError:
            self._close_cameras()
        try:
            return self._shoot(box, cursor)
        except ScreenShotError as error:
            raise ToolError(
                Failure.FAILED, f"the X server gave no picture of the screen: {error}"
            ) from error

    def own_pixels(self, window: Window) -> Frame | None:
        with xserver.answering():
            return own_pixels(self._connected(), window)

    def windows(self) -> tuple[Window, ...]:
        displays = self.displays()
        with xserver.answering():
            return list_windows(self._connected(), displays)

    def close(self) -> None:
        self._close_cameras()
        if self._connection is not None:
            self._connection.disconnect()
            self._connection = None

    def _connected(self) -> xcffib.Connection:
        if self._connection is None:
            self._connection = xserver.connect(self._name)
        return self._connection

    def _ask_size(self) -> Region:
        connection = self._connected()
        with xserver.answering():
            shape = connection.core.GetGeometry(_root(connection)).reply()
        return Region(0, 0, shape.width, shape.height)

    def _shoot(self, box: Region, cursor: bool) -> Frame:
        camera = self._cameras.get(cursor)
        if camera is None:
            camera = self._cameras[cursor] = mss.MSS(display=self._name, with_cursor=cursor)
        area = {"left": box.x, "top": box.y, "width": box.width, "height": box.height}
        return Frame(camera.grab(area).raw, box, cursor)

    def _close_cameras(self) -> None:
        for camera in self._cameras.values():
            camera.close()
        self._cameras.clear()


def displays_on(connection: xcffib.Connection) -> tuple[Display, ...]:
    """All displays of a server, the primary one first."""
    monitors = _monitors(connection)
    if not monitors:
        shape = connection.core.GetGeometry(_root(connection)).reply()
        monitors = [Display("screen", 0, 0, shape.width, shape.height, _scale(connection), True)]
    return tuple(sorted(monitors, key=lambda display: not display.primary))


def _root(connection: xcffib.Connection) -> int:
    root: int = connection.setup.roots[connection.pref_screen].root
    return root


def _monitors(connection: xcffib.Connection) -> list[Display]:
    """RandR's monitors; empty where the server is older than RandR 1.5."""
    randr = connection(xcffib.randr.key)
    version = randr.QueryVersion(1, 5).reply()
    if (version.major_version, version.minor_version) < (1, 5):
        return []
    monitors = list(randr.GetMonitors(_root(connection), 1).reply().monitors)
    scale = _scale(connection)
    none_primary = not any(monitor.primary for monitor in monitors)
    return [
        Display(
            name=_atom_name(connection, monitor.name),
            x=monitor.x,
            y=monitor.y,
            width=monitor.width,
            height=monitor.height,
            scale=scale,
            primary=bool(monitor.primary) or (none_primary and place == 0),
        )
        for place, monitor in enumerate(monitors)
    ]


def _atom_name(connection: xcffib.Connection, atom: int) -> str:
    name: str = connection.core.GetAtomName(atom).reply().name.to_string()
    return name


def _scale(connection: xcffib.Connection) -> float:
    reply = connection.core.GetProperty(
        False,
        _root(connection),
        xcffib.xproto.Atom.RESOURCE_MANAGER,
        xcffib.xproto.Atom.STRING,
        0,
        MAX_RESOURCE_WORDS,
    ).reply()
    return scale_from(bytes(reply.value.buf()).decode("latin-1"))


def scale_from(resources: str) -> float:
    """How much the X *resources* enlarge text, 1.0 where they do not say."""
    for line in resources.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "Xft.dpi":
            with contextlib.suppress(ValueError):
                return round(float(value) / NORMAL_DPI, 3)
    return 1.0
