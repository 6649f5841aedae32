"""Anthropic's computer tool, all its versions."""

from typing import Any

import pytest

from device_agent.catalog.dialects import Memory, Translated, anthropic, translate
from device_agent.catalog.places import View
from device_agent.errors import Failure, ToolError
from tests.device_agent.catalog.dialects.plays import PICTURE, failing, play

HALF = Memory(shown=View("the last screenshot", (10, 20, 200, 100), (100, 50)))
SCREENSHOT = {"max_width": None, "max_height": None, "cursor": True, "max_bytes": 3_700_000}
AT = {"x": 3, "y": 4}


def _path(*places: tuple[int, int]) -> tuple[dict[str, int], ...]:
    return tuple({"x": x, "y": y} for x, y in places)


TABLE: list[tuple[str, dict[str, Any], list[tuple[str, dict[str, Any]]]]] = [
    ("key", {"text": "ctrl+s"}, [("press_keys", {"keys": "ctrl+s"})]),
    ("key", {"text": "Return"}, [("press_keys", {"keys": "Return"})]),
    ("key", {"text": "Tab", "repeat": 2}, [("press_keys", {"keys": "Tab"})] * 2),
    (
        "key",
        {"text": "Up Down"},
        [("press_keys", {"keys": "Up"}), ("press_keys", {"keys": "Down"})],
    ),
    ("key", {"text": " "}, [("press_keys", {"keys": " "})]),
    (
        "hold_key",
        {"text": "shift", "duration": 1.5},
        [("hold_keys", {"keys": "shift", "duration_s": 1.5})],
    ),
    ("type", {"text": "hé 你 😀"}, [("type_text", {"text": "hé 你 😀"})]),
    ("cursor_position", {}, [("cursor_position", {})]),
    ("mouse_move", {"coordinate": [3, 4]}, [("mouse_move", AT)]),
    ("mouse_move", {"coordinate": [3.4, 3.9]}, [("mouse_move", AT)]),
    ("left_mouse_down", {}, [("mouse_down", {})]),
    ("left_mouse_up", {}, [("mouse_up", {})]),
    (
        "left_click",
        {"coordinate": [3, 4]},
        [("mouse_click", {**AT, "button": "left", "count": 1, "keys": ()})],
    ),
    (
        "left_click",
        {},
        [("mouse_click", {"x": None, "y": None, "button": "left", "count": 1, "keys": ()})],
    ),
    (
        "left_click",
        {"coordinate": [3, 4], "text": "ctrl+shift"},
        [("mouse_click", {**AT, "button": "left", "count": 1, "keys": "ctrl+shift"})],
    ),
    (
        "left_click",
        {"coordinate": [3, 4], "key": "alt"},
        [("mouse_click", {**AT, "button": "left", "count": 1, "keys": "alt"})],
    ),
    (
        "right_click",
        {"coordinate": [3, 4]},
        [("mouse_click", {**AT, "button": "right", "count": 1, "keys": ()})],
    ),
    (
        "middle_click",
        {"coordinate": [3, 4]},
        [("mouse_click", {**AT, "button": "middle", "count": 1, "keys": ()})],
    ),
    (
        "double_click",
        {"coordinate": [3, 4]},
        [("mouse_click", {**AT, "button": "left", "count": 2, "keys": ()})],
    ),
    (
        "triple_click",
        {"coordinate": [3, 4]},
        [("mouse_click", {**AT, "button": "left", "count": 3, "keys": ()})],
    ),
    (
        "left_click_drag",
        {"start_coordinate": [1, 2], "coordinate": [3, 4]},
        [("mouse_drag", {"path": _path((1, 2), (3, 4)), "keys": ()})],
    ),
    (
        "left_click_drag",
        {"coordinate": [3, 4], "text": "shift"},
        [
            ("cursor_position", {}),
            ("mouse_drag", {"path": _path((7, 8), (3, 4)), "keys": "shift"}),
        ],
    ),
    (
        "scroll",
        {"scroll_direction": "up", "scroll_amount": 5, "coordinate": [3, 4], "text": "ctrl"},
        [("mouse_scroll", {**AT, "dx": 0, "dy": -5, "keys": "ctrl"})],
    ),
    (
        "scroll",
        {"scroll_direction": "right", "scroll_amount": 2},
        [("mouse_scroll", {"x": None, "y": None, "dx": 2, "dy": 0, "keys": ()})],
    ),
    (
        "scroll",
        {"scroll_direction": "down", "scroll_amount": 130},
        [
            ("mouse_scroll", {"x": None, "y": None, "dx": 0, "dy": 100, "keys": ()}),
            ("mouse_scroll", {"x": None, "y": None, "dx": 0, "dy": 30, "keys": ()}),
        ],
    ),
    ("scroll", {"scroll_direction": "left", "scroll_amount": 0}, []),
    ("wait", {"duration": 2}, [("wait", {"seconds": 2.0})]),
    ("wait", {"duration": 0}, []),
    ("screenshot", {}, [("screenshot", SCREENSHOT)]),
    (
        "zoom",
        {"region": [10, 20, 30, 50]},
        [
            (
                "screenshot",
                {
                    "region": {"x": 10, "y": 20, "width": 20, "height": 30},
                    "cursor": True,
                    "max_bytes": 3_700_000,
                },
            )
        ],
    ),
]


