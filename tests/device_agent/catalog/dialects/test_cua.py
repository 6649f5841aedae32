"""cua's commands and aliases."""

from typing import Any

import pytest

from device_agent.catalog.dialects import cua, translate
from device_agent.errors import Failure, ToolError
from tests.device_agent.catalog.dialects.plays import failing, play

REGION = {"x": 5, "y": 6, "width": 70, "height": 80}
WINDOWS = {
    "windows": [
        {"window_id": 11, "title": "Untitled", "app": "gedit", "active": False, "region": REGION},
        {"window_id": 12, "title": "xterm", "app": "XTerm", "active": True, "region": REGION},
    ]
}
RAN = {"exit_code": 3, "stdout": "out", "stderr": "err"}
BUTTON = {
    "element_id": "e2",
    "parent_id": "e1",
    "depth": 1,
    "role": "push button",
    "name": "Save",
    "region": REGION,
    "text": "on",
}
FRAME = {"element_id": "e1", "parent_id": None, "depth": 0, "role": "frame", "name": "Notes"}
ELEMENTS = {"elements": [FRAME, BUTTON]}
SHAPED = {
    "role": "push button",
    "title": "Save",
    "value": "on",
    "position": {"x": 5, "y": 6},
    "size": {"width": 70, "height": 80},
}
TREE = {
    "role": "desktop",
    "title": "",
    "children": [
        {
            "role": "frame",
            "title": "Notes",
            "value": None,
            "position": {"x": 0, "y": 0},
            "size": {"width": 0, "height": 0},
            "children": [{**SHAPED, "children": []}],
        }
    ],
}
RESULTS = {
    "get_ui_tree": ELEMENTS,
    "find_elements": {"elements": [BUTTON]},
    "launch_application": {"application_id": "gedit", "pid": 9},
    "get_clipboard": {"kind": "text", "text": "hé"},
    "system_info": {"facts": {"custom_metadata": {"desktop": {"kind": "x11"}}}},
    "list_windows": WINDOWS,
    "shell": RAN,
    "stat_file": {"path": "/f", "exists": True, "kind": "file", "size_bytes": 9},
    "list_files": {"path": "/d", "entries": [{"name": "a", "kind": "file"}]},
    "read_file": {"text": "hé", "base64": "aMOp", "length": 3, "end": True},
}
AT = {"x": 3, "y": 4}
LOOK = ("list_windows", {})


PIECE = 6 * 1024 * 1024


def _part(offset: int, length: int, encoding: str) -> dict[str, Any]:
    return {"path": "/f", "offset": offset, "length": length, "encoding": encoding}


def _path(*places: tuple[int, int]) -> tuple[dict[str, int], ...]:
    return tuple({"x": x, "y": y} for x, y in places)


Calls = list[tuple[str, dict[str, Any]]]
OK = {"success": True}

