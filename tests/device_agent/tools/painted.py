"""Windows of one colour, to be looked at, pointed at and taken away."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import xcffib
import xcffib.composite
import xcffib.xproto
from xcffib.xproto import CW, Atom, ConfigWindow, WindowClass

Box = tuple[int, int, int, int]


@dataclass
class Painted:
    """A window without a window manager around it."""

    window_id: int
    _connection: xcffib.Connection

    def colour(self, colour: int) -> None:
        """Paint all of it."""
        core = self._connection.core
        core.ChangeWindowAttributes(self.window_id, CW.BackPixel, [colour])
        core.ClearArea(False, self.window_id, 0, 0, 0, 0)
        self._done()

    def put(self, box: Box) -> None:
        """Move and resize it."""
        mask = ConfigWindow.X | ConfigWindow.Y | ConfigWindow.Width | ConfigWindow.Height
        self._connection.core.ConfigureWindow(self.window_id, mask, list(box))
        self._done()

    def close(self) -> None:
        """Take it away."""
        self._connection.core.DestroyWindow(self.window_id)
        self._done()

    def _done(self) -> None:
        self._connection.core.GetInputFocus().reply()


@contextmanager
def painted(display: str, box: Box, colour: int, title: str) -> Iterator[Painted]:
    """Show a window above all others."""
    connection = xcffib.connect(display)
    core, root = connection.core, connection.setup.roots[0].root
    window = connection.generate_id()
    kind = WindowClass.InputOutput
    core.CreateWindow(0, window, root, *box, 0, kind, 0, CW.BackPixel, [colour])
    name = title.encode("latin-1")
    core.ChangeProperty(0, window, Atom.WM_NAME, Atom.STRING, 8, len(name), name)
    names = b"painted\0Painted\0"
    core.ChangeProperty(0, window, Atom.WM_CLASS, Atom.STRING, 8, len(names), names)
    core.MapWindow(window, is_checked=True).check()
    shown = Painted(window, connection)
    shown.colour(colour)
    try:
        yield shown
    finally:
        connection.disconnect()


@contextmanager
def composited(display: str) -> Iterator[None]:
    """Do what a compositor does as far as other programs can tell: keep every window's pixels."""
    connection = xcffib.connect(display)
    core, root = connection.core, connection.setup.roots[0].root
    name = "_NET_WM_CM_S0"
    atom = core.InternAtom(False, len(name), name).reply().atom
    owner = connection.generate_id()
    core.CreateWindow(0, owner, root, -1, -1, 1, 1, 0, WindowClass.InputOnly, 0, 0, [])
    core.SetSelectionOwner(owner, atom, 0, is_checked=True).check()
    composite = connection(xcffib.composite.key)
    composite.QueryVersion(0, 4).reply()
    automatic = xcffib.composite.Redirect.Automatic
    composite.RedirectSubwindows(root, automatic, is_checked=True).check()
    try:
        yield
    finally:
        connection.disconnect()
