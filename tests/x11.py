"""A real X server and real windows to type into, for tests of what the desktop sees."""

import fcntl
import os
import selectors
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import xcffib
import xcffib.xproto

READY_S = 20.0
SYSTEM_PYTHON = "/usr/bin/python3"
POLL_S = 0.01
PIPE_BYTES = 1 << 20

# Writes the whole content every 20 ms at most, ended by NUL: one that wrote every change would
# block on a full pipe while a test types. A virtual environment may lack tkinter, so the system's
# interpreter runs it.
TK_WINDOW = r"""
import sys, tkinter
out = open(sys.argv[1], "wb", buffering=0)
root = tkinter.Tk()
root.title("tk target")
root.geometry("700x90+300+20")
content = tkinter.StringVar()
entry = tkinter.Entry(root, width=90, textvariable=content)
entry.pack(padx=8, pady=8)
clicks = []
told = None
def tell():
    global told
    text = content.get() + "".join(f"[{name}]" for name in clicks)
    if text != told:
        out.write(text.encode("utf-8", "surrogatepass") + b"\0")
        told = text
    root.after(20, tell)
for name in ("Button-1", "Double-Button-1", "Button-3", "Control-s", "B1-Motion", "Button-4"):
    entry.bind(f"<{name}>", lambda event, name=name: clicks.append(name), add=True)
entry.bind("<Map>", lambda event: (entry.focus_force(), root.after(50, tell)))
root.mainloop()
"""


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = READY_S) -> None:
    """Fail the test unless *condition* holds before the deadline."""
    end = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {timeout_s} s: {what}")
        time.sleep(POLL_S)


@dataclass
class Target:
    """
    A window that tells what was typed into it.

    Attributes:
        window: Its id on the server.
        center: A place in it that takes clicks.

    """

    window: int
    center: tuple[int, int]
    _pipe: int
    _whole_content: bool
    _received: bytes = b""

    def text(self) -> str:
        """What it told so far; line breaks arrive as xterm sends them, CR."""
        content = self._received.removesuffix(b"\0")
        if self._whole_content:
            content = content.rpartition(b"\0")[2]
        return content.decode("utf-8", "replace")

    def expect(self, text: str, timeout_s: float = 10.0) -> None:
        """Wait until it contains exactly *text*."""
        end = time.monotonic() + timeout_s
        while self.text() != text:
            left_s = end - time.monotonic()
            if left_s <= 0 or not self.listen(left_s):
                assert self.text() == text

    def listen(self, timeout_s: float) -> bool:
        """Wait for something new; returns whether there was."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._pipe, selectors.EVENT_READ)
            if not selector.select(timeout_s):
                return False
        self._received += os.read(self._pipe, 1 << 16)
        return True


@contextmanager
def x_server_of_its_own(screen: str = "1280x800x24") -> Iterator[str]:
    """An X server that nobody else uses; yields its name."""
    with running_x_server(screen) as (name, _):
        yield name


@contextmanager
def running_x_server(
    screen: str = "1280x800x24", at: str | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same with its process, to be stopped or killed by the test, and *at* a wanted name."""
    xvfb = shutil.which("Xvfb")
    if sys.platform == "win32" or xvfb is None:
        pytest.fail("Xvfb is missing; `make setup` installs it")
    ready, theirs = os.pipe()
    fixed = ["-displayfd", str(theirs), "-screen", "0", screen, "-nolisten", "tcp", "-ac"]
    with subprocess.Popen(
        [xvfb, *([] if at is None else [at]), *fixed, "-noreset"],
        pass_fds=[theirs],
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(theirs)
        try:
            yield f":{os.read(ready, 16).decode().strip()}", server
        finally:
            os.close(ready)
            server.kill()


@contextmanager
def xterm(display: str, folder: Path) -> Iterator[Target]:
    """A terminal whose program writes down every byte it is given."""
    pipe = _fifo(folder / "xterm")
    record = f"stty raw -echo; exec > '{folder / 'xterm'}'; printf '\\0'; exec cat"
    look = ["-u8", "-T", "xterm target", "-geometry", "110x6+100+200", "-fa", "DejaVu Sans Mono"]
    command = ["xterm", *look, "-e", "sh", "-c", record]
    with _running(command, display, pipe) as target:
        target._received = b""
        yield target


@contextmanager
def tk_entry(display: str, folder: Path) -> Iterator[Target]:
    """A Tk entry; after its text stand the names of the other events it saw, in brackets."""
    pipe = _fifo(folder / "tk")
    command = [SYSTEM_PYTHON, "-c", TK_WINDOW, str(folder / "tk")]
    with _running(command, display, pipe, whole_content=True) as target:
        yield target


@contextmanager
def window_manager(display: str, home: Path) -> Iterator[None]:
    """Openbox, ready to manage windows."""
    environment = {**os.environ, "DISPLAY": display, "HOME": str(home)}
    connection = xcffib.connect(display)
    root = connection.setup.roots[0].root
    check = _atom(connection, "_NET_SUPPORTING_WM_CHECK")
    with subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL) as manager:
        try:
            wait_until(lambda: _has(connection, root, check), "openbox manages the display")
            yield
        finally:
            manager.kill()
            connection.disconnect()


