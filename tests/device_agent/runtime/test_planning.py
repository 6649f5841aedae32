"""From a task to actions."""

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.protocol.messages import Action, ClientTask, ServerTask, TaskId
from device_agent.protocol.work import work_of
from device_agent.runtime.planning import plan_work


def test_words_become_actions_whoever_sends_them() -> None:
    for request in (
        ClientTask(task_id=TaskId("t"), request="press ctrl+s then take a screenshot"),
        ServerTask(task_id=TaskId("t"), user_request="press ctrl+s then take a screenshot"),
    ):
        names = [action.tool_name for action in plan_work(work_of(request))]
        assert len(names) == 2
        assert "screenshot" in names[1]


def test_explicit_actions_are_taken_as_they_are() -> None:
    action = Action(tool_name="screen_size")
    work = work_of(ClientTask(task_id=TaskId("t"), request="whatever", actions=(action,)))
    assert [each.tool_name for each in plan_work(work)] == ["screen_size"]


@pytest.mark.parametrize("words", ["blorb the frobnicator", "", None])
def test_what_nobody_understands_says_what_would_be(words: str | None) -> None:
    with pytest.raises(ToolError) as caught:
        plan_work(work_of(ClientTask(task_id=TaskId("t"), request=words)))
    assert caught.value.failure is Failure.NOT_UNDERSTOOD
    assert caught.value.detail
