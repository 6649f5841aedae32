"""UFO's HostAgent and AppAgent on a Linux desktop that calls itself a Windows one."""

import base64
import io
import json
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.contracts.tracked import ROOT
from tests.end_to_end.rigs import Agent, Frame, PlainHub, action, command, run_async, running
from tests.gtk import Session, accessible_session
from tests.x11 import SYSTEM_PYTHON, wait_until, window_manager

CAPTURE = (
    ROOT.parent / "shared/protocol/frames/08_windows_hostagent_appagent_vs_scripted_device.jsonl"
)
TITLE = "Untitled - Notepad"
HOST, APP = "HostAgent", "AppAgent"
FIELDS = ["control_text", "control_type", "control_rect", "source"]

# A window with a button, a text field, and a place that tells where it was clicked.
NOTEPAD = r"""
import sys, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
out = open(sys.argv[1], "a", buffering=1)
def tell(line):
    out.write(line + "\n")
window = Gtk.Window(title=sys.argv[2])
window.set_default_size(400, 300)
box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
window.add(box)
save = Gtk.Button(label="Save")
save.connect("clicked", lambda _: tell("saved"))
box.pack_start(save, False, False, 0)
entry = Gtk.Entry()
entry.get_accessible().set_name("Name")
entry.connect("changed", lambda e: tell("entry: " + e.get_text()))
box.pack_start(entry, False, False, 0)
area = Gtk.EventBox()
area.connect("button-press-event", lambda a, e: tell(
    f"area: {e.x / a.get_allocated_width():.2f} {e.button} {e.type.value_nick}"))
area.connect("button-release-event", lambda a, e: tell("area released"))
area.connect("scroll-event", lambda a, e: tell("scrolled " + e.direction.value_nick))
area.add_events(1 << 21)
box.pack_start(area, True, True, 0)
window.connect("key-press-event", lambda w, e: tell(f"key {e.keyval} {int(e.state) & 4}"))
window.connect("map-event", lambda *_: tell("shown"))
window.show_all()
Gtk.main()
"""


@dataclass(frozen=True)
class Notepad:
    """A window, and what it has told."""

    file: Path

    def expect(self, line: str) -> None:
        """Wait until it has told *line*."""
        wait_until(lambda: line in self.told(), f"the window tells {line!r}: {self.told()}")

    def told(self) -> list[str]:
        """Everything so far."""
        return self.file.read_text().splitlines()


