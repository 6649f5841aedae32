"""Windows to type into that write down what they were given: an xterm and a Tk entry."""

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ..row import CannotMeasureError
from .desktop import active_title, started

# A virtual environment may lack tkinter, so the system's interpreter runs it.
SYSTEM_PYTHON = "/usr/bin/python3"
READY_S = 20.0
POLL_S = 0.02
SETTLED_S = 0.5

TK_ENTRY = r"""
import os, sys, tkinter
root = tkinter.Tk()
root.title("bench Tk")
root.geometry("900x60+120+930")
content = tkinter.StringVar()
entry = tkinter.Entry(root, width=110, textvariable=content)
entry.pack(padx=8, pady=8)
told = None
def tell():
    global told
    if content.get() != told:
        told = content.get()
        with open(sys.argv[1] + ".new", "wb") as out:
            out.write(told.encode("utf-8", "surrogatepass"))
        os.replace(sys.argv[1] + ".new", sys.argv[1])
    root.after(20, tell)
entry.bind("<Map>", lambda event: (entry.focus_force(), root.after(50, tell)))
root.mainloop()
"""


@dataclass(slots=True)
class Window:
    """
    A window that tells what was typed into it.

    Attributes:
        name: ``xterm`` or ``Tk``.
        display: Where it is.
        place: Where to click to give it the focus.

    """

    name: str
    display: str
    place: tuple[int, int]
    _file: Path
    _known: str = ""

    def is_active(self, patience_s: float = 60.0) -> bool:
        """
        Block until the window manager has given it the focus; whether it did.

        openbox looks at its keys anew for every change of the keyboard's mapping, and may be
        seconds behind after a text of many scripts.
        """
        end = time.monotonic() + patience_s
        while active_title(self.display) != f"bench {self.name}" and time.monotonic() < end:
            time.sleep(POLL_S)
        return time.monotonic() < end

    def typed(self) -> str:
        """What came since it was last asked to forget."""
        text = self._file.read_bytes().decode("utf-8", "replace")
        return text.removeprefix(self._known)

    def typed_like(self, text: str, patience_s: float = 8.0) -> str:
        """Block until *text* has come, or for as long as a window may need; forget it and more."""
        end = time.monotonic() + patience_s
        while self.typed() != text and time.monotonic() < end:
            time.sleep(POLL_S)
        found = self.typed()
        self._known += found
        return found


@asynccontextmanager
async def xterm(display: str, folder: Path) -> AsyncIterator[Window]:
    """A terminal whose program writes down every byte that it is given."""
    file = folder / "xterm.typed"
    script = f"stty raw -echo; exec cat > '{file}'"
    look = ["-u8", "-T", "bench xterm", "-geometry", "110x6+120+700", "-fa", "DejaVu Sans Mono"]
    command = ["xterm", *look, "-e", "sh", "-c", script]
    with started(command, _environment(display)) as process:
        yield await asyncio.to_thread(_ready, Window("xterm", display, (180, 760), file), process)


@asynccontextmanager
async def tk_entry(display: str, folder: Path) -> AsyncIterator[Window]:
    """A Tk entry field."""
    if shutil.which(SYSTEM_PYTHON) is None:
        raise CannotMeasureError("python3-tk missing; `make setup` installs it")
    file = folder / "tk.typed"
    with started([SYSTEM_PYTHON, "-c", TK_ENTRY, str(file)], _environment(display)) as process:
        yield await asyncio.to_thread(_ready, Window("Tk", display, (300, 972), file), process)


def _environment(display: str) -> dict[str, str]:
    return {**os.environ, "DISPLAY": display, "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}


def _ready(window: Window, process: subprocess.Popen[bytes]) -> Window:
    end = time.monotonic() + READY_S
    while not window._file.exists():  # noqa: SLF001 -- the same room
        if process.poll() is not None or time.monotonic() > end:
            raise CannotMeasureError(f"the {window.name} window does not open")
        time.sleep(POLL_S)
    # The file is there before the window manager is done with the window.
    time.sleep(SETTLED_S)
    return window