@pytest.mark.parametrize(("action", "given", "calls"), TABLE)
def test_every_action_of_the_computer_tool(
    action: str, given: dict[str, Any], calls: list[Any]
) -> None:
    assert play(translate("computer", {"action": action, **given})).calls == calls


@pytest.mark.parametrize(("member", "given", "calls"), TABLE)
def test_every_member_of_the_toolset(member: str, given: dict[str, Any], calls: list[Any]) -> None:
    how = translate(member, given, agent_name="AnthropicAgent")
    assert how.namespace == "anthropic"
    assert play(how).calls == calls


def test_the_table_has_every_name() -> None:
    assert {row[0] for row in TABLE} == set(anthropic.ACTIONS)
    assert len(anthropic.ACTIONS) == 17


def _value(action: str, results: dict[str, Any] | None = None, **given: object) -> dict[str, Any]:
    value: dict[str, Any] = play(
        translate("computer", {"action": action, **given}), results or {}
    ).value
    return value


def test_results_are_those_of_a_tool_result_block() -> None:
    assert _value("left_click", coordinate=[1, 2]) == {
        "type": "tool_result",
        "is_error": False,
        "content": [{"type": "text", "text": "left_click: done"}],
    }
    assert _value("cursor_position")["content"] == [{"type": "text", "text": "X=7,Y=8"}]
    source = {"type": "base64", "media_type": "image/png", "data": "aW1n"}
    assert _value("screenshot")["content"] == [{"type": "image", "source": source}]
    assert _value("zoom", region=[0, 0, 9, 9])["content"] == [{"type": "image", "source": source}]


def test_failures_are_those_of_a_tool_result_block() -> None:
    how = translate("computer", {"action": "left_click"})
    error = failing(how, ToolError(Failure.LOCKED, "the desktop is locked"), "mouse_click")
    assert how.shape_failure(error) == {
        "type": "tool_result",
        "is_error": True,
        "content": [{"type": "text", "text": "locked: the desktop is locked"}],
    }


@pytest.mark.parametrize(
    ("given", "failure", "told"),
    [
        ({"action": "left_clik"}, Failure.UNKNOWN_TOOL, "nearest: left_click"),
        ({"action": "scroll"}, Failure.BAD_ARGUMENTS, "scroll_direction is missing"),
        ({"action": "type", "txt": "x"}, Failure.BAD_ARGUMENTS, "nearest: text"),
        ({"action": "mouse_move", "coordinate": [1]}, Failure.BAD_ARGUMENTS, "coordinate"),
        ({"action": "hold_key", "text": "a", "duration": 999}, Failure.BAD_ARGUMENTS, "300"),
        ({}, Failure.BAD_ARGUMENTS, "argument action is missing"),
    ],
)
def test_wrong_arguments_are_told_in_the_same_shape(
    given: dict[str, Any], failure: Failure, told: str
) -> None:
    with pytest.raises(ToolError, match=told) as caught:
        translate("computer", given)
    assert caught.value.failure is failure
    value: Any = caught.value.value
    assert value["is_error"] is True


def test_coordinates_are_pixels_of_the_last_screenshot() -> None:
    how = translate("computer", {"action": "mouse_move", "coordinate": [30, 40]})
    # Two screen pixels for each of the image's; its middle is meant.
    assert play(how, memory=HALF).calls == [("mouse_move", {"x": 71, "y": 101})]
    cursor = play(
        translate("computer", {"action": "cursor_position"}),
        {"cursor_position": {"x": 71, "y": 101}},
        HALF,
    )
    assert cursor.value["content"][0]["text"] == "X=30,Y=40"
    zoom = translate("computer", {"action": "zoom", "region": [0, 0, 100, 50]})
    ((_, taken),) = play(zoom, memory=HALF).calls
    assert taken["region"] == {"x": 11, "y": 21, "width": 199, "height": 99}


def test_a_place_outside_of_the_last_screenshot_is_refused() -> None:
    how = translate("computer", {"action": "left_click", "coordinate": [100, 0]})
    with pytest.raises(ToolError, match=r"not within the last screenshot \(100x50 pixels\)"):
        play(how, memory=HALF)


def test_a_screenshot_is_remembered_and_a_zoom_is_not() -> None:
    picture = {**PICTURE, "origin": {"x": 5, "y": 6}, "scale": 0.25}
    after = play(translate("computer", {"action": "screenshot"}), {"screenshot": picture})
    assert after.memory.shown == View("the last screenshot", (5, 6, 400, 200), (100, 50))
    zoomed = play(
        translate("computer", {"action": "zoom", "region": [0, 0, 9, 9]}),
        {"screenshot": picture},
        HALF,
    )
    assert zoomed.memory.shown == HALF.shown


def test_the_size_that_was_asked_for_once_holds() -> None:
    given = {"action": "screenshot", "display_width_px": 1280, "display_height_px": 800}
    first = play(translate("computer", given))
    assert first.calls[0][1]["max_width"] == 1280
    second = play(translate("computer", {"action": "screenshot"}), memory=first.memory)
    assert second.calls[0][1] == {**SCREENSHOT, "max_width": 1280, "max_height": 800}


def _private(**given: object) -> Translated:
    return translate("computer", given)


def test_what_is_typed_is_private_and_what_is_pressed_is_not() -> None:
    assert _private(action="type", text="x").private == {"text"}
    assert _private(action="key", text="a").private == frozenset()
