"""A list of actions instead of words."""

import pytest

from device_agent.planner.base import NotUnderstood, Plan
from device_agent.planner.script import MAX_ACTIONS, Script

ONE = '{"tool_name": "shell", "parameters": {"command": "id"}, "call_id": "c1"}'


@pytest.mark.parametrize("words", [f"[{ONE}]", f'{{"actions": [{ONE}]}}', f"[\n {ONE}\n]"])
def test_json_is_taken_as_it_is(words: str) -> None:
    answer = Script().plan(words, ())
    assert isinstance(answer, Plan)
    (action,) = answer.actions
    assert (action.tool_name, action.parameters, action.call_id) == (
        "shell",
        {"command": "id"},
        "c1",
    )
    assert answer.texts == ("call shell",)


@pytest.mark.parametrize("words", ["take a screenshot", "", "[take] a screenshot", '"text"', "12"])
def test_other_words_are_left_to_the_next(words: str) -> None:
    assert Script().plan(words, ()) is None


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("[]", "no list of actions"),
        ("{}", "no list of actions"),
        ('{"actions": 3}', "no list of actions"),
        ("[3]", "valid dictionary"),
        ('[{"parameters": {}}]', "tool_name"),
        ('[{"tool_name": 3}]', "tool_name"),
        ("[" + ",".join([ONE] * (MAX_ACTIONS + 1)) + "]", "more than"),
    ],
)
def test_json_that_is_no_list_of_actions_says_why(words: str, why: str) -> None:
    answer = Script().plan(words, ())
    assert isinstance(answer, NotUnderstood)
    assert why in answer.sentence


def test_a_depth_bomb_is_no_plan() -> None:
    assert Script().plan("[" * 100_000, ()) is None
