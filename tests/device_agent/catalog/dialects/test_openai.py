"""OpenAI's computer tool: one action, and batches."""

from typing import Any

import pytest

from device_agent.catalog.dialects import Memory, openai, translate
from device_agent.catalog.places import View
from device_agent.errors import Failure, ToolError
from tests.device_agent.catalog.dialects.plays import failing, play

AT = {"x": 3, "y": 4}
LAST = ("screenshot", {"max_width": None, "max_height": None, "cursor": True})
STILL = (
    "wait_for_screen",
    {"until": "still", "still_s": 0.15, "tolerance_pixels": 200, "timeout_s": 1.5},
)
CLICK = {"button": "left", "keys": ()}

TABLE: list[tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]] = [
    ({"type": "click", **AT, "button": "left"}, [("mouse_click", {**AT, **CLICK})]),
    (
        {"type": "click", **AT, "button": "right", "keys": ["CTRL", "SHIFT"]},
        [("mouse_click", {**AT, "button": "right", "keys": ("CTRL", "SHIFT")})],
    ),
    (
        {"type": "click", **AT, "button": "wheel", "keys": None},
        [("mouse_click", {**AT, "button": "middle", "keys": ()})],
    ),
    (
        {"type": "click", **AT, "button": "back"},
        [("mouse_click", {**AT, "button": "back", "keys": ()})],
    ),
    (
        {"type": "click", **AT, "button": "forward"},
        [("mouse_click", {**AT, "button": "forward", "keys": ()})],
    ),
    ({"type": "double_click", **AT}, [("mouse_click", {**AT, "count": 2, "keys": ()})]),
    (
        {"type": "double_click", **AT, "keys": ["ALT"]},
        [("mouse_click", {**AT, "count": 2, "keys": ("ALT",)})],
    ),
    (
        {"type": "drag", "path": [{"x": 1, "y": 2}, AT], "keys": ["SHIFT"]},
        [("mouse_drag", {"path": ({"x": 1, "y": 2}, AT), "keys": ("SHIFT",)})],
    ),
    ({"type": "keypress", "keys": ["CTRL", "S"]}, [("press_keys", {"keys": ("CTRL", "S")})]),
    ({"type": "move", **AT}, [("mouse_move", AT)]),
    ({"type": "move", **AT, "keys": ["CTRL"]}, [("mouse_move", AT)]),
    ({"type": "screenshot"}, []),
    (
        {"type": "scroll", **AT, "scroll_x": 0, "scroll_y": 300, "keys": ["CTRL"]},
        [("mouse_scroll", {**AT, "dx": 0, "dy": 3, "keys": ("CTRL",)})],
    ),
    (
        {"type": "scroll", **AT, "scroll_x": -20, "scroll_y": 0},
        [("mouse_scroll", {**AT, "dx": -1, "dy": 0, "keys": ()})],
    ),
    ({"type": "scroll", **AT, "scroll_x": 0, "scroll_y": 0}, [("mouse_move", AT)]),
    ({"type": "type", "text": "hé"}, [("type_text", {"text": "hé"})]),
    ({"type": "wait"}, [("wait", {"seconds": 1.0})]),
]


def _all(calls: list[Any]) -> list[Any]:
    """With what comes at the end of a call."""
    acted = any(tool not in {"wait", "screenshot"} for tool, _ in calls)
    return [*calls, *([STILL] if acted else []), LAST]


@pytest.mark.parametrize(("action", "calls"), TABLE)
def test_every_single_action_ends_with_a_screenshot(
    action: dict[str, Any], calls: list[Any]
) -> None:
    call = {"type": "computer_call", "id": "c", "call_id": "x", "status": "completed"}
    how = translate("computer_call", {**call, "action": action})
    assert how.namespace == "openai"
    assert play(how).calls == _all(calls)
    assert play(translate("computer", {"action": action})).calls == _all(calls)
    assert play(translate("computer", action)).calls == _all(calls)


@pytest.mark.parametrize(("action", "calls"), TABLE)
def test_every_kind_of_action_is_a_name_too(action: dict[str, Any], calls: list[Any]) -> None:
    given = {key: value for key, value in action.items() if key != "type"}
    how = translate(action["type"], given, agent_name="openai")
    assert play(how).calls == _all(calls)


