"""Applications that tell what happened to them: a GTK window and a page in Chromium."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.x11 import POLL_S, READY_S, SYSTEM_PYTHON, Target, _fifo, _running, wait_until

# Tells its content as the Tk window of tests.x11 does.
GTK_WINDOW = r"""
import sys
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk
out = open(sys.argv[1], "wb", buffering=0)
window = Gtk.Window(title="gtk target")
window.set_default_size(700, 60)
entry = Gtk.Entry()
window.add(entry)
told = None
def tell():
    global told
    text = entry.get_text()
    if text != told:
        out.write(text.encode() + b"\0")
        told = text
    return True
def start(*_):
    GLib.timeout_add(20, tell)
window.connect("map-event", start)
window.show_all()
Gtk.main()
"""

TEXT_FIELD = """<!doctype html><meta charset="utf-8"><title>page target</title>
<style>body { margin: 0 } textarea { width: 90vw; height: 40vh }</style>
<textarea id="field" spellcheck="false"></textarea>"""
QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--password-store=basic",
)  # fmt: skip


@contextmanager
def gtk_entry(
    display: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Target]:
    """A GTK entry."""
    pipe = _fifo(folder / "gtk")
    command = [SYSTEM_PYTHON, "-c", GTK_WINDOW, str(folder / "gtk")]
    with _running(command, display, pipe, whole_content=True, more=environment) as target:
        yield target


@dataclass
class Page:
    """A page that shows itself on a display, and is asked over its browser's debugging port."""

    _link: ClientConnection
    _asked: int = 0

    @property
    def center(self) -> tuple[int, int]:
        """A place in its text field that takes clicks."""
        return self.place_of("field")

    def text(self) -> str:
        """What stands in its text field."""
        return str(self.evaluate("field.value"))

    def expect(self, text: str, timeout_s: float = 10.0) -> None:
        """Wait until its text field holds exactly *text*."""
        end = time.monotonic() + timeout_s
        while (found := self.text()) != text:
            assert time.monotonic() < end, f"{found!r} is not {text!r}"
            time.sleep(POLL_S)

    def place_of(self, element: str) -> tuple[int, int]:
        """The middle of an element, in screen pixels."""
        x, y = self.evaluate(
            "(box => [screenX + outerWidth - innerWidth + box.x + box.width / 2,"
            " screenY + outerHeight - innerHeight + box.y + box.height / 2])"
            f"({element}.getBoundingClientRect())"
        )
        return round(x), round(y)

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 -- JSON
        """The value of an expression of JavaScript in the page."""
        self._asked += 1
        asked = {"expression": expression, "returnByValue": True}
        question = {"id": self._asked, "method": "Runtime.evaluate", "params": asked}
        self._link.send(json.dumps(question))
        while (answer := json.loads(self._link.recv(READY_S))).get("id") != self._asked:
            pass
        return answer["result"]["result"].get("value")


@contextmanager
def chromium(
    display: str,
    folder: Path,
    html: str = TEXT_FIELD,
    *flags: str,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Page]:
    """A real browser that shows *html*; skips the test, saying so, where there is none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is missing; `make setup` installs it on Debian")
    profile = folder / "chromium"
    place = ("--window-position=0,0", "--window-size=900,600", "--remote-debugging-port=0")
    # A page from a file counts as secure, one from a data URL does not, and may then do less.
    file = folder / "page.html"
    file.write_text(html, encoding="utf-8")
    page = f"--app={file.as_uri()}"
    surroundings = {**os.environ, "DISPLAY": display, "HOME": str(folder), **(environment or {})}
    with subprocess.Popen(
        [program, *QUIET, *place, *flags, f"--user-data-dir={profile}", page],
        env=surroundings,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as browser:
        try:
            with connect(_debugger(profile), max_size=None) as link:
                found = Page(link)
                shown = "document.readyState == 'complete' && document.hasFocus()"
                wait_until(lambda: bool(found.evaluate(shown)), "the page is shown")
                yield found
        finally:
            browser.terminate()


def _debugger(profile: Path) -> str:
    """Where the page of a browser that is just starting can be asked."""
    told = profile / "DevToolsActivePort"
    wait_until(lambda: told.exists() and "\n" in told.read_text(), "Chromium starts")
    port = told.read_text().partition("\n")[0]
    found: list[str] = []

    def pages() -> bool:
        with urlopen(f"http://127.0.0.1:{port}/json/list") as listed:
            shown = [entry for entry in json.loads(listed.read()) if entry["type"] == "page"]
        found.extend(entry["webSocketDebuggerUrl"] for entry in shown)
        return bool(found)

    wait_until(pages, "Chromium has a page")
    return found[0]
