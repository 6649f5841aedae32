import base64
import io
from typing import Any

import pytest
from PIL import Image

from device_agent.catalog import TOOLS, Tier, parse
from device_agent.catalog.screen import ScreenshotResult
from device_agent.errors import Failure, ToolError
from simulator.body import REACTIONS, react
from simulator.machine import FIRST_WINDOW_ID, Machine
from tests.simulator.support import machine

RECORDING = "20260101-000000-00000001"
BEFORE = {
    "stop_recording": ("start_recording",),
    "export_recording": ("start_recording", "stop_recording"),
    "delete_recording": ("start_recording", "stop_recording"),
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "mouse_move": {"x": 5, "y": 6},
    "mouse_drag": {"path": [{"x": 1, "y": 2}, {"x": 30, "y": 40}]},
    "mouse_scroll": {"dy": 3},
    "type_text": {"text": "hello"},
    "press_keys": {"keys": "ctrl+s"},
    "hold_keys": {"keys": "ctrl", "duration_s": 1.0},
    "wait_for_screen": {"until": "still"},
    "key_down": {"key": "Shift"},
    "key_up": {"key": "shift"},
    "activate_window": {"window_id": FIRST_WINDOW_ID},
    "move_window": {"window_id": FIRST_WINDOW_ID, "x": 7, "y": 8},
    "resize_window": {"window_id": FIRST_WINDOW_ID, "width": 300, "height": 200},
    "minimise_window": {"window_id": FIRST_WINDOW_ID},
    "maximise_window": {"window_id": FIRST_WINDOW_ID},
    "restore_window": {"window_id": FIRST_WINDOW_ID},
    "close_window": {"window_id": FIRST_WINDOW_ID},
    "stat_file": {"path": "Documents/notes.txt"},
    "read_file": {"path": "Documents/notes.txt"},
    "write_file": {"path": "a.txt", "text": "hi"},
    "make_directory": {"path": "new/inside"},
    "delete_file": {"path": "Documents", "recursive": True},
    "move_file": {"path": "Documents", "to": "Papers"},
    "copy_file": {"path": "Documents/notes.txt", "to": "copy.txt"},
    "end_process": {"pid": 3, "name": "logger"},
    "get_element_text": {"element_id": ":1.0/2"},
    "click_element": {"element_id": ":1.0/2"},
    "perform_action": {"element_id": ":1.0/3", "action": "click"},
    "set_element_text": {"element_id": ":1.0/2", "text": "hi"},
    "set_value": {"element_id": ":1.0/4", "value": 150.0},
    "launch_application": {"application": "Calculator"},
    "open": {"target": "/home/user/notes.txt"},
    "set_clipboard": {"text": "copied"},
    "export_recording": {"recording_id": RECORDING},
    "delete_recording": {"recording_id": RECORDING},
    "shell": {"command": "echo hi"},
    "write_terminal": {"terminal_id": "terminal-0", "text": "echo hi", "keys": ["enter"]},
    "read_terminal": {"terminal_id": "terminal-0"},
    "resize_terminal": {"terminal_id": "terminal-0", "rows": 10, "cols": 40},
    "close_terminal": {"terminal_id": "terminal-0"},
    "wait": {"seconds": 2.0},
}
NEEDS_NO_DESKTOP = {"list_applications", "list_processes", "system_info", "wait", "list_tools"} | {
    name
    for name, tool in TOOLS.items()
    if tool.tier in {Tier.FILES, Tier.SHELL} or "recording" in name
} - {"open"}


def call(on: Machine, tool: str, **arguments: Any) -> Any:  # noqa: ANN401 -- any tool
    """Call a tool as its arguments' model allows; gives its result's model."""
    for earlier in BEFORE.get(tool, ()):
        react(TOOLS[earlier], parse(TOOLS[earlier], {}), on)
    found = TOOLS[tool]
    return react(found, parse(found, arguments), on).result


