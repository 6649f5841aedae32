"""Who is asked in which order, and what Galaxy wraps around words."""

import pytest

from device_agent.planner.base import NotUnderstood, Plan, Planner
from device_agent.planner.chain import plan, unwrapped
from device_agent.protocol.messages import Action

LOOK = Action(tool_name="screenshot")


class Silent(Planner):
    def plan(self, words: str, actions: tuple[Action, ...]) -> None:
        del words, actions


class Model(Planner):
    def plan(self, words: str, actions: tuple[Action, ...]) -> Plan:
        del actions
        return Plan((LOOK,), (words,))


def _tools(answer: Plan | NotUnderstood) -> list[str]:
    assert isinstance(answer, Plan), answer
    assert len(answer.texts) == len(answer.actions)
    return [action.tool_name for action in answer.actions]


def test_explicit_actions_go_before_words() -> None:
    assert _tools(plan("click 1,2", [LOOK])) == ["screenshot"]


def test_json_goes_before_phrases_and_phrases_come_last() -> None:
    assert _tools(plan('[{"tool_name": "anything", "parameters": {"a": null}}]')) == ["anything"]
    assert _tools(plan("take a screenshot")) == ["screenshot"]


@pytest.mark.parametrize(
    "words",
    [
        "Task Description: Take a screenshot\nTips for Completion:\n - be quick\n - be neat",
        "Task Description: Take a screenshot",
        "  task description:Take a screenshot\n  tips for completion:\n",
        "Take a screenshot",
    ],
)
def test_galaxys_wrapping_is_taken_off_first(words: str) -> None:
    assert unwrapped(words) == "Take a screenshot"
    assert _tools(plan(words)) == ["screenshot"]


def test_a_description_of_several_lines_is_kept_whole() -> None:
    wrapped = "Task Description: click 1,2\npress enter\nTips for Completion:\n - none"
    assert _tools(plan(wrapped)) == ["mouse_click", "press_keys"]


def test_wrapped_json_is_json() -> None:
    assert _tools(plan('Task Description: [{"tool_name": "x"}]\nTips for Completion:\n')) == ["x"]


@pytest.mark.parametrize("words", [None, "", " \n ", "Task Description:\nTips for Completion:\n"])
def test_an_empty_task_says_so(words: str | None) -> None:
    answer = plan(words)
    assert isinstance(answer, NotUnderstood)
    assert "empty" in answer.sentence


def test_the_first_planner_with_something_to_say_decides() -> None:
    assert plan("do it", chain=(Silent(), Model())) == Plan((LOOK,), ("do it",))
    assert isinstance(plan("do it", chain=(Silent(),)), NotUnderstood)
