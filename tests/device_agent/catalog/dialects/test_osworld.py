"""OSWorld's action names."""

from typing import Any

import pytest

from device_agent.catalog.dialects import osworld, translate
from device_agent.errors import Failure, ToolError
from tests.device_agent.catalog.dialects.plays import failing, play

AT = {"x": 3, "y": 4}
RAN = {"exit_code": 3, "stdout": "out", "stderr": "err"}
Calls = list[tuple[str, dict[str, Any]]]

TABLE: list[tuple[str, dict[str, Any], Calls]] = [
    ("MOVE_TO", AT, [("mouse_move", AT)]),
    ("CLICK", {}, [("mouse_click", {"button": "left", "count": 1})]),
    (
        "CLICK",
        {**AT, "button": "right", "num_clicks": 2},
        [("mouse_click", {**AT, "button": "right", "count": 2})],
    ),
    ("MOUSE_DOWN", {}, [("mouse_down", {"button": "left"})]),
    ("MOUSE_UP", {"button": "middle"}, [("mouse_up", {"button": "middle"})]),
    ("RIGHT_CLICK", AT, [("mouse_click", {**AT, "button": "right", "count": 1})]),
    ("DOUBLE_CLICK", {}, [("mouse_click", {"button": "left", "count": 2})]),
    (
        "DRAG_TO",
        AT,
        [
            ("cursor_position", {}),
            ("mouse_drag", {"path": ({"x": 7, "y": 8}, AT), "duration_s": 1.0}),
        ],
    ),
    ("SCROLL", {"dx": 0, "dy": 3}, [("mouse_scroll", {"dx": 0, "dy": -3})]),
    ("SCROLL", {"dx": 2, "dy": 0}, [("mouse_scroll", {"dx": 2, "dy": 0})]),
    (
        "SCROLL",
        {"dy": -150},
        [("mouse_scroll", {"dx": 0, "dy": 100}), ("mouse_scroll", {"dx": 0, "dy": 50})],
    ),
    ("SCROLL", {}, []),
    ("TYPING", {"text": "a<b"}, [("type_text", {"text": "a<b"})]),
    ("PRESS", {"key": "enter"}, [("press_keys", {"keys": "enter"})]),
    ("KEY_DOWN", {"key": "shift"}, [("key_down", {"key": "shift"})]),
    ("KEY_UP", {"key": "shift"}, [("key_up", {"key": "shift"})]),
    ("HOTKEY", {"keys": ["ctrl", "c"]}, [("press_keys", {"keys": ("ctrl", "c")})]),
    ("WAIT", {}, [("wait", {"seconds": 2.0})]),
    ("WAIT", {"time": 0.5}, [("wait", {"seconds": 0.5})]),
    ("FAIL", {}, []),
    ("DONE", {}, []),
]
EXECUTE: list[tuple[dict[str, Any], Any]] = [
    ({"command": ["ls", "-l"]}, ("ls", "-l")),
    ({"command": "ls -l", "shell": True}, "ls -l"),
    ({"command": ["ls", "-l"], "shell": True}, "ls -l"),
]


@pytest.mark.parametrize(("action", "given", "calls"), TABLE)
def test_every_action(action: str, given: dict[str, Any], calls: Calls) -> None:
    for how in (
        translate(action, given),
        translate("computer_13", {"action_type": action, "parameters": given}),
        translate("computer_13", {"action_type": action, **given}),
    ):
        assert how.namespace == "osworld"
        played = play(how)
        assert played.calls == calls
        assert played.value == {"status": "success", "output": "", "error": "", "returncode": 0}


@pytest.mark.parametrize("name", ["EXECUTE", "/execute"])
@pytest.mark.parametrize(("given", "command"), EXECUTE)
def test_execute_runs_a_command(name: str, given: dict[str, Any], command: object) -> None:
    played = play(translate(name, given), {"shell": RAN})
    assert played.calls == [("shell", {"command": command, "timeout_s": 120.0})]
    assert played.value == {
        "status": "success",
        "output": "out",
        "error": "err",
        "returncode": 3,
    }


def test_a_command_line_without_a_shell_is_refused() -> None:
    with pytest.raises(ToolError, match="needs shell true"):
        play(translate("EXECUTE", {"command": "ls -l"}))


def test_the_table_has_every_action() -> None:
    assert {row[0] for row in TABLE} | {"EXECUTE"} == set(osworld.ACTIONS)


def test_the_screenshot_way_gives_the_image() -> None:
    played = play(translate("/screenshot", {}))
    assert played.calls == [("screenshot", {"cursor": True})]
    assert played.value == {"status": "success", "mime_type": "image/png", "image": "aW1n"}


def test_failures_are_told_as_osworld_does() -> None:
    how = translate("CLICK", {})
    error = failing(how, ToolError(Failure.LOCKED, "the desktop is locked"), "mouse_click")
    told = {"status": "error", "message": "locked: the desktop is locked"}
    assert how.shape_failure(error) == told
    with pytest.raises(ToolError, match="nearest: CLICK") as caught:
        translate("computer_13", {"action_type": "CLIK"})
    value: Any = caught.value.value
    assert value["status"] == "error"


def test_ends_of_a_task_do_not_act() -> None:
    assert not translate("DONE", {}).acts
    assert not translate("WAIT", {}).acts
    assert translate("CLICK", {}).acts
