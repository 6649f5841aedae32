"""The models: frozen, strict, and one for each kind and direction."""

from typing import Any

import pytest
from pydantic import ValidationError

from device_agent.protocol.messages import (
    Action,
    ActionResult,
    ClientMessage,
    ClientTask,
    Command,
    Register,
    ServerMessage,
    TaskId,
    Wire,
)
from tests.properties.wire import kinds

KINDS = (*kinds(ClientMessage), *kinds(ServerMessage))
CLIENT = {
    "register", "heartbeat", "task", "task_end", "command_results", "device_info_request",
    "device_info_response", "error",
}  # fmt: skip
SERVER = {
    "task", "command", "task_end", "heartbeat", "device_info_request", "device_info_response",
    "error",
}  # fmt: skip


@pytest.mark.parametrize(
    ("union", "of_aip", "ours"),
    [(ClientMessage, CLIENT, {"progress", "ack", "cancel"}),
     (ServerMessage, SERVER, {"progress", "ack", "cancel"})],
)  # fmt: skip
def test_every_kind_of_aip_and_of_the_extensions_has_a_model(
    union: object, of_aip: set[str], ours: set[str]
) -> None:
    assert {kind.model_fields["type"].default for kind in kinds(union)} == of_aip | ours


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_kind_says_what_it_is_for_and_which_it_is(kind: type[Wire]) -> None:
    assert kind.__doc__
    assert kind.model_fields["type"].annotation is not None
    assert kind.model_config["frozen"]
    assert kind.model_config["strict"]
    assert kind.model_config["extra"] == "ignore"


def test_a_message_cannot_be_changed() -> None:
    command = Command(task_id=TaskId("t"))
    with pytest.raises(ValidationError, match="frozen"):
        command.task_id = TaskId("u")  # type: ignore[misc]


@pytest.mark.parametrize(
    "fields",
    [
        {"tool_name": 1},
        {"tool_name": b"x"},
        {"tool_name": "x", "parameters": []},
        {"tool_name": "x", "tool_type": "ACTION"},
        {"tool_name": None},
    ],
)
def test_nothing_is_turned_into_what_it_is_not(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Action.model_validate(fields)


def test_texts_in_lists_are_as_strict() -> None:
    with pytest.raises(ValidationError):
        Command.model_validate({"messages": ["a", 1]})


def test_a_list_of_broken_actions_costs_one_error() -> None:
    with pytest.raises(ValidationError) as caught:
        Command.model_validate({"actions": [0] * 10_000})
    assert caught.value.error_count() == 1


def test_the_wire_says_session_id() -> None:
    assert ClientTask.model_validate({"session_id": "t"}) == ClientTask(task_id=TaskId("t"))


def test_a_register_without_a_name_is_none() -> None:
    for fields in ({}, {"client_id": ""}):
        with pytest.raises(ValidationError):
            Register.model_validate(fields)


def test_what_aip_requires_has_the_default_that_the_kind_implies() -> None:
    assert Command().status == "continue"
    assert Action(tool_name="x").tool_type == "action"
    assert ActionResult(status="success").result is None