TABLE: list[tuple[str, dict[str, Any], Calls, dict[str, Any]]] = [
    ("version", {}, [], {"protocol": 1, "package": "device-agent"}),
    (
        "run_command",
        {"command": "ls", "timeout": 5},
        [("shell", {"command": "ls", "timeout_s": 5.0})],
        {"stdout": "out", "stderr": "err", "return_code": 3},
    ),
    ("mouse_down", {}, [("mouse_down", {"button": "left"})], {}),
    ("mouse_down", {**AT, "button": "right"}, [("mouse_down", {**AT, "button": "right"})], {}),
    ("mouse_up", AT, [("mouse_up", {**AT, "button": "left"})], {}),
    ("left_click", AT, [("mouse_click", {**AT, "button": "left", "count": 1})], {}),
    ("left_click", {}, [("mouse_click", {"button": "left", "count": 1})], {}),
    ("right_click", AT, [("mouse_click", {**AT, "button": "right", "count": 1})], {}),
    ("middle_click", AT, [("mouse_click", {**AT, "button": "middle", "count": 1})], {}),
    ("double_click", AT, [("mouse_click", {**AT, "button": "left", "count": 2})], {}),
    ("move_cursor", {"x": 3.2, "y": 3.9}, [("mouse_move", AT)], {}),
    (
        "drag_to",
        AT,
        [
            ("cursor_position", {}),
            (
                "mouse_drag",
                {"path": _path((7, 8), (3, 4)), "button": "left", "duration_s": 0.5},
            ),
        ],
        {},
    ),
    (
        "drag",
        {"path": [[1, 2], [3, 4]], "button": "middle", "duration": 1},
        [
            (
                "mouse_drag",
                {"path": _path((1, 2), (3, 4)), "button": "middle", "duration_s": 1.0},
            )
        ],
        {},
    ),
    ("key_down", {"key": "shift"}, [("key_down", {"key": "shift"})], {}),
    ("key_up", {"key": "shift"}, [("key_up", {"key": "shift"})], {}),
    ("type_text", {"text": "hé"}, [("type_text", {"text": "hé"})], {}),
    ("press_key", {"key": "enter"}, [("press_keys", {"keys": "enter"})], {}),
    ("hotkey", {"keys": ["ctrl", "c"]}, [("press_keys", {"keys": ("ctrl", "c")})], {}),
    ("scroll", {"x": 1, "y": 2}, [("mouse_scroll", {"dx": 1, "dy": -2})], {}),
    ("scroll", {"x": 0, "y": 0}, [], {}),
    ("scroll_down", {}, [("mouse_scroll", {"dx": 0, "dy": 1})], {}),
    ("scroll_up", {"clicks": 3}, [("mouse_scroll", {"dx": 0, "dy": -3})], {}),
    (
        "scroll_direction",
        {"direction": "left", "clicks": 2},
        [("mouse_scroll", {"dx": -2, "dy": 0})],
        {},
    ),
    (
        "screenshot",
        {},
        [("screenshot", {"format": "png", "quality": 95})],
        {"image_data": "aW1n", "format": "png"},
    ),
    (
        "screenshot",
        {"format": "jpg", "quality": 70},
        [("screenshot", {"format": "jpeg", "quality": 70})],
        {"image_data": "aW1n", "format": "png"},
    ),
    ("get_cursor_position", {}, [("cursor_position", {})], {"position": {"x": 7, "y": 8}}),
    ("get_screen_size", {}, [("screen_size", {})], {"size": {"width": 100, "height": 50}}),
    ("get_current_window_id", {}, [LOOK], {"window_id": 12}),
    ("get_application_windows", {"app": "Gedit"}, [LOOK], {"windows": [11]}),
    ("get_window_name", {"window_id": 11}, [LOOK], {"name": "Untitled"}),
    ("get_window_name", {"window_id": "0xb"}, [LOOK], {"name": "Untitled"}),
    ("get_window_size", {"window_id": "11"}, [LOOK], {"width": 70, "height": 80}),
    ("get_window_position", {"window_id": 11}, [LOOK], {"x": 5, "y": 6}),
    (
        "set_window_size",
        {"window_id": 11, "width": 1, "height": 2},
        [("resize_window", {"window_id": 11, "width": 1, "height": 2})],
        {},
    ),
    (
        "set_window_position",
        {"window_id": 11, **AT},
        [("move_window", {"window_id": 11, **AT})],
        {},
    ),
    ("maximize_window", {"window_id": 11}, [("maximise_window", {"window_id": 11})], {}),
    ("minimize_window", {"window_id": 11}, [("minimise_window", {"window_id": 11})], {}),
    ("activate_window", {"window_id": 11}, [("activate_window", {"window_id": 11})], {}),
    ("close_window", {"window_id": "11"}, [("close_window", {"window_id": 11})], {}),
    ("file_exists", {"path": "/f"}, [("stat_file", {"path": "/f"})], {"exists": True}),
    ("directory_exists", {"path": "/f"}, [("stat_file", {"path": "/f"})], {"exists": False}),
    (
        "list_dir",
        {"path": "/d"},
        [("list_files", {"path": "/d", "limit": 10_000})],
        {"files": ["a"]},
    ),
    ("read_text", {"path": "/f"}, [("read_file", _part(0, PIECE, "text"))], {"content": "hé"}),
    (
        "read_bytes",
        {"path": "/f"},
        [("read_file", _part(0, PIECE, "base64"))],
        {"content_b64": "aMOp"},
    ),
    (
        "read_bytes",
        {"path": "/f", "offset": 4, "length": 3},
        [("read_file", _part(4, 3, "base64"))],
        {"content_b64": "aMOp"},
    ),
    ("read_bytes", {"path": "/f", "length": 0}, [], {"content_b64": ""}),
    (
        "write_text",
        {"path": "/f", "content": "hé"},
        [("write_file", {"path": "/f", "text": "hé"})],
        {},
    ),
    (
        "write_bytes",
        {"path": "/f", "content_b64": "aMOp"},
        [("write_file", {"path": "/f", "base64": "aMOp", "mode": "overwrite"})],
        {},
    ),
    (
        "write_bytes",
        {"path": "/f", "content_b64": "aMOp", "append": True},
        [("write_file", {"path": "/f", "base64": "aMOp", "mode": "append"})],
        {},
    ),
    ("get_file_size", {"path": "/f"}, [("stat_file", {"path": "/f"})], {"size": 9}),
    (
        "delete_file",
        {"path": "/f"},
        [("stat_file", {"path": "/f", "follow": False}), ("delete_file", {"path": "/f"})],
        {},
    ),
    ("create_dir", {"path": "/d"}, [("make_directory", {"path": "/d"})], {}),
    (
        "get_accessibility_tree",
        {},
        [("get_ui_tree", {"max_elements": 5000})],
        {"tree": TREE},
    ),
    (
        "find_element",
        {"role": "push button", "title": "save", "value": "on"},
        [("find_elements", {"role": "push button", "name": "save", "max_elements": 5000})],
        {"element": SHAPED},
    ),
    ("open", {"target": "/f"}, [("open", {"target": "/f"})], {}),
    (
        "launch",
        {"app": "gedit"},
        [("launch_application", {"application": "gedit", "wait_s": 0.0})],
        {"pid": 9},
    ),
    ("copy_to_clipboard", {}, [("get_clipboard", {"format": "text"})], {"content": "hé"}),
    ("set_clipboard", {"text": "hé"}, [("set_clipboard", {"text": "hé"})], {}),
    ("get_desktop_environment", {}, [("system_info", {})], {"environment": "x11"}),
]
REFUSED = {"set_wallpaper": {"path": "/f"}, "diorama_cmd": {"action": "x"}}


