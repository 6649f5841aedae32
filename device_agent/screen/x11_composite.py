"""
A window's own pixels, where a compositor keeps them.

Without one an X server has nothing but what is visible: what another window hides was never drawn.
With one, every top-level window is drawn into a pixmap of its own, which can be read (the Composite
extension's NameWindowPixmap).
"""

import xcffib
import xcffib.composite
import xcffib.xproto

from .base import Frame, Region, Window
from .x11_windows import Tree

NAMED_PIXMAPS = (0, 2)
"""The version of Composite that gives pixmaps of windows."""

ALL_PLANES = 0xFFFFFFFF
BITS_A_PIXEL = 32
REFUSED = (
    xcffib.xproto.WindowError,
    xcffib.xproto.DrawableError,
    xcffib.xproto.MatchError,
    xcffib.xproto.AllocError,
)


def own_pixels(connection: xcffib.Connection, window: Window) -> Frame | None:
    """What *window* looks like by itself; None where nothing keeps that."""
    if not _is_composited(connection):
        return None
    top = Tree(connection).top_level(window.id)
    if top is None:
        return None
    composite = connection(xcffib.composite.key)
    version = composite.QueryVersion(*NAMED_PIXMAPS).reply()
    if (version.major_version, version.minor_version) < NAMED_PIXMAPS:
        return None
    pixmap = connection.generate_id()
    try:
        composite.NameWindowPixmap(top, pixmap, is_checked=True).check()
    except REFUSED:
        return None
    try:
        return _copied(connection, window, top, pixmap)
    except REFUSED:
        return None
    finally:
        connection.core.FreePixmap(pixmap)


def _copied(connection: xcffib.Connection, window: Window, top: int, pixmap: int) -> Frame | None:
    core, region = connection.core, window.region
    frame = core.GetGeometry(top)
    corner = core.TranslateCoordinates(window.id, top, 0, 0)
    shape, origin = frame.reply(), corner.reply()
    if _bits_a_pixel(connection, shape.depth) != BITS_A_PIXEL:
        return None
    image = core.GetImage(
        xcffib.xproto.ImageFormat.ZPixmap,
        pixmap,
        origin.dst_x + shape.border_width,
        origin.dst_y + shape.border_width,
        region.width,
        region.height,
        ALL_PLANES,
    ).reply()
    pixels = bytes(image.data.buf())
    if len(pixels) != region.width * region.height * 4:
        return None
    return Frame(pixels, Region(region.x, region.y, region.width, region.height))


def _is_composited(connection: xcffib.Connection) -> bool:
    """Whether a compositor says that it runs (EWMH, "_NET_WM_CM_Sn")."""
    core, name = connection.core, f"_NET_WM_CM_S{connection.pref_screen}"
    extension = b"Composite"
    if not core.QueryExtension(len(extension), extension).reply().present:
        return False
    atom = core.InternAtom(False, len(name), name).reply().atom
    return bool(core.GetSelectionOwner(atom).reply().owner)


def _bits_a_pixel(connection: xcffib.Connection, depth: int) -> int:
    formats = connection.setup.pixmap_formats
    return next((each.bits_per_pixel for each in formats if each.depth == depth), 0)