@contextmanager
def notepad(session: Session, folder: Path) -> Iterator[Notepad]:
    """Show the window."""
    file = folder / "told"
    file.touch()
    with subprocess.Popen(
        [SYSTEM_PYTHON, "-c", NOTEPAD, str(file), TITLE],
        env=session.environment,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            window = Notepad(file)
            window.expect("shown")
            yield window
        finally:
            process.kill()


@dataclass(frozen=True)
class Ufo:
    """UFO's server, which calls as its agents do."""

    hub: PlainHub
    names: Iterator[int]

    async def result(
        self, agent: str, tool: str, kind: str = "action", /, **parameters: object
    ) -> Frame:
        """The result of one call."""
        name = f"u{next(self.names)}"
        asked = {**action(tool, **parameters), "tool_type": kind}
        frame = {**command(name, asked), "agent_name": agent, "process_name": TITLE}
        await self.hub.say(frame)
        await self.hub.until(lambda: bool(self.hub.results(name)))
        (result,) = self.hub.results(name)[-1]["action_results"]
        return dict(result)

    async def act(self, tool: str, **parameters: object) -> Any:  # noqa: ANN401 -- JSON
        """What an AppAgent's action that succeeds gives."""
        result = await self.result(APP, tool, **parameters)
        assert result["status"] == "success", f"{tool}: {result['error']}"
        return result["result"]

    async def look(self, tool: str, **parameters: object) -> Any:  # noqa: ANN401 -- JSON
        """What is collected."""
        agent = HOST if "desktop" in tool else APP
        result = await self.result(agent, tool, "data_collection", **parameters)
        assert result["status"] == "success", f"{tool}: {result['error']}"
        return result["result"]


@asynccontextmanager
async def ufo(folder: Path, session: Session, *flags: str) -> AsyncIterator[Ufo]:
    """Have the agent registered with UFO's server as a Windows device."""
    async with PlainHub().open() as hub:
        agent = Agent(
            folder, "--hub", hub.url, "--as-platform", "windows", *flags, display=session.display
        )
        agent._environment = session.environment
        with running(agent):
            await hub.registered()
            assert hub.registers[0]["metadata"]["platform"] == "windows"
            yield Ufo(hub, count(1))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with accessible_session() as session, window_manager(session.display, tmp_path):
        yield session


def image_of(url: str) -> Image.Image:
    head, _, encoded = url.partition(";base64,")
    assert head.startswith("data:image/")
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


async def selected(server: Ufo) -> None:
    windows = await server.look("get_desktop_app_target_info", remove_empty=True)
    (window,) = [each for each in windows if each["name"] == TITLE]
    told = await server.result(HOST, "select_application_window", id=window["id"], name=TITLE)
    assert told["status"] == "success", told
    assert told["result"]["window_info"]["title"] == TITLE


async def control(server: Ufo, name: str) -> dict[str, str]:
    """A control by its name, once the program is on the accessibility bus."""
    while True:
        listed = await server.look("get_app_window_controls_target_info", field_list=FIELDS)
        for each in listed:
            if each["name"] == name:
                return {"id": each["id"], "name": name}


def test_an_app_agent_works_in_a_window_by_its_controls(tmp_path: Path, session: Session) -> None:
    async def story(window: Notepad) -> None:
        async with ufo(tmp_path, session) as server:
            await selected(server)
            assert image_of(await server.look("capture_window_screenshot")).size == (400, 300)
            info = await server.look("get_app_window_info", field_list=FIELDS)
            assert (info["control_text"], info["control_type"]) == (TITLE, "Window")
            save, field = await control(server, "Save"), await control(server, "Name")
            assert "Clicked" in await server.act("click_input", **save)
            window.expect("saved")
            await server.act("set_edit_text", **field, text="hé")
            window.expect("entry: hé")
            await server.act("set_edit_text", **field, text=" 你")
            window.expect("entry: hé 你")
            await server.act("set_edit_text", **field, text="new", clear_current_text=True)
            window.expect("entry: new")
            assert await server.act("texts", **field) == "new"
            await server.act("keyboard_input", **field, keys="{END}x{BACKSPACE}y")
            window.expect("entry: newy")
            await server.act("keyboard_input", id="", name="", keys="^s", control_focus=False)
            window.expect("key 115 4")
            tree = await server.look("get_ui_tree")
            assert tree["control_type"] == "Window"
            listed = await server.look("get_app_window_controls_info", field_list=["control_type"])
            assert {"control_type": "Button"} in listed

    with notepad(session, tmp_path) as window:
        run_async(lambda: story(window))


def test_an_app_agent_works_in_a_window_by_fractions(tmp_path: Path, session: Session) -> None:
    async def story(window: Notepad) -> None:
        async with ufo(tmp_path, session) as server:
            await selected(server)
            await server.act("click_on_coordinates", x=0.25, y=0.8, double=True)
            window.expect("area: 0.25 1 2button-press")
            places = {"start_x": 0.5, "start_y": 0.7, "end_x": 0.75, "end_y": 0.9}
            await server.act("drag_on_coordinates", **places, duration=0.1)
            window.expect("area: 0.50 1 button-press")
            seen = {"kind": "control", "name": "spot", "type": "Pane", "rect": None}
            rect = (await server.look("get_app_window_info", field_list=FIELDS))["control_rect"]
            left, top, right, bottom = rect
            place = [left, (top + bottom) // 2, right, bottom]
            await server.look("add_control_list", control_list=[{**seen, "rect": place}])
            controls = {"id": "1", "name": "spot"}
            await server.act("click_input", **controls, button="right")
            window.expect("area: 0.50 3 button-press")
            await server.act("wheel_mouse_input", **controls, wheel_dist=-1)
            window.expect("scrolled down")
            assert await server.act("summary", text="seen") == "seen"
            assert "0.1" in await server.act("wait", seconds=0.1)
            refused = await server.result(APP, "table2markdown", sheet_name="x")
            assert "exist on Windows alone" in refused["error"]

    with notepad(session, tmp_path) as window:
        run_async(lambda: story(window))


def test_a_host_agent_sees_the_desktop_and_starts_programs(
    tmp_path: Path, session: Session
) -> None:
    async def story() -> None:
        async with ufo(tmp_path, session, "--allow", "shell") as server:
            for everything in (True, False):
                shot = await server.look("capture_desktop_screenshot", all_screens=everything)
                assert image_of(shot).size == (1280, 800)
            listed = await server.result(HOST, "list_tools", tool_type="action")
            names = {tool["tool_name"] for tool in listed["result"]}
            assert names == {"select_application_window", "run_shell"}
            started = await server.result(
                HOST, "run_shell", bash_command=f"touch {tmp_path}/started"
            )
            assert (started["status"], started.get("result")) == ("success", None)
            wait_until((tmp_path / "started").exists, "the program has run")

    run_async(story)


@pytest.mark.skipif(not CAPTURE.exists(), reason="no captured frames lie beside us")
def test_what_ufos_server_once_sent_is_answered_without_one_unknown_name(
    tmp_path: Path, session: Session
) -> None:
    lines = [json.loads(line) for line in CAPTURE.read_text(encoding="utf-8").splitlines()]
    frames = [line["json"] for line in lines if line["dir"] == "s2c" and "json" in line]
    commands = [frame for frame in frames if frame["type"] == "command"]
    assert len(commands) == 18

    async def story(window: Notepad) -> None:
        async with ufo(tmp_path, session) as server:
            await selected(server)
            await control(server, "Save")
            for frame in commands:
                await server.hub.say(frame)
                name = frame["response_id"]
                await server.hub.until(lambda name=name: bool(server.hub.results(name)))
                results = server.hub.results(name)[-1].get("action_results") or []
                assert [result["status"] for result in results] == ["success"] * len(
                    frame["actions"]
                ), results
            window.expect("saved")

    with notepad(session, tmp_path) as window:
        run_async(lambda: story(window))