def iconify(display: str, window: int) -> None:
    """Ask the window manager to minimise *window* (ICCCM, section 4.1.4)."""
    connection = xcffib.connect(display)
    root = connection.setup.roots[0].root
    kind = _atom(connection, "WM_CHANGE_STATE")
    iconic = 3
    content = xcffib.xproto.ClientMessageData.synthetic([iconic, 0, 0, 0, 0], "5I")
    event = xcffib.xproto.ClientMessageEvent.synthetic(32, window, kind, content)
    mask = xcffib.xproto.EventMask.SubstructureNotify | xcffib.xproto.EventMask.SubstructureRedirect
    connection.core.SendEvent(False, root, mask, event.pack(), is_checked=True).check()
    connection.disconnect()


def set_layout(display: str, *layout: str) -> None:
    """``setxkbmap`` with *layout*, and wait until it is done."""
    subprocess.run(["setxkbmap", "-display", display, *layout], check=True)


def _fifo(path: Path) -> int:
    os.mkfifo(path)
    # Opened for both, so that there is no end of file while the other side comes and goes.
    pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return pipe


@contextmanager
def _running(
    command: list[str],
    display: str,
    pipe: int,
    *,
    whole_content: bool = False,
    more: Mapping[str, str] | None = None,
) -> Iterator[Target]:
    environment = {**os.environ, "DISPLAY": display, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
    environment |= more or {}
    connection = xcffib.connect(display)
    before = _mapped(connection)
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            target = Target(0, (0, 0), pipe, whole_content)
            if not target.listen(READY_S):
                pytest.fail(f"{command[0]} was not ready within {READY_S} s")
            wait_until(lambda: bool(_mapped(connection) - before), f"{command[0]} shows a window")
            (target.window,) = _mapped(connection) - before
            _focus(connection, target)
            yield target
        finally:
            process.kill()
            connection.disconnect()
            os.close(pipe)


def _mapped(connection: xcffib.Connection) -> set[int]:
    """Applications' windows that are shown, with or without a window manager's frame around."""
    root = connection.setup.roots[0].root
    tops = list(connection.core.QueryTree(root).reply().children)
    found = set()
    for top in tops:
        try:
            inner = list(connection.core.QueryTree(top).reply().children)
            found |= {window for window in (top, *inner) if _is_application(connection, window)}
        except xcffib.xproto.WindowError:
            continue
    return found


def _is_application(connection: xcffib.Connection, window: int) -> bool:
    state = connection.core.GetWindowAttributes(window).reply()
    viewable = state.map_state == xcffib.xproto.MapState.Viewable
    return viewable and _has(connection, window, xcffib.xproto.Atom.WM_CLASS)


def _has(connection: xcffib.Connection, window: int, atom: int) -> bool:
    told = connection.core.GetProperty(False, window, atom, 0, 0, 1).reply()
    return bool(told.value_len)


def _atom(connection: xcffib.Connection, name: str) -> int:
    atom: int = connection.core.InternAtom(False, len(name), name).reply().atom
    return atom


def _focus(connection: xcffib.Connection, target: Target) -> None:
    root = connection.setup.roots[0].root
    shape = connection.core.GetGeometry(target.window).reply()
    corner = connection.core.TranslateCoordinates(target.window, root, 0, 0).reply()
    target.center = (
        corner.dst_x + shape.width // 2,
        corner.dst_y + min(20, shape.height // 2),
    )
    if not target._whole_content:
        # Tk took the focus to its entry by itself.
        connection.core.SetInputFocus(
            xcffib.xproto.InputFocus.PointerRoot, target.window, 0, is_checked=True
        ).check()