@pytest.mark.parametrize(("command", "params"), REFUSED.items())
def test_what_no_tool_does_is_refused_with_the_reason(
    command: str, params: dict[str, object]
) -> None:
    with pytest.raises(ToolError) as caught:
        play(translate(command, params))
    assert caught.value.failure is Failure.UNAVAILABLE


def test_a_program_with_arguments_is_started_by_the_shell() -> None:
    pid = {"shell": {"exit_code": 0, "stdout": "41\n", "stderr": ""}}
    line = "xterm -e 'a b' >/dev/null 2>&1 & echo $!"
    for params in ({"app": "xterm", "args": ["-e", "a b"]}, {"app": "xterm -e 'a b'"}):
        played = play(translate("launch", params), pid)
        assert played.calls == [("shell", {"command": line, "timeout_s": 20.0})]
        assert played.value == {**OK, "pid": 41}
    unknown = ToolError(Failure.BAD_ARGUMENTS, "there is no such application")
    tried = play(translate("launch", {"app": "xclock"}), {**pid, "launch_application": unknown})
    assert tried.calls[1][1]["command"] == "xclock >/dev/null 2>&1 & echo $!"


def test_an_element_that_is_not_there_is_said_so() -> None:
    with pytest.raises(ToolError, match="no element is like that"):
        play(translate("find_element", {"title": "save", "value": "off"}), RESULTS)


