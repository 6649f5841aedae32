"""Other programs with a clipboard, which tests copy from and paste into."""

import io
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import xcffib
import xcffib.xproto
from PIL import Image

from device_agent.clipboard.x11_properties import Properties, hidden_window
from tests.x11 import SYSTEM_PYTHON, wait_until

# Gives or takes a picture or a text as GTK applications do.
GTK = r"""
import sys
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gtk
board = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
match sys.argv[1]:
    case "copy":
        board.set_image(GdkPixbuf.Pixbuf.new_from_file(sys.argv[2]))
        print("ready", flush=True)
        Gtk.main()
    case "copy-text":
        board.set_text(sys.argv[2], -1)
        print("ready", flush=True)
        Gtk.main()
    case "paste":
        picture = board.wait_for_image()
        print(picture.get_width(), picture.get_height(), picture.get_pixels()[:3].hex())
    case "paste-text":
        sys.stdout.buffer.write((board.wait_for_text() or "").encode())
"""


def xclip(display: str, *how: str, given: bytes | None = None) -> bytes:
    """Run xclip: copy what is *given*, or paste."""
    command = ["xclip", "-display", display, *how]
    if given is None:
        return subprocess.run([*command, "-o"], capture_output=True, timeout=20).stdout
    client = Client(display)
    before = client.owner(how[1])
    # It stays in the background as the owner; its output would be waited for.
    subprocess.run([*command, "-i"], input=given, check=True, stdout=subprocess.DEVNULL)
    wait_until(lambda: client.owner(how[1]) not in {before, 0}, "xclip owns the selection")
    client.connection.disconnect()
    return b""


@contextmanager
def gtk(display: str, *how: str) -> Iterator[None]:
    """A GTK program that owns the clipboard meanwhile."""
    with subprocess.Popen(
        [SYSTEM_PYTHON, "-c", GTK, *how], env=_at(display), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        if process.stdout.readline() != b"ready\n":
            pytest.skip("GTK 3 for Python is not installed")
        try:
            yield
        finally:
            process.kill()


def gtk_paste(display: str, how: str) -> str:
    """What a GTK program gets."""
    done = subprocess.run(
        [SYSTEM_PYTHON, "-c", GTK, how], env=_at(display), capture_output=True, timeout=20
    )
    if b"ModuleNotFoundError" in done.stderr or b"ValueError: Namespace" in done.stderr:
        pytest.skip("GTK 3 for Python is not installed")
    return done.stdout.decode()


def _at(display: str) -> dict[str, str]:
    return {**os.environ, "DISPLAY": display, "GDK_BACKEND": "x11", "NO_AT_BRIDGE": "1"}


class Keeper:
    """
    A clipboard manager: keeps what it is asked to save, as the freedesktop.org protocol says.

    Attributes:
        kept: Each format and its content.
        saved: Set when something was saved.

    """

    def __init__(self, display: str) -> None:
        self.kept: dict[str, bytes] = {}
        self.saved = threading.Event()
        self._connection = xcffib.connect(display)
        self._core = self._connection.core
        self._properties = Properties(self._connection)
        self._window = hidden_window(self._connection)
        atom = self._properties.atom
        self._core.SetSelectionOwner(self._window, atom("CLIPBOARD_MANAGER"), 0)
        self._core.GetInputFocus().reply()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        request = self._wait(xcffib.xproto.SelectionRequestEvent)
        atom = self._properties.atom
        wanted = self._properties.take(request.requestor, request.property, 1 << 16)
        assert wanted is not None
        for target in wanted.numbers:
            self._core.ConvertSelection(
                self._window, atom("CLIPBOARD"), target, atom("KEPT"), request.time
            )
            self._wait(xcffib.xproto.SelectionNotifyEvent)
            given = self._properties.take(self._window, atom("KEPT"), 1 << 24)
            assert given is not None
            self.kept[self._properties.name(target)] = given.content
        notice = xcffib.xproto.SelectionNotifyEvent.synthetic(
            request.time, request.requestor, request.selection, request.target, request.property
        )
        self._core.SendEvent(False, request.requestor, 0, notice.pack())
        self._connection.flush()
        self.saved.set()

    def _wait(self, kind: type) -> "xcffib.Event":
        self._connection.flush()
        while not isinstance(event := self._connection.wait_for_event(), kind):
            pass
        return event


class Client:
    """Asks for a selection in ways that ordinary programs do not."""

    def __init__(self, display: str) -> None:
        self.connection = xcffib.connect(display)
        self.properties = Properties(self.connection)
        self.window = hidden_window(self.connection)

    def owner(self, selection: str) -> int:
        """The window that owns a selection; 0 where none does."""
        atom = self.properties.atom(selection.upper())
        return int(self.connection.core.GetSelectionOwner(atom).reply().owner)

    def ask(self, target: str, place: str | None = "PLACE", time: int = 0) -> int:
        """Ask for CLIPBOARD; where the answer was put, 0 where it was refused."""
        atom = self.properties.atom
        self.connection.core.ConvertSelection(
            self.window, atom("CLIPBOARD"), atom(target), atom(place) if place else 0, time
        )
        self.connection.flush()
        while True:
            event = self.connection.wait_for_event()
            if isinstance(event, xcffib.xproto.SelectionNotifyEvent):
                return int(event.property)

    def numbers(self, place: str = "PLACE") -> tuple[int, ...]:
        """The numbers that were put there."""
        found = self.properties.take(self.window, self.properties.atom(place), 1 << 16)
        assert found is not None
        return found.numbers

    def content(self, place: str) -> bytes:
        """The bytes that were put there."""
        found = self.properties.take(self.window, self.properties.atom(place), 1 << 24)
        assert found is not None
        return found.content

    def put_pairs(self, place: str, *pairs: tuple[str, str]) -> None:
        """Prepare a request for several formats at once."""
        atom = self.properties.atom
        numbers = tuple(atom(name) for pair in pairs for name in pair)
        self.properties.put_numbers(self.window, atom(place), atom("ATOM_PAIR"), numbers)


def png(width: int, height: int) -> bytes:
    """A PNG file that does not compress well."""
    noise = Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))
    noise.putpixel((0, 0), (1, 2, 3))
    file = io.BytesIO()
    noise.save(file, "PNG", compress_level=1)
    return file.getvalue()
