"""The names of UFO's HostAgent and AppAgent."""

from dataclasses import replace
from typing import Any

import pytest

from device_agent.catalog.dialects import Memory, translate, ufo_windows
from device_agent.catalog.dialects.memory import Control, Window
from device_agent.errors import Failure, ToolError
from tests.device_agent.catalog.dialects.plays import PICTURE, Played, failing, play


def _entry(window_id: int, title: str, **more: object) -> dict[str, Any]:
    region = {"x": 100, "y": 50, "width": 400, "height": 300}
    return {
        "window_id": window_id,
        "title": title,
        "app": "Gedit",
        "pid": 7,
        "region": region,
        "display": None,
        "active": False,
        "minimised": False,
        **more,
    }


NOTES, OTHER = _entry(11, "Notes", active=True), _entry(12, "Other", pid=8, app="XTerm")
RECT = (100, 50, 500, 350)
WINDOW = Window("1", 11, "Notes", "Gedit", 7, RECT)
LISTED = {
    "list_windows": {"windows": [NOTES, _entry(13, ""), OTHER]},
    "get_element_text": {"text": "old", "length": 3},
}
SELECTED = Memory(windows=(WINDOW,), selected=WINDOW, viewed=WINDOW)
SAVE = Control("1", "e1", "Save", "Button", (110, 60, 150, 80), "uia")
FIELD = Control("2", "e2", "Name", "Edit", (200, 100, 300, 120), "uia")
READY = replace(SELECTED, controls=(SAVE, FIELD))
URL = "data:image/png;base64,aW1n"
LOOK = ("list_windows", {})
ON_FIELD = {"x": 150, "y": 60, "window_id": 11}
LEFT = {"button": "left", "count": 1}
POINT = ("click_element", {"element_id": "e2", "by": "pointer"})


def _play(
    tool: str, memory: Memory = READY, results: dict[str, Any] | None = None, /, **given: object
) -> Played:
    agent = "AppAgent" if tool in {"get_ui_tree", "wait"} else "HostAgent"
    how = translate(tool, given, agent_name=agent)
    return play(how, {**LISTED, **(results or {})}, memory)


def test_the_desktop_is_shown_as_a_data_url() -> None:
    whole = _play("capture_desktop_screenshot", all_screens=True)
    assert whole.calls == [("screenshot", {"display": None})]
    assert whole.value == URL
    displays = {"list_displays": {"displays": [{"name": "DP-1"}, {"name": "DP-2"}]}}
    first = _play("capture_desktop_screenshot", READY, displays, all_screens=False)
    assert first.calls == [("list_displays", {}), ("screenshot", {"display": "DP-1"})]


def test_windows_are_numbered_and_those_without_a_title_left_out() -> None:
    told = _play("get_desktop_app_target_info", Memory(), refresh_app_windows=True)
    assert told.value == [
        {"kind": "window", "name": "Notes", "id": "1", "type": "Window", "rect": list(RECT)},
        {"kind": "window", "name": "Other", "id": "2", "type": "Window", "rect": list(RECT)},
    ]
    assert [window.window_id for window in told.memory.windows] == [11, 12]
    plain = _play("get_desktop_app_info", Memory(), remove_empty=False)
    assert [each["name"] for each in plain.value] == ["Notes", "", "Other"]
    assert set(plain.value[0]) == {"id", "name", "type", "kind"}
    again = _play("get_desktop_app_info", told.memory, refresh_app_windows=False)
    assert again.calls == []
    assert [each["id"] for each in again.value] == ["1", "2"]


RAISED = {"activate_window": {"window": OTHER, "frame": {}}}


@pytest.mark.parametrize(("label", "title"), [("2", "Other"), ("2", "whatever"), ("nine", "Other")])
def test_a_window_is_selected_by_its_number_or_its_title(label: str, title: str) -> None:
    listed = _play("get_desktop_app_info", Memory()).memory
    played = _play("select_application_window", listed, RAISED, id=label, name=title)
    assert played.calls == [("activate_window", {"window_id": 12})]
    assert played.value["root_name"] == "XTerm"
    assert played.value["window_info"]["title"] == "Other"
    assert played.value["window_info"]["rectangle"] == OTHER["region"]
    assert played.memory.selected == Window("2", 12, "Other", "XTerm", 8, RECT)


def test_a_window_can_be_selected_before_any_were_listed() -> None:
    played = _play("select_application_window", Memory(), RAISED, id="2", name="Other")
    assert played.calls == [LOOK, ("activate_window", {"window_id": 12})]
    with pytest.raises(ToolError, match="there are: 1 'Notes', 2 'Other'"):
        _play("select_application_window", Memory(), id="7", name="Nine")


