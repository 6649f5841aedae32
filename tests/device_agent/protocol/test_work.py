"""Names and digests of work."""

from device_agent.errors import Failure
from device_agent.protocol.messages import Action, Command, ResponseId, ServerTask, TaskId
from device_agent.protocol.work import failed_actions, work_id, work_of

COMMAND = Command(
    task_id=TaskId("t"), response_id=ResponseId("r"), actions=(Action(tool_name="wait"),)
)


def test_the_same_ids_and_content_are_the_same_work() -> None:
    again = COMMAND.model_copy(update={"timestamp": "later"})
    assert work_of(again).work_id == work_of(COMMAND).work_id == work_id("t", "r")
    assert work_of(again).digest == work_of(COMMAND).digest


def test_other_content_under_the_same_ids_has_another_digest() -> None:
    other = COMMAND.model_copy(update={"actions": (Action(tool_name="shell"),)})
    assert work_of(other).work_id == work_of(COMMAND).work_id
    assert work_of(other).digest != work_of(COMMAND).digest


def test_a_command_without_response_id_is_named_by_its_content() -> None:
    bare = COMMAND.model_copy(update={"response_id": None})
    other = bare.model_copy(update={"actions": ()})
    assert work_of(bare).work_id == work_of(bare).work_id != work_of(other).work_id


def test_kinds_are_told_apart_even_with_the_same_task() -> None:
    task = ServerTask(task_id=TaskId("t"), user_request="x")
    assert (work_of(task).kind, work_of(COMMAND).kind) == ("task", "command")
    assert work_of(task).work_id == work_id("t") != work_of(COMMAND).work_id
    assert work_of(task).actions == ()


def test_a_refused_command_has_one_result_per_action() -> None:
    actions = (Action(tool_name="a"), Action(tool_name="b"), Action(tool_name="c"))
    results = failed_actions(actions, Failure.BUSY, "later")
    assert [result.status for result in results] == ["failure", "skipped", "skipped"]
    assert results[0].error == "busy: later"
    assert failed_actions((), Failure.BUSY, "later") == ()
