"""
The windows on an X server.

A window manager that follows EWMH (https://specifications.freedesktop.org/wm-spec/) publishes them
on the root window; without one, the mapped top-level windows are the applications' windows.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import xcffib
import xcffib.res
import xcffib.xproto
from xcffib.xproto import Atom

from .base import Display, Region, Window
from .geometry import display_of

ATOMS = (
    "_NET_CLIENT_LIST_STACKING",
    "_NET_CLIENT_LIST",
    "_NET_ACTIVE_WINDOW",
    "_NET_WM_NAME",
    "_NET_WM_PID",
    "_NET_WM_STATE",
    "_NET_WM_STATE_HIDDEN",
    "_NET_WM_STATE_MAXIMIZED_HORZ",
    "_NET_WM_STATE_MAXIMIZED_VERT",
    "_NET_FRAME_EXTENTS",
    "WM_STATE",
)
# WM_STATE's first word for a window behind an icon (ICCCM, section 4.1.3.1).
ICONIC = 3
# The X server knows whose connection made a window, since version 1.2 of this extension.
RESOURCES, RESOURCES_VERSION = b"X-Resource", (1, 2)
# Long enough for any title that a person reads; in units of four bytes, as GetProperty counts.
MAX_PROPERTY_WORDS = 4096


def list_windows(connection: xcffib.Connection, displays: Sequence[Display]) -> tuple[Window, ...]:
    """Applications' windows, the topmost first. One that closes meanwhile is left out."""
    return Tree(connection).windows(displays)


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a window is.

    Attributes:
        region: Without its frame.
        border: Width of the border that X itself draws around it, in pixels.
        viewable: Whether it can be seen, but for what covers it.

    """

    region: Region
    border: int
    viewable: bool


class Tree:
    """Questions about windows, each answered with nothing where the window is gone."""

    def __init__(self, connection: xcffib.Connection) -> None:
        self._connection = connection
        self._core = connection.core
        self._root: int = connection.setup.roots[connection.pref_screen].root
        asked = {name: self._core.InternAtom(False, len(name), name) for name in ATOMS}
        self._atoms: dict[str, int] = {name: ask.reply().atom for name, ask in asked.items()}

    def windows(self, displays: Sequence[Display]) -> tuple[Window, ...]:
        """Applications' windows, the topmost first."""
        active = self.active()
        found = (_describe(self, window, displays, active) for window in self.applications())
        return tuple(window for window in found if window is not None)

    def atom(self, name: str) -> int:
        """The server's number for a name; asked once."""
        if name not in self._atoms:
            self._atoms[name] = self._core.InternAtom(False, len(name), name).reply().atom
        return self._atoms[name]

    def applications(self) -> tuple[int, ...]:
        """Ids of the applications' windows from the topmost down."""
        for name in ("_NET_CLIENT_LIST_STACKING", "_NET_CLIENT_LIST"):
            listed = self.numbers(self._root, name)
            if listed:
                return tuple(reversed(listed))
        children = self._core.QueryTree(self._root).reply().children
        return tuple(window for window in reversed(list(children)) if self._is_application(window))

    def active(self) -> int | None:
        """Id of the window with the focus, as far as the window manager or X can say."""
        told = self.numbers(self._root, "_NET_ACTIVE_WINDOW")
        if told:
            return told[0] or None
        focus: int = self._core.GetInputFocus().reply().focus
        return self.top_level(focus)

    def numbers(self, window: int, name: str) -> tuple[int, ...]:
        """A property's 32-bit values."""
        content = self._property(window, self.atom(name))
        count = len(content) // 4
        return struct.unpack(f"={count}I", content[: count * 4])

    def title(self, window: int) -> str:
        name = self._property(window, self._atoms["_NET_WM_NAME"])
        if name:
            return name.decode("utf-8", "replace")
        return self._property(window, Atom.WM_NAME).decode("latin-1")

    def app(self, window: int) -> str:
        """The second half of WM_CLASS, "instance NUL class NUL" (ICCCM, section 4.1.2.5)."""
        parts = self._property(window, Atom.WM_CLASS).decode("latin-1").split("\0")
        return parts[1] if len(parts) > 1 else parts[0]

    def hidden(self, window: int) -> bool:
        if self._atoms["_NET_WM_STATE_HIDDEN"] in self.numbers(window, "_NET_WM_STATE"):
            return True
        return self.numbers(window, "WM_STATE")[:1] == (ICONIC,)

    def pid(self, window: int) -> int | None:
        """The process that owns it: as the window says, else as the server knows."""
        told = self.numbers(window, "_NET_WM_PID")
        if told:
            return told[0]
        if self._resources is None:
            return None
        local = xcffib.res.ClientIdMask.LocalClientPID
        wanted = xcffib.res.ClientIdSpec.synthetic(window, local)
        owners = self._resources.QueryClientIds(1, [wanted]).reply().ids
        return next((owner.value[0] for owner in owners if owner.length), None)

    @cached_property
    def _resources(self) -> xcffib.res.resExtension | None:
        if not self._core.QueryExtension(len(RESOURCES), RESOURCES).reply().present:
            return None
        resources = self._connection(xcffib.res.key)
        version = resources.QueryVersion(*RESOURCES_VERSION).reply()
        there = (version.server_major, version.server_minor) >= RESOURCES_VERSION
        return resources if there else None

    def maximised(self, window: int) -> bool:
        """Whether it fills its display both ways."""
        wanted = {self.atom(f"_NET_WM_STATE_MAXIMIZED_{way}") for way in ("HORZ", "VERT")}
        return wanted.issubset(self.numbers(window, "_NET_WM_STATE"))

    def frame(self, window: int) -> Region | None:
        """Where it is with the frame that the window manager drew around it, or X's border."""
        place = self.place(window)
        if place is None:
            return None
        extents = self.numbers(window, "_NET_FRAME_EXTENTS")
        left, right, top, bottom = extents if len(extents) == 4 else (place.border,) * 4
        inner = place.region
        return Region(
            inner.x - left,
            inner.y - top,
            inner.width + left + right,
            inner.height + top + bottom,
        )

    def top_level(self, window: int) -> int | None:
        """The child of the root above *window*; None where there is none."""
        while window > 1:
            try:
                above = self._core.QueryTree(window).reply()
            except xcffib.xproto.WindowError:
                return None
            if above.parent == self._root:
                return window
            window = above.parent
        return None

    def place(self, window: int) -> Place | None:
        shape = self._core.GetGeometry(window)
        corner = self._core.TranslateCoordinates(window, self._root, 0, 0)
        state = self._core.GetWindowAttributes(window)
        try:
            size, origin, attributes = shape.reply(), corner.reply(), state.reply()
        except xcffib.xproto.WindowError:
            return None
        except xcffib.xproto.DrawableError:
            return None
        region = Region(origin.dst_x, origin.dst_y, size.width, size.height)
        viewable = attributes.map_state == xcffib.xproto.MapState.Viewable
        return Place(region, size.border_width, viewable)

    def _is_application(self, window: int) -> bool:
        """Whether a child of the root is shown and no menu or tooltip."""
        try:
            attributes = self._core.GetWindowAttributes(window).reply()
        except xcffib.xproto.WindowError:
            return False
        viewable = attributes.map_state == xcffib.xproto.MapState.Viewable
        input_output = attributes._class == xcffib.xproto.WindowClass.InputOutput  # noqa: SLF001
        return viewable and input_output and not attributes.override_redirect

    def _property(self, window: int, atom: int) -> bytes:
        ask = self._core.GetProperty(False, window, atom, Atom.Any, 0, MAX_PROPERTY_WORDS)
        try:
            return bytes(ask.reply().value.buf())
        except xcffib.xproto.WindowError:
            return b""


def _describe(
    tree: Tree, window: int, displays: Iterable[Display], active: int | None
) -> Window | None:
    place = tree.place(window)
    if place is None:
        return None
    return Window(
        id=window,
        title=tree.title(window),
        app=tree.app(window),
        pid=tree.pid(window),
        region=place.region,
        display=display_of(place.region, tuple(displays)),
        active=window == active,
        minimised=not place.viewable and tree.hidden(window),
        maximised=tree.maximised(window),
    )