def test_the_window_is_shown_or_the_desktop_where_none_is_selected() -> None:
    shown = _play("capture_window_screenshot", SELECTED)
    assert shown.calls == [LOOK, ("screenshot", {"window_id": 11})]
    assert shown.value == URL
    assert _play("capture_window_screenshot", Memory()).calls == [("screenshot", {})]


def test_a_dialogue_of_the_same_program_is_looked_at_in_its_place() -> None:
    dialogue = _entry(21, "Save as", active=True)
    before = {"list_windows": {"windows": [dialogue, _entry(11, "Notes")]}}
    shown = _play("capture_window_screenshot", SELECTED, before)
    assert shown.calls[1] == ("screenshot", {"window_id": 21})
    assert shown.memory.viewed is not None
    assert shown.memory.selected == WINDOW
    clicked = _play("click_on_coordinates", shown.memory, before, x=0.5, y=0.5)
    assert clicked.calls[1][1]["window_id"] == 21
    gone = _play("capture_window_screenshot", shown.memory)
    assert gone.calls[1] == ("screenshot", {"window_id": 11})


def test_a_window_that_has_gone_is_said_to_have_gone() -> None:
    nothing = {"list_windows": {"windows": [OTHER]}}
    for name, given in (("capture_window_screenshot", {}), ("click_input", ON)):
        with pytest.raises(ToolError, match="'Notes' has gone") as caught:
            _play(name, READY, nothing, **given)
        assert caught.value.failure is Failure.FAILED


ON: dict[str, object] = {"id": "1", "name": "Save"}


def test_facts_about_the_window_are_those_asked_for() -> None:
    fields = ["control_text", "control_type", "control_rect", "source"]
    told = _play("get_app_window_info", SELECTED, field_list=fields)
    assert told.value == {
        "control_text": "Notes",
        "control_type": "Window",
        "control_rect": list(RECT),
        "source": "uia",
    }
    with pytest.raises(ToolError, match="select_application_window first"):
        _play("get_app_window_info", Memory(), field_list=fields)


TABLE: list[tuple[str, dict[str, Any], list[tuple[str, dict[str, Any]]], str]] = [
    (
        "click_input",
        {**ON},
        [LOOK, ("click_element", {"element_id": "e1", **LEFT})],
        "Clicked control 1.",
    ),
    (
        "click_input",
        {**ON, "button": "right", "double": True},
        [LOOK, ("click_element", {"element_id": "e1", "button": "right", "count": 2})],
        "Clicked control 1.",
    ),
    (
        "click_input",
        {"id": "1", "name": "Send", "button": "x"},
        [LOOK, ("click_element", {"element_id": "e1", "button": "back", "count": 1})],
        "Clicked control 1. Warning: control 1 is called 'Save', not 'Send'.",
    ),
    (
        "click_on_coordinates",
        {"x": 0.25, "y": 1.0},
        [
            LOOK,
            ("mouse_click", {"x": 0.25, "y": 1.0, "window_id": 11, "unit": "fraction", **LEFT}),
        ],
        "Clicked at 0.25, 1 of the window.",
    ),
    (
        "drag_on_coordinates",
        {"start_x": 0.1, "start_y": 0.2, "end_x": 0.3, "end_y": 0.4, "key_hold": "shift"},
        [
            LOOK,
            (
                "mouse_drag",
                {
                    "path": ({"x": 0.1, "y": 0.2}, {"x": 0.3, "y": 0.4}),
                    "window_id": 11,
                    "unit": "fraction",
                    "button": "left",
                    "duration_s": 1.0,
                    "keys": "shift",
                },
            ),
        ],
        "Dragged to 0.3, 0.4 of the window.",
    ),
    (
        "set_edit_text",
        {"id": "2", "name": "Name", "text": "hé"},
        [
            LOOK,
            ("get_element_text", {"element_id": "e2"}),
            POINT,
            ("press_keys", {"keys": ("ctrl", "end")}),
            ("type_text", {"text": "hé"}),
        ],
        "Typed into control 2.",
    ),
    (
        "set_edit_text",
        {"id": "2", "name": "Name", "text": "hé", "clear_current_text": True},
        [LOOK, ("set_element_text", {"element_id": "e2", "text": "hé"})],
        "Set the text of control 2.",
    ),
    ("texts", {"id": "2", "name": "Name"}, [("get_element_text", {"element_id": "e2"})], "old"),
    (
        "keyboard_input",
        {"id": "2", "name": "Name", "keys": "a{ENTER}"},
        [
            LOOK,
            POINT,
            ("type_text", {"text": "a"}),
            ("press_keys", {"keys": ("enter",)}),
        ],
        "a{ENTER}",
    ),
    (
        "keyboard_input",
        {"id": "1", "name": "Save", "keys": "~"},
        [LOOK, ("press_keys", {"keys": ("enter",)})],
        "~",
    ),
    (
        "keyboard_input",
        {"id": "9", "name": "", "keys": "^s", "control_focus": False},
        [LOOK, ("press_keys", {"keys": ("ctrl", "s")})],
        "^s",
    ),
    (
        "wheel_mouse_input",
        {"id": "2", "name": "Name", "wheel_dist": -3},
        [LOOK, ("mouse_scroll", {**ON_FIELD, "dy": 3})],
        "Turned the wheel on control 2.",
    ),
    ("wait", {"seconds": 2}, [("wait", {"seconds": 2.0})], "Successfully waited for 2 second(s)"),
    ("summary", {"text": "seen"}, [], "seen"),
]


