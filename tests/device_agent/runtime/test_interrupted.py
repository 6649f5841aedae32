"""What is said of work that was in hand when the process died."""

import json

import pytest

from device_agent.journal.works import Unfinished
from device_agent.protocol.codec import encode
from device_agent.protocol.messages import (
    Action,
    ClientTask,
    Command,
    ResponseId,
    ServerTask,
    TaskId,
)
from device_agent.protocol.work import Work, work_of
from device_agent.runtime.interrupted import context_of, interrupted_answer


def unfinished(work: Work, position: int = 0) -> Unfinished:
    request = work.request
    return Unfinished(
        peer="hub",
        work_id=work.work_id,
        kind=work.kind,
        task_id=request.task_id or "",
        response_id=request.response_id if isinstance(request, Command) else None,
        digest=work.digest,
        summary="",
        acting=True,
        position=position,
        accepted_at=0.0,
        context=json.dumps(context_of(work)),
    )


@pytest.mark.parametrize(
    ("position", "statuses"),
    [
        (0, ["failure", "failure", "failure"]),
        (1, ["failure", "failure", "failure"]),
        (2, ["none", "failure", "failure"]),
        (3, ["none", "none", "failure"]),
    ],
)
def test_a_command_has_one_result_per_action(position: int, statuses: list[str]) -> None:
    actions = tuple(Action(tool_name="x", call_id=str(number)) for number in range(3))
    command = Command(task_id=TaskId("t"), response_id=ResponseId("r"), actions=actions)
    answer = json.loads(encode(interrupted_answer(unfinished(work_of(command), position), "d1")))
    assert answer["type"] == "command_results"
    assert (answer["session_id"], answer["prev_response_id"]) == ("t", "r")
    assert [result["status"] for result in answer["action_results"]] == statuses
    assert [result["call_id"] for result in answer["action_results"]] == ["0", "1", "2"]


def test_a_command_without_anything() -> None:
    answer = json.loads(encode(interrupted_answer(unfinished(work_of(Command())), "d1")))
    assert answer["action_results"] == []


@pytest.mark.parametrize(
    ("work", "kind"),
    [
        (work_of(ClientTask(task_id=TaskId("t"), task_name="n", request="a")), "task_end"),
        (work_of(ServerTask(task_id=TaskId("t"), task_name="n", user_request="a")), "task_end"),
    ],
)
def test_a_task_ends_as_failed(work: Work, kind: str) -> None:
    answer = json.loads(encode(interrupted_answer(unfinished(work), "d1")))
    assert (answer["type"], answer["status"], answer["session_id"]) == (kind, "failed", "t")
    assert answer["error"].startswith("interrupted: ")
    assert ("client_id" in answer) is isinstance(work.request, ServerTask)
