"""A desktop of 1920x1080 with something on it: a virtual X server, openbox, coloured terminals."""

import asyncio.base_events
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import mss
import xcffib
import xcffib.res
import xcffib.xproto

from ..row import CannotMeasureError

WIDTH, HEIGHT = 1920, 1080
READY_S = 20.0
POLL_S = 0.02
STILL_S = 0.3
NEEDED = ("Xvfb", "openbox", "xterm")
TERMINALS = ("100x30+20+20", "100x30+20+520", "110x34+760+40", "90x28+1100+560")
STRIPE_ROWS = 8

# Colours the words of a program, one colour a terminal, and stays.
COLOURED = r"""
sed -n '{first},+60p' '{file}' | sed -E \
  's/(def|class|return|if|self|await|raise)/\x1b[1;3{colour}m\1\x1b[0m/g'
exec sleep 100000
"""


@contextmanager
def desktop(home: Path) -> Iterator[str]:
    """
    Have a desktop while the context lasts; yields its display.

    Raises:
        CannotMeasureError: A program that it needs is missing.

    """
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        raise CannotMeasureError(f"{', '.join(missing)} missing; `make setup` installs it")
    with ExitStack() as stack:
        display = stack.enter_context(_x_server())
        environment = {**os.environ, "DISPLAY": display, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        connection = xcffib.connect(display)
        stack.callback(connection.disconnect)
        stack.enter_context(started(["openbox"], environment))
        _wait_until(lambda: _property(connection, "_NET_SUPPORTING_WM_CHECK"), "openbox runs")
        _paint(connection)
        for number, geometry in enumerate(TERMINALS, start=1):
            stack.enter_context(started(_terminal(number, geometry), environment))
        _wait_until(
            lambda: len(_property(connection, "_NET_CLIENT_LIST")) == len(TERMINALS),
            "the terminals show",
        )
        _wait_until(lambda: _is_still(display), "the terminals are drawn")
        yield display


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while the context lasts."""
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def x_clients(display: str) -> int:
    """How many connections the X server has, this one left out."""
    connection = xcffib.connect(display)
    try:
        found = connection(xcffib.res.key).QueryClients().reply()
        return int(found.num_clients) - 1
    finally:
        connection.disconnect()


def active_title(display: str) -> str:
    """The title of the window that the window manager has given the focus; "" for none."""
    connection = xcffib.connect(display)
    try:
        (window,) = _property(connection, "_NET_ACTIVE_WINDOW") or [0]
        title = xcffib.xproto.Atom.WM_NAME
        found = connection.core.GetProperty(False, window, title, 0, 0, 64).reply()
        return bytes(found.value.buf()).decode("latin-1")
    except xcffib.xproto.WindowError:
        return ""
    finally:
        connection.disconnect()


@contextmanager
def _x_server() -> Iterator[str]:
    ready, theirs = os.pipe()
    screen = f"{WIDTH}x{HEIGHT}x24"
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", screen, "-dpi", "96"]
    with subprocess.Popen(
        [*command, "-nolisten", "tcp", "-noreset", "-ac"],
        pass_fds=[theirs],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(theirs)
        try:
            yield f":{os.read(ready, 16).decode().strip()}"
        finally:
            os.close(ready)
            server.kill()


def _terminal(number: int, geometry: str) -> list[str]:
    script = COLOURED.format(first=number * 150, file=asyncio.base_events.__file__, colour=number)
    look = ["-fa", "DejaVu Sans Mono", "-fs", "10", "-bg", "#10141a", "-fg", "#d0d6de"]
    return ["xterm", *look, "-geometry", geometry, "-e", "sh", "-c", script]


def _paint(connection: xcffib.Connection) -> None:
    """Put a gradient behind the windows."""
    root = connection.setup.roots[0].root
    core, pixmap, pen = connection.core, connection.generate_id(), connection.generate_id()
    core.CreatePixmap(24, pixmap, root, WIDTH, HEIGHT)
    core.CreateGC(pen, pixmap, 0, [])
    for y in range(0, HEIGHT, STRIPE_ROWS):
        rows = b"".join(_gradient_row(y + row) for row in range(STRIPE_ROWS))
        form = xcffib.xproto.ImageFormat.ZPixmap
        core.PutImage(form, pixmap, pen, WIDTH, STRIPE_ROWS, 0, y, 0, 24, len(rows), rows)
    core.ChangeWindowAttributes(root, xcffib.xproto.CW.BackPixmap, [pixmap])
    core.ClearArea(False, root, 0, 0, WIDTH, HEIGHT)
    connection.core.GetInputFocus().reply()


def _gradient_row(y: int) -> bytes:
    return bytes((114 + 30 * y // HEIGHT, 60 + 100 * y // HEIGHT, 30 + y % 12, 0)) * WIDTH


def _is_still(display: str) -> bool:
    with mss.MSS(display=display) as camera:
        before = camera.grab(camera.monitors[0]).raw
        time.sleep(STILL_S)
        return bool(before == camera.grab(camera.monitors[0]).raw)


def _property(connection: xcffib.Connection, name: str) -> list[int]:
    root = connection.setup.roots[0].root
    atom = connection.core.InternAtom(False, len(name), name).reply().atom
    found = connection.core.GetProperty(False, root, atom, 0, 0, 1024).reply()
    return list(struct.unpack(f"{found.value_len}I", found.value.buf()))


def _wait_until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + READY_S
    while not condition():
        if time.monotonic() > end:
            raise CannotMeasureError(f"not within {READY_S:g} s: {what}")
        time.sleep(POLL_S)
