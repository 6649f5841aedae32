"""Windows that write down what the pointer, the keyboard and the window manager did to them."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.applications import Page, chromium
from tests.x11 import SYSTEM_PYTHON, wait_until

Event = dict[str, Any]
SQUARE = (255, 0, 128)
"""The colour of a square of 60 pixels in each window, which tells of clicks on it."""

GTK = r"""
import json, sys
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk
out = open(sys.argv[1], "a", buffering=1)
MODS = (("shift", 1), ("ctrl", 4), ("alt", 8))
KINDS = {Gdk.EventType.BUTTON_PRESS: 1, Gdk.EventType._2BUTTON_PRESS: 2,
         Gdk.EventType._3BUTTON_PRESS: 3}
WAYS = {Gdk.ScrollDirection.UP: "up", Gdk.ScrollDirection.DOWN: "down",
        Gdk.ScrollDirection.LEFT: "left", Gdk.ScrollDirection.RIGHT: "right"}
def tell(kind, **more):
    out.write(json.dumps({"kind": kind, **more}) + "\n")
def held(event):
    return [name for name, bit in MODS if event.state & bit]
def at(event):
    return {"x": round(event.x_root), "y": round(event.y_root), "held": held(event)}
def press(_, event):
    tell("press", button=event.button, count=KINDS[event.type], **at(event))
def scroll(_, event):
    tell("scroll", way=WAYS[event.direction], clicks=1, held=held(event))
def key(_, event):
    kind = "key" if event.type == Gdk.EventType.KEY_PRESS else "key up"
    tell(kind, key=Gdk.keyval_name(event.keyval), held=held(event), time=event.time)
def placed(window, event):
    x, y = window.get_window().get_root_coords(0, 0)
    tell("placed", x=x, y=y, width=event.width, height=event.height)
def state(_, event):
    now = event.new_window_state
    tell("state", minimised=bool(now & Gdk.WindowState.ICONIFIED),
         maximised=bool(now & Gdk.WindowState.MAXIMIZED),
         active=bool(now & Gdk.WindowState.FOCUSED))
window = Gtk.Window(title=sys.argv[2])
window.set_default_size(500, 400)
window.move(200, 120)
look = Gtk.CssProvider()
look.load_from_data(b"window { background: white } #square { background: rgb(255, 0, 128) }")
Gtk.StyleContext.add_provider_for_screen(Gdk.Screen.get_default(), look, 800)
area, table, square = Gtk.EventBox(), Gtk.Fixed(), Gtk.EventBox(name="square")
square.set_size_request(60, 60)
table.put(square, 300, 200)
area.add(table)
M = Gdk.EventMask
area.add_events(M.BUTTON_PRESS_MASK | M.BUTTON_RELEASE_MASK | M.SCROLL_MASK | M.BUTTON_MOTION_MASK)
area.connect("button-press-event", press)
area.connect("button-release-event", lambda _, e: tell("release", button=e.button, **at(e)))
area.connect("motion-notify-event", lambda _, e: tell("motion", **at(e)))
area.connect("scroll-event", scroll)
window.connect("key-press-event", key)
window.connect("key-release-event", key)
window.connect("configure-event", placed)
window.connect("window-state-event", state)
window.connect("delete-event", lambda *_: (tell("closed"), Gtk.main_quit()))
window.connect("map-event", lambda *_: tell("shown"))
window.add(area)
window.show_all()
Gtk.main()
"""

TK = r"""
import json, sys, tkinter
out = open(sys.argv[1], "a", buffering=1)
MODS = (("shift", 1), ("ctrl", 4), ("alt", 8))
def tell(kind, **more):
    out.write(json.dumps({"kind": kind, **more}) + "\n")
def held(event):
    return [name for name, bit in MODS if event.state & bit]
def at(event):
    return {"x": event.x_root, "y": event.y_root, "held": held(event)}
def press(count):
    return lambda e: tell("press", button=e.num, count=count, **at(e))
root = tkinter.Tk()
root.title(sys.argv[2])
root.geometry("500x400+200+120")
area = tkinter.Canvas(root, background="white", highlightthickness=0)
area.pack(fill="both", expand=True)
area.create_rectangle(300, 200, 360, 260, fill="#ff0080", width=0)
for count, name in enumerate(("Button", "Double-Button", "Triple-Button"), start=1):
    for button in (1, 2, 3):
        area.bind(f"<{name}-{button}>", press(count))
