"""The names that UFO's LinuxAgent calls."""

from typing import Any

import pytest

from device_agent.catalog.dialects import Translated, translate
from device_agent.errors import Failure, ToolError
from tests.device_agent.catalog.dialects.plays import play

RESULT = {
    "exit_code": 0,
    "stdout": "hi\n",
    "stderr": "",
    "timed_out": False,
    "duration_s": 0.1,
    "truncated": False,
    "stdout_bytes": 3,
    "stderr_bytes": 0,
}


def _execute(**parameters: object) -> Translated:
    return translate("execute_command", parameters, agent_name="LinuxAgent", tool_type="action")


def _arguments(call: Translated) -> dict[str, Any]:
    ((tool, arguments),) = play(call, {"shell": RESULT}).calls
    assert tool == "shell"
    return arguments


def test_execute_command_runs_in_the_shell() -> None:
    call = _execute(command="uname -a", cwd="/tmp")
    assert _arguments(call) == {"command": "uname -a", "cwd": "/tmp", "timeout_s": 30.0}
    assert call.namespace == "BashExecutor"


@pytest.mark.parametrize(
    ("given", "taken"), [(0, 1), (-5, 1), (45, 45), (6000, 120), ("90", 90), (2.5, 2)]
)
def test_the_timeout_is_clamped_as_ufo_does(given: object, taken: float) -> None:
    assert _arguments(_execute(command="x", timeout=given))["timeout_s"] == taken


@pytest.mark.parametrize("given", ["soon", float("inf"), None, [1]])
def test_a_timeout_that_is_no_number_is_refused(given: object) -> None:
    with pytest.raises(ToolError) as caught:
        _execute(command="x", timeout=given)
    assert caught.value.failure is Failure.BAD_ARGUMENTS
    assert "argument timeout" in caught.value.detail


def test_the_api_key_is_dropped_and_never_shown() -> None:
    call = _execute(command="uname", api_key="rig-mcp-key")
    assert "rig-mcp-key" not in repr(call)
    with pytest.raises(ToolError) as caught:
        _execute(comand="uname", api_key="rig-mcp-key")
    assert "rig-mcp-key" not in str(caught.value)
    assert "nearest: command" in caught.value.detail


def test_success_says_whether_the_exit_code_is_0_and_nothing_more() -> None:
    done = play(_execute(command="x"), {"shell": RESULT}).value
    assert done == {"success": True, "exit_code": 0, "stdout": "hi\n", "stderr": ""}
    failed = play(_execute(command="x"), {"shell": RESULT | {"exit_code": 2}}).value
    assert failed["success"] is False


def test_a_killed_command_comes_with_its_output_so_far() -> None:
    error = ToolError(Failure.TIMED_OUT, "killed after 30 s", value=RESULT)
    assert _execute(command="x").shape_failure(error) == {
        "success": False,
        "error": "killed after 30 s",
        "stdout": "hi\n",
        "stderr": "",
    }
    denied = ToolError(Failure.DENIED, "no rule allows shell")
    assert _execute(command="x").shape_failure(denied) == {
        "success": False,
        "error": "no rule allows shell",
    }


def test_get_system_info_gives_the_four_texts() -> None:
    call = translate("get_system_info", {"api_key": "k"})
    texts = {"uname": "Linux", "uptime": "up 1 day", "memory": "24 GiB", "disk": "/: 100 GiB"}
    full = play(call, {"system_info": {"facts": {"os": "Linux"}, "texts": texts}})
    assert full.value == texts
    assert full.calls == [("system_info", {})]
    little = {"facts": {}, "texts": {"uname": "Linux"}}
    assert play(call, {"system_info": little}).value == {"uname": "Linux"}


@pytest.mark.parametrize("parameters", [{}, {"tool_type": "action"}, {"tool_type": None}])
def test_list_tools_gives_the_bare_list(parameters: dict[str, object]) -> None:
    call = translate("list_tools", parameters, agent_name="LinuxAgent")
    played = play(call, {"list_tools": {"tools": [1, 2]}})
    assert played.calls == [("list_tools", parameters)]
    assert played.value == [1, 2]