@pytest.mark.parametrize(("name", "given", "calls", "value"), TABLE)
def test_what_an_app_agent_does(
    name: str, given: dict[str, Any], calls: list[Any], value: str
) -> None:
    played = _play(name, **given)
    assert played.calls == calls
    assert played.value == value


def test_a_window_behind_others_is_brought_to_the_front_first() -> None:
    behind = {"list_windows": {"windows": [OTHER, _entry(11, "Notes")]}}
    played = _play("click_input", READY, behind, **ON)
    assert [name for name, _ in played.calls] == [
        "list_windows",
        "activate_window",
        "click_element",
    ]


def _element(element_id: str, parent_id: str | None, role: str, **more: object) -> dict[str, Any]:
    region = {"x": 110, "y": 60, "width": 40, "height": 20}
    depth = 0 if parent_id is None else 1
    said = {"element_id": element_id, "parent_id": parent_id, "depth": depth, "role": role}
    return {**said, "name": "", "region": region, **more}


ELEMENTS = {
    "get_ui_tree": {
        "elements": [
            _element("w", None, "frame", name="Notes"),
            _element("e1", "w", "push button", name="Save"),
            _element("e2", "w", "entry", text="old"),
            _element("e3", "w", "odd thing", description="odd", region=None),
            _element("e4", "w", "odd thing", description="odd"),
        ]
    }
}
TARGET = {"kind": "control", "rect": [110, 60, 150, 80], "source": "uia"}


def test_controls_are_numbered_with_names_and_places() -> None:
    played = _play("get_app_window_controls_target_info", SELECTED, ELEMENTS, field_list=[])
    taken = {"window_id": 11, "interactive_only": True, "max_elements": 500}
    assert played.calls == [LOOK, ("get_ui_tree", taken)]
    assert played.value == [
        {**TARGET, "id": "1", "name": "Save", "type": "Button"},
        {**TARGET, "id": "2", "name": "old", "type": "Edit"},
        {**TARGET, "id": "3", "name": "odd", "type": "Custom"},
    ]
    assert [control.element_id for control in played.memory.controls] == ["e1", "e2", "e4"]
    told = _play("get_app_window_controls_info", SELECTED, ELEMENTS, field_list=["control_text"])
    assert told.value[0] == {"control_text": "Save"}
    everything = _play("get_app_window_controls_info", SELECTED, ELEMENTS)
    assert {"label", "control_type", "control_rect", "source"} <= set(everything.value[0])


def test_a_window_without_accessibility_has_no_controls() -> None:
    absent = {"get_ui_tree": ToolError(Failure.UNAVAILABLE, "no session bus")}
    assert _play("get_app_window_controls_target_info", SELECTED, absent).value == []
    hung = {"get_ui_tree": ToolError(Failure.TIMED_OUT, "the program hangs")}
    with pytest.raises(ToolError, match="hangs"):
        _play("get_app_window_controls_target_info", SELECTED, hung)


def test_the_tree_holds_each_element_in_the_one_around_it() -> None:
    tree = _play("get_ui_tree", SELECTED, ELEMENTS).value
    assert (tree["name"], tree["control_type"]) == ("Notes", "Window")
    (frame,) = tree["children"]
    assert [each["control_type"] for each in frame["children"]] == [
        "Button",
        "Edit",
        "Custom",
        "Custom",
    ]
    assert frame["children"][0]["rectangle"] == {
        "left": 110,
        "top": 60,
        "right": 150,
        "bottom": 80,
    }


