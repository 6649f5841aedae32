"""A session bus with accessibility, and real GTK windows on it that tell what happens to them."""

import contextlib
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.x11 import READY_S, SYSTEM_PYTHON, wait_until, x_server_of_its_own

# Tells by lines what its widgets are told: "clicked", "ticked", "entry: ..." and so on.
GTK_WINDOW = r"""
import sys, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk, GLib
title = sys.argv[1]
def tell(line):
    print(line, flush=True)
window = Gtk.Window(title=title)
window.set_default_size(400, 300)
window.move(int(sys.argv[2]), int(sys.argv[3]))
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
window.add(box)
def add(widget, name=None):
    if name:
        widget.get_accessible().set_name(name)
    box.pack_start(widget, False, False, 0)
    return widget
entry = add(Gtk.Entry(text="before"), "Field")
entry.connect("changed", lambda e: tell("entry: " + e.get_text()))
stubborn = add(Gtk.Entry(text="fixed"), "Stubborn")
stubborn.connect("changed", lambda e: GLib.idle_add(e.set_text, "fixed"))
password = add(Gtk.Entry(visibility=False, text="secret"), "Password")
password.connect("changed", lambda e: tell("password: " + e.get_text()))
button = add(Gtk.Button(label="Press me"))
button.connect("clicked", lambda b: tell("clicked"))
button.connect("button-press-event", lambda b, event: tell(f"button {event.button}"))
off = add(Gtk.Button(label="Off"))
off.set_sensitive(False)
off.connect("clicked", lambda b: tell("off clicked"))
tick = add(Gtk.CheckButton(label="Tick"))
tick.connect("toggled", lambda b: tell(f"ticked: {b.get_active()}"))
area = add(Gtk.EventBox(), "Area")
area.add(Gtk.Label(label="plain words"))
area.connect("button-press-event", lambda b, event: tell(f"area button {event.button}"))
scale = add(Gtk.Scale.new_with_range(Gtk.Orientation.HORIZONTAL, 0, 10, 0.5), "Scale")
scale.connect("value-changed", lambda s: tell(f"scale: {s.get_value():g}"))
text = add(Gtk.TextView(), "Page")
text.get_buffer().set_text("one\ntwo")
closing = add(Gtk.Button(label="Close me"))
closing.connect("clicked", lambda b: window.destroy())
hidden = Gtk.Button(label="Hidden")
hidden.set_no_show_all(True)
box.pack_start(hidden, False, False, 0)
window.connect("destroy", Gtk.main_quit)
window.connect("map-event", lambda *_: tell("shown"))
window.show_all()
Gtk.main()
"""


@dataclass
class Session:
    """
    A desktop session with an accessibility bus.

    Attributes:
        display: Its X server.
        environment: What programs that belong to it inherit.

    """

    display: str
    environment: dict[str, str]


@dataclass
class GtkWindow:
    """
    A GTK window of a process of its own.

    Attributes:
        process: The process.
        title: Of the window.

    """

    process: "subprocess.Popen[bytes]"
    title: str
    told: bytes = b""

    def expect(self, line: str) -> None:
        """Wait until it has told *line*."""
        wait_until(lambda: line in self.listen(), f"{self.title} tells {line!r}")

    def listen(self) -> list[str]:
        """Everything it has told."""
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while selector.select(0.01):
                told = os.read(self.process.stdout.fileno(), 1 << 16)
                if not told:
                    break
                self.told += told
        return self.told.decode().splitlines()

    def stop(self) -> None:
        """Let it hang."""
        self.process.send_signal(signal.SIGSTOP)


@contextmanager
def accessible_session(screen: str = "1280x800x24") -> Iterator[Session]:
    """
    An X server and a session bus on which the accessibility bus can be started.

    The server is of its own, as the address of the accessibility bus is remembered there.
    """
    with x_server_of_its_own(screen) as display, _session_bus(display) as session:
        yield session


@contextmanager
def _session_bus(display: str) -> Iterator[Session]:
    daemon = shutil.which("dbus-daemon")
    if daemon is None or not Path("/usr/share/dbus-1/services/org.a11y.Bus.service").exists():
        pytest.fail("dbus and at-spi2-core are missing; `make setup` installs them")
    # Not a test's own folder: the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="bus") as folder:
        environment = {
            **os.environ,
            "DISPLAY": display,
            "XDG_RUNTIME_DIR": folder,
            "XDG_CACHE_HOME": folder,
            "GSETTINGS_BACKEND": "memory",
            "LC_ALL": "C.UTF-8",
        }
        environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
        environment.pop("NO_AT_BRIDGE", None)
        command = [
            daemon,
            "--session",
            "--nofork",
            "--print-address",
            f"--address=unix:dir={folder}",
        ]
        with subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        ) as bus:
            assert bus.stdout is not None
            address = bus.stdout.readline().strip()
            try:
                yield Session(display, {**environment, "DBUS_SESSION_BUS_ADDRESS": address})
            finally:
                _end(bus, folder)


@contextmanager
def gtk_window(
    session: Session, title: str = "gtk target", x: int = 20, y: int = 30
) -> Iterator[GtkWindow]:
    """A window with a few widgets."""
    with subprocess.Popen(
        [SYSTEM_PYTHON, "-c", GTK_WINDOW, title, str(x), str(y)],
        env=session.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        window = GtkWindow(process, title)
        try:
            wait_until(lambda: "shown" in window.listen(), "the GTK window is shown", READY_S)
            yield window
        finally:
            process.kill()


def _end(bus: "subprocess.Popen[str]", folder: str) -> None:
    """End the bus and what it has started, which carries its folder in its environment."""
    started = [process for process in psutil.process_iter() if _is_in(process, folder)]
    bus.kill()
    for process in started:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(started, timeout=5)


def _is_in(process: psutil.Process, folder: str) -> bool:
    try:
        return process.environ().get("XDG_RUNTIME_DIR") == folder
    except psutil.Error:
        return False
