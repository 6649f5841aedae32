"""One wording for the end of a task, whoever ended it."""

import pytest

from constellation.hub.endings import of_results, of_task_end
from device_agent.protocol.messages import (
    Action,
    ActionResult,
    ClientTaskEnd,
    Command,
    CommandResults,
)

TWO = Command(actions=(Action(tool_name="a"), Action(tool_name="b")))
OK = ActionResult(status="success", result=0)


@pytest.mark.parametrize(
    ("results", "error"),
    [
        ((OK, OK), None),
        ((OK, ActionResult(status="none")), None),
        ((ActionResult(status="failure", error="denied: no"), OK), "denied: no"),
        ((OK, ActionResult(status="failure")), "failed: the device gave no reason"),
        ((OK,), "failed: the device gave 1 results for 2 actions"),
        (None, "failed: the device gave 0 results for 2 actions"),
    ],
)
def test_the_first_action_that_failed_decides(
    results: tuple[ActionResult, ...] | None, error: str | None
) -> None:
    assert of_results(TWO, CommandResults(action_results=results)).error == error


def test_results_keep_zero_and_null() -> None:
    said = CommandResults(action_results=(OK, ActionResult(status="success")))
    assert of_results(TWO, said).result == [
        {"status": "success", "result": 0},
        {"status": "success", "result": None},
    ]


def test_an_error_of_the_whole_command_is_its_error() -> None:
    assert of_results(TWO, CommandResults(error="busy: later")).error == "busy: later"


def test_success_has_no_error_and_failure_always_one() -> None:
    assert of_task_end(ClientTaskEnd(status="completed", error="")).error is None
    assert of_task_end(ClientTaskEnd(status="failed")).error == "failed: the device gave no reason"
