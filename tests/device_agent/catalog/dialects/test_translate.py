"""Which of our tools a caller means."""

import pytest

from device_agent.catalog import TOOLS, unknown
from device_agent.catalog.dialects import translate
from device_agent.errors import Failure, ToolError


@pytest.mark.parametrize("tool_type", ["action", "data_collection", None])
def test_our_own_names_are_understood_from_anyone(tool_type: str | None) -> None:
    call = translate("screen_size", {}, agent_name="LinuxAgent", tool_type=tool_type)
    assert call.tool is TOOLS["screen_size"]
    assert call.shape({"width": 1}) == {"width": 1}
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
    assert translate("screenshot", None).tool is TOOLS["screenshot"]
