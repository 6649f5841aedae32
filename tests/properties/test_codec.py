"""Whatever a peer sends is a message or a RemoteProtocolError; what we say can be read back."""

import json
import math

from hypothesis import example, given
from hypothesis import strategies as st

from device_agent.errors import RemoteProtocolError
from device_agent.protocol.codec import decode_client, decode_envelope, decode_server, encode
from device_agent.protocol.messages import ActionResult, CommandResults, Json, Message
from device_agent.protocol.scan import Limits
from tests.properties.wire import CLIENT_MESSAGES, JSON, SERVER_MESSAGES, TEXTS

READERS = (decode_client, decode_server, decode_envelope)
TIGHT = Limits(max_frame_bytes=64, max_depth=3, max_values=5)
PIECES = st.sampled_from([
    "{", "}", "[", "]", ",", ":", '"', "\\", "\\u", "\\ud83d", "d83d", "é", "\ud800", "1", "9" * 50,
    "1e400", "NaN", "-", ".", "null", "true", '"type"', '"command"', '"task"', '"actions"',
    '"session_id"', " ", "\n", "\x00",
])  # fmt: skip
KINDS = st.sampled_from(["command", "task", "register", "progress", "command_results", "?"])
NAMES = st.sampled_from([
    "type", "status", "client_id", "session_id", "task_id", "actions", "action_results", "result",
    "metadata", "response_id", "client_type", "step", "messages",
])  # fmt: skip
ALMOST = st.builds(
    lambda kind, rest: json.dumps({"type": kind, **rest}),
    KINDS,
    st.dictionaries(NAMES, JSON | st.lists(st.dictionaries(NAMES, JSON)), max_size=5),
)


def _read(frame: str | bytes) -> None:
    for reader in READERS:
        for limits in (Limits(), TIGHT):
            try:
                reader(frame, limits)
            except RemoteProtocolError:
                continue


@given(
    st.text(st.characters())
    | st.binary()
    | st.lists(PIECES, max_size=30).map("".join)
    | JSON.map(json.dumps)
    | ALMOST
)
@example("[" * 100_000)
@example('{"type":"heartbeat","metadata":' + '{"a":' * 100_000)
@example('{"type":"task","status":' + "9" * 5_000 + "}")
@example("\ufeff{}")
def test_any_frame_is_a_message_or_refused(frame: str | bytes) -> None:
    _read(frame)


@given(CLIENT_MESSAGES)
def test_what_a_client_says_is_read_back(message: Message) -> None:
    assert decode_client(encode(message)) == message


@given(SERVER_MESSAGES)
def test_what_a_server_says_is_read_back(message: Message) -> None:
    assert decode_server(encode(message)) == message


@given(CLIENT_MESSAGES | SERVER_MESSAGES)
def test_an_envelope_says_the_same_as_the_message(message: Message) -> None:
    envelope = decode_envelope(encode(message))
    for name in ("type", "client_id", "target_id", "task_id", "response_id", "request_id"):
        assert getattr(envelope, name) == getattr(message, name, None)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(st.characters(), max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(ANYTHING, st.text(st.characters(), max_size=8))
@example(math.nan, "\udcff")
@example([[[2**70, -(2**4000), 2**40_000]]], "")
def test_whatever_a_tool_returns_can_be_read_at_the_other_end(result: Json, error: str) -> None:
    done = ActionResult(status="success", result=result, error=error)
    answer = CommandResults(action_results=(done,), metadata={"result": result})
    read = decode_client(encode(answer))
    assert isinstance(read, CommandResults)
    assert read.action_results is not None
    assert len(read.action_results) == 1


@given(JSON, TEXTS)
def test_results_are_kept_as_they_are(result: Json, call_id: str) -> None:
    done = ActionResult.model_validate({"status": "success", "result": result, "call_id": call_id})
    read = decode_client(encode(CommandResults(action_results=(done,))))
    assert isinstance(read, CommandResults)
    assert read.action_results == (done,)
    assert json.dumps(read.action_results[0].result) == json.dumps(result)


@given(st.lists(st.tuples(TEXTS, st.integers(0, 9)), max_size=6), st.integers(0, 2))
def test_of_equal_keys_none_is_taken(pairs: list[tuple[str, int]], depth: int) -> None:
    inner = ",".join(f"{json.dumps(key)}:{value}" for key, value in pairs)
    metadata = '{"a":' * depth + "{" + inner + "}" + "}" * depth
    frame = '{"type":"heartbeat","metadata":' + metadata + "}"
    try:
        decode_client(frame)
        refused = False
    except RemoteProtocolError:
        refused = True
    assert refused == (len({key for key, _ in pairs}) < len(pairs))
