"""Which of our tools a caller means."""

import pytest

from device_agent.catalog import unknown
from device_agent.catalog.dialects import translate
from device_agent.errors import Failure, ToolError
from tests.device_agent.catalog.dialects.plays import play


@pytest.mark.parametrize("tool_type", ["action", "data_collection", None])
def test_our_own_names_are_understood_from_anyone(tool_type: str | None) -> None:
    call = translate("screen_size", {}, agent_name="LinuxAgent", tool_type=tool_type)
    played = play(call, {"screen_size": {"width": 1}})
    assert played.calls == [("screen_size", {})]
    assert played.value == {"width": 1}
    assert call.namespace == "device-agent"


def test_a_failed_call_of_ours_shows_what_there_was() -> None:
    call = translate("shell", {"command": "make"})
    error = ToolError(Failure.TIMED_OUT, "too slow", value={"stdout": "half"})
    assert call.shape_failure(error) == {"stdout": "half"}
    assert call.shape_failure(unknown("x")) is None


def test_an_unknown_name_is_told_the_nearest_of_all_dialects() -> None:
    with pytest.raises(ToolError) as caught:
        translate("execute_commands", {})
    assert caught.value.failure is Failure.UNKNOWN_TOOL
    assert "nearest: execute_command" in caught.value.detail


def test_missing_parameters_count_as_none_given() -> None:
    assert play(translate("screenshot", None)).calls == [("screenshot", {})]


@pytest.mark.parametrize(
    ("name", "given", "namespace"),
    [
        ("screenshot", {}, "device-agent"),
        ("cursor_position", {}, "device-agent"),
        ("wait", {"seconds": 1.0}, "device-agent"),
        ("wait", {"duration": 1.0}, "anthropic"),
        ("wait", {}, "openai"),
        ("scroll", {"scroll_direction": "up", "scroll_amount": 1}, "anthropic"),
        ("scroll", {"x": 1, "y": 2, "scroll_x": 0, "scroll_y": 9}, "openai"),
        ("double_click", {"coordinate": [1, 2]}, "anthropic"),
        ("double_click", {"x": 1, "y": 2}, "openai"),
        ("computer", {"action": "screenshot"}, "anthropic"),
        ("computer", {"action": {"type": "screenshot"}}, "openai"),
        ("computer", {"actions": []}, "openai"),
        ("list_tools", {}, "BashExecutor"),
    ],
)
def test_the_arguments_decide_where_several_vocabularies_have_a_name(
    name: str, given: dict[str, object], namespace: str
) -> None:
    assert translate(name, given).namespace == namespace


@pytest.mark.parametrize(
    ("agent", "namespace"),
    [
        ("AnthropicAgent", "anthropic"),
        ("claude", "anthropic"),
        ("openai", "openai"),
        ("LinuxAgent", "device-agent"),
        ("", "device-agent"),
        (None, "device-agent"),
    ],
)
def test_the_agent_decides_before_the_arguments(agent: str | None, namespace: str) -> None:
    assert translate("screenshot", {}, agent_name=agent).namespace == namespace


def test_the_complaint_is_that_of_the_vocabulary_that_was_most_likely_meant() -> None:
    with pytest.raises(ToolError, match="argument button"):
        translate("click", {"x": 1, "y": 2, "button": "leftish"})
    with pytest.raises(ToolError, match="scroll_amount is missing"):
        translate("scroll", {"scroll_direction": "up", "coordinate": [1, 2]})