def test_every_entry_of_the_catalog_has_a_reaction_and_nothing_else_has() -> None:
    assert set(REACTIONS) == set(TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("profile", ["linux-workstation", "windows-office"])
def test_every_entry_is_answered_with_its_own_result_model(tool: str, profile: str) -> None:
    result = call(machine(profile), tool, **ARGUMENTS.get(tool, {}))
    model = TOOLS[tool].result
    assert type(result) is model
    assert model.model_validate(result.model_dump(mode="json", exclude_unset=True)) == result


@pytest.mark.parametrize("tool", TOOLS)
def test_a_server_answers_what_needs_no_desktop_and_refuses_the_rest(tool: str) -> None:
    server = machine("headless-server")
    if tool in NEEDS_NO_DESKTOP:
        assert type(call(server, tool, **ARGUMENTS.get(tool, {}))) is TOOLS[tool].result
        return
    with pytest.raises(ToolError) as refused:
        call(server, tool, **ARGUMENTS.get(tool, {}))
    assert refused.value.failure is Failure.NO_SESSION


def test_what_is_typed_after_a_click_shows_in_the_window_that_was_clicked() -> None:
    office = machine("windows-office")
    below = call(office, "list_windows").windows[1]
    call(office, "mouse_click", x=below.region.x + 2, y=below.region.y + 2)
    call(office, "type_text", text="Größe 🚀")
    call(office, "press_keys", keys=["enter"], repeat=2)
    top = office.screen.windows[0]
    assert (top.window_id, top.text) == (below.window_id, "Größe 🚀\n\n")
    assert call(office, "list_windows").windows[0].active
    assert call(office, "cursor_position").x == below.region.x + 2


def test_held_keys_and_buttons_are_remembered_until_released() -> None:
    desk = machine()
    call(desk, "key_down", key="Shift")
    call(desk, "mouse_down", button="right")
    assert desk.screen.held == {"shift", "button right"}
    call(desk, "key_up", key="SHIFT")
    call(desk, "mouse_up", button="right")
    assert not desk.screen.held


def test_calls_that_ask_for_time_say_how_much() -> None:
    desk = machine()

    def lasts(tool: str, **arguments: Any) -> float:  # noqa: ANN401 -- any tool
        return react(TOOLS[tool], parse(TOOLS[tool], arguments), desk).lasts_s

    assert lasts("wait", seconds=2.0) == 2.0
    assert lasts("shell", command="sleep 3") == 3.0
    assert lasts("press_keys", keys="a", repeat=4, hold_s=0.5) == 2.0
    assert lasts("mouse_drag", path=[{"x": 1, "y": 1}, {"x": 2, "y": 2}], duration_s=1.5) == 1.5


def _image(result: ScreenshotResult) -> Image.Image:
    content = base64.b64decode(result.image or "", validate=True)
    assert len(content) == result.size_bytes
    return Image.open(io.BytesIO(content))


def test_a_screenshot_is_a_real_image_of_the_size_it_says() -> None:
    desk = machine()
    whole = call(desk, "screenshot")
    with _image(whole) as image:
        assert image.size == (whole.width, whole.height) == (desk.screen.width, desk.screen.height)
    part = call(
        desk, "screenshot", region={"x": 100, "y": 50, "width": 400, "height": 200}, scale=0.5
    )
    assert (part.width, part.height, part.scale) == (200, 100, 0.5)
    assert (part.origin.x, part.origin.y) == (100, 50)
    small = call(desk, "screenshot", format="jpeg", max_width=320, max_bytes=4096)
    assert small.size_bytes <= 4096
    assert small.width <= 320


def test_a_screen_that_has_not_changed_is_not_sent_again() -> None:
    desk = machine()
    first = call(desk, "screenshot")
    same = call(desk, "screenshot", if_changed_since=first.frame_id)
    assert same.not_modified
    assert same.image is None
    call(desk, "type_text", text="x")
    assert call(desk, "screenshot", if_changed_since=first.frame_id).image


@pytest.mark.parametrize(
    "arguments",
    [
        {"display": "HDMI-7"},
        {"region": {"x": 99999, "y": 0, "width": 1, "height": 1}},
    ],
)
def test_a_view_that_does_not_exist_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ToolError) as refused:
        call(machine(), "screenshot", **arguments)
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_shell_keeps_what_was_asked_for_and_counts_the_rest() -> None:
    result = call(machine(), "shell", command="echo 12345678", max_output_bytes=4)
    assert (result.stdout, result.stdout_bytes, result.truncated) == (
        "12\n[... 5 bytes left out ...]\n8\n",
        9,
        True,
    )


def test_a_command_that_takes_too_long_fails_as_a_real_one() -> None:
    with pytest.raises(ToolError) as refused:
        call(machine(), "shell", command="sleep 100", timeout_s=1.0)
    assert refused.value.failure is Failure.TIMED_OUT
    assert isinstance(refused.value.value, dict)
    assert refused.value.value["timed_out"] is True
