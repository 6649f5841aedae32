import pytest

from device_agent.errors import Failure, ToolError
from simulator.words import EXAMPLES, plan


def test_phrases_become_actions_in_order() -> None:
    actions = plan('Take a screenshot then type "Hello, World" then press ctrl+s; click 20, 30')
    assert [action.tool_name for action in actions] == [
        "screenshot",
        "type_text",
        "press_keys",
        "mouse_click",
    ]
    assert actions[1].parameters == {"text": "Hello, World"}
    assert actions[2].parameters == {"keys": "ctrl+s"}
    assert actions[3].parameters == {"x": 20, "y": 30}


@pytest.mark.parametrize("words", [*EXAMPLES, "run echo hi", "tell system info"])
def test_every_example_is_understood(words: str) -> None:
    assert len(plan(words)) == 1


def test_a_json_list_of_actions_is_taken_as_it_is() -> None:
    (action,) = plan('[{"tool_name": "wait", "parameters": {"seconds": 1.5}}]')
    assert action.parameters == {"seconds": 1.5}


@pytest.mark.parametrize("words", ["water the plants", "", " then ", "[1, 2]", "[{", "[" * 5000])
def test_everything_else_fails_and_says_what_would_do(words: str) -> None:
    with pytest.raises(ToolError) as refused:
        plan(words)
    assert refused.value.failure is Failure.NOT_UNDERSTOOD
    assert EXAMPLES[0] in refused.value.detail
