"""What fits into a frame, and what is said instead of an answer that does not."""

import pytest

from device_agent.protocol.codec import decode_client, encode
from device_agent.protocol.limits import fits, size_bytes, too_large
from device_agent.protocol.messages import (
    ActionResult,
    CallId,
    ClientDeviceInfo,
    ClientId,
    ClientTask,
    ClientTaskEnd,
    CommandResults,
    DeviceInfo,
    Json,
    Message,
    Register,
    ResponseId,
    ServerError,
    ServerTask,
    ServerTaskEnd,
    TaskId,
)

LIMIT = 64 * 1024
ERROR = (
    "result_too_large: {size} bytes, the peer takes 65536; "
    "ask for less (region, lower quality, head/tail of a file)"
)


def _answer(*results: Json) -> CommandResults:
    return CommandResults(
        task_id=TaskId("t"),
        prev_response_id=ResponseId("r"),
        action_results=tuple(
            ActionResult(status="success", result=result, call_id=CallId(f"c{position}"))
            for position, result in enumerate(results)
        ),
    )


def _replaced(answer: Message) -> Json:
    return too_large(answer, size_bytes(encode(answer)), LIMIT)


def test_size_is_counted_in_bytes_of_utf_8() -> None:
    assert fits("é" * 8, 16)
    assert not fits("é" * 8, 15)
    assert fits("x" * 16, 16)
    assert not fits("x" * 17, 16)
    assert fits("x" * (16 * 1024 * 1024))
    assert not fits("x" * (16 * 1024 * 1024 + 1))


def test_a_frame_with_more_values_than_we_read_ourselves_does_not_fit() -> None:
    assert not fits(encode(_answer([0] * 300_000)))
    assert fits(encode(_answer("0," * 300_000)))


def test_only_the_largest_result_is_replaced_when_that_is_enough() -> None:
    answer = _answer("small", "x" * 70_000, "y" * 30_000, None)
    size = size_bytes(encode(answer))
    replaced = _replaced(answer)
    assert fits(encode(replaced), LIMIT)
    assert replaced.prev_response_id == "r"
    assert [done.status for done in replaced.action_results] == [
        "success",
        "failure",
        "success",
        "success",
    ]
    assert replaced.action_results[1].error == ERROR.format(size=size)
    assert replaced.action_results[1].result is None
    assert [done.call_id for done in replaced.action_results] == ["c0", "c1", "c2", "c3"]


def test_as_many_results_are_replaced_as_it_takes() -> None:
    answer = _answer(*["é" * 10_000] * 10)
    replaced = _replaced(answer)
    assert fits(encode(replaced), LIMIT)
    failed = [done.status for done in replaced.action_results].count("failure")
    assert failed == 7
    assert decode_client(encode(replaced)) == replaced


def test_an_error_that_is_too_long_is_replaced_as_well() -> None:
    loud = ActionResult(status="failure", error="x" * 70_000)
    replaced = _replaced(CommandResults(action_results=(loud,)))
    assert fits(encode(replaced), LIMIT)


@pytest.mark.parametrize("kind", [ClientTaskEnd, ServerTaskEnd])
def test_a_task_whose_result_is_too_large_has_failed(kind: type[Json]) -> None:
    end = kind(status="completed", task_id=TaskId("t"), result=["x" * 70_000])
    replaced = _replaced(end)
    assert (replaced.status, replaced.result, replaced.task_id) == ("failed", None, "t")
    assert replaced.error == ERROR.format(size=size_bytes(encode(end)))


@pytest.mark.parametrize("kind", [ClientDeviceInfo, DeviceInfo])
def test_facts_that_are_too_large_become_an_error(kind: type[Json]) -> None:
    facts = kind(response_id=ResponseId("q"), result={"apps": ["x" * 70_000]})
    replaced = _replaced(facts)
    assert replaced.result == {"error": ERROR.format(size=size_bytes(encode(facts)))}
    assert replaced.response_id == "q"


@pytest.mark.parametrize(
    "message",
    [
        ClientTask(client_id=ClientId("d"), task_id=TaskId("t"), request="x" * 70_000),
        ServerTask(task_id=TaskId("t"), user_request="x" * 70_000),
        ServerError(task_id=TaskId("t"), error="x" * 70_000),
        Register(client_id=ClientId("d"), metadata={"a": "x" * 70_000}),
        CommandResults(task_id=TaskId("t"), error="x" * 70_000),
    ],
)
def test_no_message_is_too_large_to_be_replaced(message: Message) -> None:
    replaced = _replaced(message)
    assert fits(encode(replaced), LIMIT)
    assert replaced.error == ERROR.format(size=size_bytes(encode(message)))
    assert replaced.task_id == getattr(message, "task_id", None)
    assert getattr(replaced, "client_id", None) == getattr(message, "client_id", None)