area.bind("<ButtonRelease>", lambda e: e.num < 4 and tell("release", button=e.num, **at(e)))
area.bind("<B1-Motion>", lambda e: tell("motion", **at(e)))
area.bind("<Button-4>", lambda e: tell("scroll", way="up", clicks=1, held=held(e)))
area.bind("<Button-5>", lambda e: tell("scroll", way="down", clicks=1, held=held(e)))
root.bind("<Key>", lambda e: tell("key", key=e.keysym, held=held(e), time=e.time))
root.bind("<KeyRelease>", lambda e: tell("key up", key=e.keysym, held=held(e), time=e.time))
def placed(event):
    if event.widget is root:
        tell("placed", x=root.winfo_rootx(), y=root.winfo_rooty(),
             width=event.width, height=event.height)
root.bind("<Configure>", placed)
root.protocol("WM_DELETE_WINDOW", lambda: (tell("closed"), root.destroy()))
area.bind("<Map>", lambda _: root.after(100, lambda: (root.focus_force(), tell("shown"))))
root.mainloop()
"""

PAGE = """<!doctype html><meta charset="utf-8"><title>page reporter</title>
<style>body { margin: 0; height: 200vh; width: 200vw; background: white; user-select: none }
#square { position: fixed; left: 300px; top: 200px; width: 60px; height: 60px;
background: rgb(255, 0, 128) }</style><div id="square"></div><script>
const log = [], CLICK_PIXELS = 120;  // Several clicks at once come as one event.
const held = e => [["shift", e.shiftKey], ["ctrl", e.ctrlKey], ["alt", e.altKey]]
  .filter(([_, down]) => down).map(([name]) => name);
const tell = (kind, e, more) => log.push({kind, held: held(e), time: e.timeStamp, ...more});
const at = e => ({x: e.screenX, y: e.screenY, button: e.button + 1});
addEventListener("mousedown", e => tell("press", e, {...at(e), count: e.detail}));
addEventListener("mouseup", e => tell("release", e, at(e)));
addEventListener("pointermove", e => e.buttons && e.getCoalescedEvents().forEach(
  each => tell("motion", each, at(each))));
addEventListener("contextmenu", e => e.preventDefault());
addEventListener("auxclick", e => e.preventDefault());
addEventListener("wheel", e => { e.preventDefault(); tell("scroll", e, {
  way: e.deltaY ? (e.deltaY > 0 ? "down" : "up") : (e.deltaX > 0 ? "right" : "left"),
  clicks: Math.abs(e.deltaY || e.deltaX) / CLICK_PIXELS}); }, {passive: false});
addEventListener("keydown", e => tell("key", e, {key: e.key}));
addEventListener("keyup", e => tell("key up", e, {key: e.key}));
</script>"""


@dataclass(frozen=True)
class Reporter:
    """
    A window that tells events.

    Attributes:
        title: The window's.
        events: Everything so far, oldest first.

    """

    title: str
    events: Callable[[], list[Event]]

    def of(self, kind: str, **wanted: object) -> list[Event]:
        """The events of a kind that hold all this."""
        return [
            event
            for event in self.events()
            if event["kind"] == kind and all(event.get(name) == wanted[name] for name in wanted)
        ]

    def clicks(self, way: str) -> int:
        """How far the wheel was turned that way."""
        return round(sum(event["clicks"] for event in self.of("scroll", way=way)))

    def last(self, kind: str) -> Event:
        """The newest event of a kind."""
        return self.of(kind)[-1]


Window = Callable[[str, Path], AbstractContextManager[Reporter]]


@contextmanager
def gtk_reporter(
    display: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Reporter]:
    """A GTK window."""
    with _telling("gtk reporter", GTK, display, folder, environment or {}) as reporter:
        yield reporter


@contextmanager
def tk_reporter(display: str, folder: Path, title: str = "tk reporter") -> Iterator[Reporter]:
    """A Tk window; it has no scrolling sideways."""
    with _telling(title, TK, display, folder, {}) as reporter:
        yield reporter


@contextmanager
def page_reporter(display: str, folder: Path) -> Iterator[Reporter]:
    """A page in Chromium."""
    with chromium(display, folder, PAGE) as page:
        yield Reporter("page reporter", lambda: _logged(page))


def _logged(page: Page) -> list[Event]:
    events: list[Event] = page.evaluate("log")
    return events


@contextmanager
def _telling(
    title: str, script: str, display: str, folder: Path, more: Mapping[str, str]
) -> Iterator[Reporter]:
    file = folder / f"{title.replace(' ', '-')}.jsonl"
    file.touch()
    environment = {**os.environ, "DISPLAY": display, "LC_ALL": "C.UTF-8", **more}
    command = [SYSTEM_PYTHON, "-c", script, str(file), title]

    def events() -> list[Event]:
        # A line without an end is still being written.
        return [json.loads(line) for line in file.read_text().split("\n")[:-1]]

    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            reporter = Reporter(title, events)
            wait_until(lambda: bool(reporter.of("shown")), f"{title} shows")
            yield reporter
        finally:
            process.kill()