def test_an_empty_field_is_filled_and_what_is_not_told_is_typed() -> None:
    given: dict[str, object] = {"id": "2", "name": "Name", "text": "hé"}
    empty = {"get_element_text": {"text": "", "length": 0}}
    filled = _play("set_edit_text", READY, empty, **given)
    assert filled.calls[-1] == ("set_element_text", {"element_id": "e2", "text": "hé"})
    secret = {"get_element_text": ToolError(Failure.FAILED, "a password is not told")}
    typed = _play("set_edit_text", READY, secret, **given)
    assert typed.calls[-1] == ("type_text", {"text": "hé"})
    with pytest.raises(ToolError, match="password"):
        _play("texts", replace(READY, controls=(SAVE, replace(FIELD, name=""))), secret, **TEXTS)
    assert _play("texts", READY, secret, **TEXTS).value == "Name"


TEXTS: dict[str, object] = {"id": "2", "name": "Name"}


def test_a_control_from_an_image_is_used_by_its_place_in_the_window() -> None:
    seen = replace(READY, controls=(SAVE, replace(FIELD, element_id=None)))
    given: dict[str, object] = {"id": "2", "name": "Name", "text": "", "clear_current_text": True}
    assert _play("set_edit_text", seen, **given).calls == [
        LOOK,
        ("mouse_click", ON_FIELD),
        ("press_keys", {"keys": ("ctrl", "a")}),
        ("press_keys", {"keys": ("delete",)}),
    ]
    with pytest.raises(ToolError, match="known from an image alone"):
        _play("texts", seen, **TEXTS)


def test_an_unknown_control_is_told_what_there_is() -> None:
    with pytest.raises(ToolError, match="no control '9'; there are: 1 to 2"):
        _play("click_input", id="9", name="")
    with pytest.raises(ToolError, match="list the controls first"):
        _play("click_input", SELECTED, id="1", name="")
    nowhere = replace(READY, controls=(replace(SAVE, rect=None, element_id=None),))
    with pytest.raises(ToolError, match="does not say where it is"):
        _play("click_input", nowhere, **ON)


def test_controls_that_a_model_saw_can_be_clicked() -> None:
    seen = {"kind": "control", "name": "Logo", "type": "Image", "rect": [100, 50, 120, 70]}
    played = _play("add_control_list", control_list=[seen, {**seen, "id": "2"}])
    assert played.value == "2 controls were added"
    assert [control.label for control in played.memory.controls] == ["1", "2", "3", "4"]
    clicked = _play("click_input", played.memory, id="3", name="Logo")
    assert clicked.calls[1] == ("mouse_click", {"x": 10, "y": 10, "window_id": 11, **LEFT})


def test_run_shell_starts_an_application_or_else_a_command() -> None:
    app = {"launch_application": {"application_id": "gedit", "pid": 1}}
    played = _play("run_shell", READY, app, bash_command="gedit")
    assert played.calls == [("launch_application", {"application": "gedit", "wait_s": 5.0})]
    assert played.value is None
    ran = {"shell": {"exit_code": 0, "stderr": ""}}
    line = _play("run_shell", READY, ran, bash_command="gedit a.txt &")
    assert line.calls == [("shell", {"command": "gedit a.txt &", "timeout_s": 20.0})]
    none = ToolError(Failure.BAD_ARGUMENTS, "there is no such application")
    results = {"launch_application": none, **ran}
    other = _play("run_shell", READY, results, bash_command="xclock")
    assert other.calls[1] == ("shell", {"command": "xclock &", "timeout_s": 20.0})
    how = translate("run_shell", {"bash_command": "gedit"})
    locked = failing(how, ToolError(Failure.LOCKED, "locked"), "launch_application")
    assert locked.failure is Failure.LOCKED
    bad = {"shell": {"exit_code": 2, "stderr": "syntax error"}}
    with pytest.raises(ToolError, match="syntax"):
        _play("run_shell", READY, bad, bash_command="( a")


def test_every_name_of_com_is_refused_with_the_reason() -> None:
    names = [name for names in ufo_windows.COM.values() for name in names]
    assert len(names) == len(set(names)) == 15
    for name in names:
        how = translate(name, {"anything": [1]}, agent_name="AppAgent")
        with pytest.raises(ToolError, match="exist on Windows alone") as caught:
            play(how)
        assert caught.value.failure is Failure.UNAVAILABLE
        assert not how.acts


def test_what_is_typed_is_private() -> None:
    given = {"id": "1", "name": "", "text": "x"}
    assert translate("set_edit_text", given).private == {"text"}
    given = {"id": "1", "name": "", "keys": "x"}
    assert translate("keyboard_input", given).private == {"keys"}


def test_pictures_are_what_the_tool_gave() -> None:
    jpeg = {"screenshot": {**PICTURE, "mime_type": "image/jpeg"}}
    shown = _play("capture_window_screenshot", SELECTED, jpeg)
    assert shown.value == "data:image/jpeg;base64,aW1n"