def test_the_table_has_every_name() -> None:
    assert {row[0]["type"] for row in TABLE} == set(openai.KINDS)


def test_a_batch_runs_in_order_and_shows_the_screen_once() -> None:
    actions = [action for action, _ in TABLE]
    how = translate("computer_call", {"actions": actions, "pending_safety_checks": []})
    assert play(how).calls == _all([call for _, calls in TABLE for call in calls])
    assert how.acts
    assert not translate("computer_call", {"action": {"type": "wait"}}).acts
    assert play(translate("computer", {"actions": []})).calls == [LAST]


def test_the_result_is_that_of_a_computer_call_output() -> None:
    played = play(translate("computer", {"action": {"type": "screenshot"}}))
    url = "data:image/png;base64,aW1n"
    assert played.value == {
        "type": "computer_call_output",
        "output": {"type": "computer_screenshot", "image_url": url},
    }
    assert played.memory.shown == View("the last screenshot", (0, 0, 100, 50), (100, 50))


def test_coordinates_are_pixels_of_the_last_screenshot() -> None:
    half = Memory(shown=View("the last screenshot", (10, 20, 200, 100), (100, 50)))
    how = translate("computer", {"action": {"type": "move", "x": 30, "y": 40}})
    assert play(how, memory=half).calls[0] == ("mouse_move", {"x": 71, "y": 101})


def test_images_fit_into_the_size_that_was_asked_for() -> None:
    given = {"action": {"type": "wait"}, "display_width": 1024, "display_height": 768}
    played = play(translate("computer", given))
    assert played.calls[-1][1] == {"max_width": 1024, "max_height": 768, "cursor": True}
    assert played.memory.asked_size == (1024, 768)


def test_a_batch_ends_at_the_first_failure_and_says_which() -> None:
    actions = [{"type": "move", **AT}, {"type": "type", "text": "x"}, {"type": "wait"}]
    how = translate("computer", {"actions": actions})
    error = failing(how, ToolError(Failure.LOCKED, "the desktop is locked"), "type_text")
    assert (error.failure, error.detail) == (
        Failure.LOCKED,
        "action 2 of 3, type: the desktop is locked",
    )
    assert how.shape_failure(error) == {
        "type": "computer_call_output",
        "status": "incomplete",
        "error": "locked: action 2 of 3, type: the desktop is locked",
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "it takes action, an object, or actions"),
        ({"actions": "click"}, "it takes action, an object, or actions"),
        ({"actions": [{"type": "wait"}, {"type": "clik"}]}, "action 2 of 2.*nearest: click"),
        ({"actions": [{"type": "wait"}, {"type": "click", **AT}]}, "action 2 of 2.*button is miss"),
        ({"action": {"type": "keypress", "keys": []}}, "argument keys"),
        ({"action": {"type": "wait"}, "more": 1}, "no argument 'more'"),
        ({"actions": [{"type": "wait"}] * 101}, "101 actions are too many"),
        ({"action": {"type": "wait"}, "display_width": 8}, "display_width and display_height"),
        ({"action": {"type": "wait"}, "pending_safety_checks": 1}, "are lists"),
    ],
)
def test_nothing_runs_of_a_batch_with_a_mistake(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ToolError, match=told) as caught:
        translate("computer_call", given)
    value: Any = caught.value.value
    assert value["status"] == "incomplete"


def test_what_a_person_has_to_agree_to_is_refused_until_one_has() -> None:
    check = {"id": "s1", "code": "malicious_instructions", "message": "..."}
    given = {"action": {"type": "wait"}, "pending_safety_checks": [check]}
    with pytest.raises(ToolError, match="person's consent") as caught:
        translate("computer_call", given)
    assert caught.value.failure is Failure.DENIED
    agreed = translate("computer_call", {**given, "acknowledged_safety_checks": [check]})
    assert play(agreed).value["acknowledged_safety_checks"] == [check]


def test_what_is_typed_is_private() -> None:
    typed = {"type": "type", "text": "secret"}
    assert "actions" in translate("computer", {"actions": [{"type": "wait"}, typed]}).private
    assert "action" in translate("computer", {"action": typed}).private
    assert translate("type", {"text": "secret"}, agent_name="openai").private == {"text"}
    assert not translate("computer", {"action": {"type": "wait"}}).private