DIRECTORY = {"stat_file": {"path": "/d", "exists": True, "kind": "directory"}}


def test_only_directories_are_deleted_as_such() -> None:
    how = translate("delete_dir", {"path": "/d"})
    assert play(how, DIRECTORY).calls[1] == ("delete_file", {"path": "/d"})
    with pytest.raises(ToolError, match="no directory of that name"):
        play(how, RESULTS)
    with pytest.raises(ToolError, match="no file of that name"):
        play(translate("delete_file", {"path": "/d"}, agent_name="cua"), DIRECTORY)
    with pytest.raises(ToolError, match="no file of that name"):
        play(translate("get_file_size", {"path": "/d"}), DIRECTORY)


def test_a_large_file_is_read_in_pieces_up_to_a_limit() -> None:
    half = {"text": "x", "base64": "eHh4", "length": PIECE, "end": False}
    with pytest.raises(ToolError, match="read it in parts") as caught:
        play(translate("read_text", {"path": "/f"}), {"read_file": half})
    assert caught.value.failure is Failure.RESULT_TOO_LARGE
    how = translate("read_bytes", {"path": "/f", "length": 5})
    program = play(how, {"read_file": {**half, "length": 3}})
    assert [taken["length"] for _, taken in program.calls] == [5, 2]


@pytest.mark.parametrize(("command", "params", "calls", "fields"), TABLE)
def test_every_command(
    command: str, params: dict[str, Any], calls: Calls, fields: dict[str, Any]
) -> None:
    for how in (
        translate(command, params, agent_name="cua"),
        translate("cua", {"command": command, "params": params}),
    ):
        assert how.namespace == "cua"
        played = play(how, RESULTS)
        assert played.calls == calls
        assert played.value == {**OK, **fields}


def test_the_table_has_every_command() -> None:
    assert {row[0] for row in TABLE} | {"delete_dir", *REFUSED} == set(cua.COMMANDS)


@pytest.mark.parametrize(("alias", "command"), cua.ALIASES.items())
def test_every_alias_is_its_command(alias: str, command: str) -> None:
    params: dict[str, Any] = next((row[1] for row in TABLE if row[0] == command), {"path": "/d"})
    results = DIRECTORY if command == "delete_dir" else RESULTS
    plays = [play(translate(name, params, agent_name="cua"), results) for name in (alias, command)]
    assert plays[0] == plays[1]


def test_failures_are_told_as_cua_does() -> None:
    how = translate("cua", {"command": "left_click", "params": {}})
    error = failing(how, ToolError(Failure.LOCKED, "the desktop is locked"), "mouse_click")
    assert how.shape_failure(error) == {"success": False, "error": "locked: the desktop is locked"}
    killed = ToolError(Failure.TIMED_OUT, "killed", value=RAN)
    shell = translate("cua", {"command": "run_command", "params": {"command": "x"}})
    assert shell.shape_failure(killed) == {
        "success": False,
        "error": "timed_out: killed",
        "stdout": "out",
        "stderr": "err",
    }
    gone = translate("get_window_name", {"window_id": 99})
    with pytest.raises(ToolError, match="there is no window 99"):
        play(gone, RESULTS)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"command": "left_clik"}, "nearest: left_click"),
        ({"command": "left_click", "params": 3}, "with the parameters"),
        ({"command": "left_click", "params": {"z": 1}}, "there is no argument 'z'"),
        ({"params": {}}, "argument command is missing"),
    ],
)
def test_wrong_messages_are_told_in_the_same_shape(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ToolError, match=told) as caught:
        translate("cua", given)
    value: Any = caught.value.value
    assert value["success"] is False


def test_what_is_typed_is_private_in_both_forms() -> None:
    assert translate("press_key", {"key": "a"}).private == frozenset()
    assert translate("type_text", {"text": "x"}, agent_name="cua").private == {"text"}
    whole = translate("cua", {"command": "type_text", "params": {"text": "x"}})
    assert whole.private == {"params"}
