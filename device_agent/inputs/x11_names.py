"""What the windows on an X server are called that would get the next input."""

from dataclasses import dataclass

import xcffib
import xcffib.xproto
from xcffib.xproto import Atom

from .terms import Named, Point

POINTER_ROOT = 1
MAX_DEPTH = 16
MAX_NAME_WORDS = 512
GONE = (xcffib.xproto.WindowError, xcffib.xproto.DrawableError)


@dataclass(frozen=True, slots=True)
class WindowNames:
    """Asks over the connection that the input goes through, so that nothing comes between."""

    connection: xcffib.Connection
    root: int
    title_atom: int

    @classmethod
    def over(cls, connection: xcffib.Connection, root: int) -> "WindowNames":
        """Ask the server once for what every question needs."""
        name = b"_NET_WM_NAME"
        atom: int = connection.core.InternAtom(False, len(name), name).reply().atom
        return cls(connection, root, atom)

    def at(self, point: Point) -> Named | None:
        """The window under a place; one without a name where only the desktop is there."""
        try:
            return self._at(point)
        except GONE:
            return None

    def focused(self) -> Named | None:
        """The window that gets the keys."""
        core = self.connection.core
        try:
            window: int = core.GetInputFocus().reply().focus
            if window <= POINTER_ROOT:
                told = core.QueryPointer(self.root).reply()
                return self._at(Point(told.root_x, told.root_y))
            top = window
            for _ in range(MAX_DEPTH):
                if (named := self._named(window)) is not None:
                    return named
                top, window = window, core.QueryTree(window).reply().parent
                if window in {0, self.root}:
                    break
            return self._below(top) or Named()
        except GONE:
            return None

    def _at(self, point: Point) -> Named:
        window, top = self.root, 0
        for _ in range(MAX_DEPTH):
            told = self.connection.core.TranslateCoordinates(self.root, window, point.x, point.y)
            window = told.reply().child
            if not window:
                break
            top = top or window
            if (named := self._named(window)) is not None:
                return named
        # On the frame that a window manager draws, the window itself lies beside.
        return (self._below(top) if top else None) or Named()

    def _below(self, window: int) -> Named | None:
        children = list(self.connection.core.QueryTree(window).reply().children)
        found = (self._named(child) for child in children)
        return next((named for named in found if named is not None), None)

    def _named(self, window: int) -> Named | None:
        apps = self._text(window, Atom.WM_CLASS, "latin-1")
        if not apps:
            return None
        title = self._text(window, self.title_atom, "utf-8")
        title = title or self._text(window, Atom.WM_NAME, "latin-1")
        return Named(tuple(app for app in apps.split("\0") if app), title)

    def _text(self, window: int, atom: int, encoding: str) -> str:
        ask = self.connection.core.GetProperty(False, window, atom, Atom.Any, 0, MAX_NAME_WORDS)
        return bytes(ask.reply().value.buf()).decode(encoding, "replace")
