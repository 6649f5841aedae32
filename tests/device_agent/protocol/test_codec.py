"""Text to message and back."""

import json
from collections.abc import Callable
from dataclasses import asdict

import pytest

from device_agent.errors import Breach, LocalProtocolError, RemoteProtocolError, Salvage
from device_agent.protocol.codec import (
    as_text,
    decode_client,
    decode_envelope,
    decode_server,
    encode,
)
from device_agent.protocol.messages import (
    ActionResult,
    ClientHeartbeat,
    ClientId,
    ClientMessage,
    Command,
    CommandResults,
    Json,
    Message,
    Register,
    ServerMessage,
    TaskId,
)
from device_agent.protocol.scan import Limits
from tests.golden import Golden, golden, texts
from tests.properties.wire import kinds

Reader = Callable[[str | bytes], Message]
SECRET = "hunter2-horse"


def _reader(frame: Golden, content: dict[str, Json]) -> Reader:
    side = content.get("from", frame.path.parent.name)
    return decode_client if side == "client" else decode_server


def _refused(frame: str | bytes, limits: Limits | None = None) -> RemoteProtocolError:
    with pytest.raises(RemoteProtocolError) as caught:
        decode_server(frame, limits or Limits())
    return caught.value


@golden("client", "server")
def test_a_frame_is_read_and_written_as_its_golden_file_says(frame: Golden) -> None:
    content = frame.read()
    reader = _reader(frame, content)
    message = reader(json.dumps(content["frame"]))
    written = encode(message)
    frame.expect(message=type(message).__name__, written=json.loads(written))
    assert reader(written) == message
    assert decode_envelope(json.dumps(content["frame"])).type == content["frame"]["type"]


@golden("refused")
def test_a_frame_is_refused_as_its_golden_file_says(frame: Golden) -> None:
    content = frame.read()
    with pytest.raises(RemoteProtocolError) as caught:
        _reader(frame, content)(content["text"])
    refused = caught.value
    assert refused.breach is Breach(content["breach"])
    salvage = None if refused.salvage is None else asdict(refused.salvage)
    frame.expect(detail=refused.detail, salvage=salvage)


@pytest.mark.parametrize(
    ("folder", "union"), [("client", ClientMessage), ("server", ServerMessage)]
)
def test_every_kind_has_a_golden_frame(folder: str, union: object) -> None:
    shown = {json.loads(text)["type"] for text in texts(folder)}
    assert shown == {kind.model_fields["type"].default for kind in kinds(union)}


@pytest.mark.parametrize("read", [decode_client, decode_server, decode_envelope])
def test_a_binary_frame_is_refused(read: Reader) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        read(b'{"type":"heartbeat"}')
    assert caught.value.breach is Breach.NOT_TEXT


def _padded(size_bytes: int, letter: str = "x") -> str:
    shell = '{"type":"heartbeat","task_name":"%s"}'
    return shell % (letter * ((size_bytes - len(shell) + 2) // len(letter.encode())))


def test_a_frame_may_be_as_large_as_the_limit() -> None:
    limits = Limits(max_frame_bytes=1000)
    decode_server(_padded(1000), limits)
    assert _refused(_padded(1001), limits).breach is Breach.TOO_LARGE


def test_size_is_counted_in_bytes_of_utf_8() -> None:
    limits = Limits(max_frame_bytes=1000)
    assert len(_padded(1002, "é")) < 600
    assert _refused(_padded(1002, "é"), limits).breach is Breach.TOO_LARGE


def test_a_command_that_breaks_the_schema_can_still_be_answered() -> None:
    refused = _refused(
        '{"type":"command","session_id":"t","response_id":"r","actions":[{"tool_name":1},2,3]}'
    )
    assert refused.breach is Breach.BAD_FIELDS
    assert refused.detail == "actions[0].tool_name: expected a string"
    assert refused.salvage == Salvage("command", "t", "r", 3)


def test_a_command_with_an_impossible_number_can_still_be_answered() -> None:
    refused = _refused('{"type":"command","session_id":"t","actions":[{"parameters":1e999}]}')
    assert refused.breach is Breach.BAD_VALUE
    assert refused.salvage == Salvage("command", "t", None, 1)


def test_a_heartbeat_leaves_nothing_to_salvage() -> None:
    assert _refused('{"type":"heartbeat","status":"weird"}').salvage is None


@pytest.mark.parametrize(
    "frame",
    [
        '{"type":"%s"}',
        '{"type":"command","status":"%s"}',
        '{"type":"command","actions":"%s"}',
        '{"type":"command","actions":[{"tool_name":"x","tool_type":"%s"}]}',
        '{"type":"command","actions":[{"tool_name":"x","parameters":"%s"}]}',
        '{"type":"command","actions":[{"%s":NaN}]}',
        '{"type":"command","result":{"%s":1,"%s":2}}',
        '"%s',
    ],
)
def test_what_a_peer_said_is_not_repeated_in_the_error(frame: str) -> None:
    refused = _refused(frame.replace("%s", SECRET))
    assert SECRET not in str(refused)


def test_our_own_field_names_are_no_wire_spellings() -> None:
    message = decode_server('{"type":"task","task_id":"ours"}')
    assert message.task_id is None


def test_nulls_are_dropped_at_the_envelope_only() -> None:
    message = decode_server(
        '{"type":"command","task_name":null,"actions":['
        '{"tool_name":"x","call_id":null,"parameters":{"keep":null,"also":[null,{"this":null}]}}]}'
    )
    assert isinstance(message, Command)
    assert message.actions[0].parameters == {"keep": None, "also": [None, {"this": None}]}
    assert json.loads(encode(message))["actions"][0] == {
        "tool_name": "x",
        "tool_type": "action",
        "parameters": {"keep": None, "also": [None, {"this": None}]},
    }


@pytest.mark.parametrize("result", [0, "", [], {}, False, 0.0, [None], {"a": None}])
def test_a_falsy_result_is_a_result(result: Json) -> None:
    answer = CommandResults(action_results=(ActionResult(status="success", result=result),))
    assert json.loads(encode(answer))["action_results"][0]["result"] == result


def test_status_and_client_type_are_always_written() -> None:
    written = json.loads(encode(ClientHeartbeat()))
    assert written == {"type": "heartbeat", "status": "ok", "client_type": "device"}


def test_the_wire_says_session_id_where_we_say_task_id() -> None:
    written = json.loads(encode(CommandResults(task_id=TaskId("t"))))
    assert written["session_id"] == "t"
    assert "task_id" not in written


def test_a_timestamp_is_added_where_there_is_none() -> None:
    now = "2030-01-02T03:04:05.678+00:00"
    beat = ClientHeartbeat(client_id=ClientId("d"))
    assert json.loads(encode(beat, now)) == {**json.loads(encode(beat)), "timestamp": now}
    old = beat.model_copy(update={"timestamp": "earlier"})
    assert json.loads(encode(old, now))["timestamp"] == "earlier"


def _result_as_read(result: Json) -> Json:
    answer = CommandResults(action_results=(ActionResult(status="success", result=result),))
    message = decode_client(encode(answer))
    assert isinstance(message, CommandResults)
    assert message.action_results
    return message.action_results[0].result


def test_a_file_name_that_is_no_utf_8_is_mended() -> None:
    name = b"caf\xe9.txt".decode("utf-8", "surrogateescape")
    assert _result_as_read([name, {name: 1}]) == ["caf\ufffd.txt", {"caf\ufffd.txt": 1}]


def test_an_error_about_such_a_file_is_mended() -> None:
    lost = ActionResult(status="failure", error="no file \udce9")
    assert json.loads(as_text(lost)) == {"status": "failure", "error": "no file \ufffd"}


def test_numbers_that_json_does_not_have_are_mended() -> None:
    assert _result_as_read([float("nan"), float("-inf"), 2**63, -(2**63)]) == [
        None,
        None,
        "9223372036854775808",
        -(2**63),
    ]


def test_a_result_that_nests_too_deep_is_cut() -> None:
    deep: list[Json] = []
    for _ in range(5000):
        deep = [deep]
    cut = _result_as_read(deep)
    levels = 0
    while isinstance(cut, list):
        cut, levels = cut[0], levels + 1
    assert (cut, levels) == ("(nested too deep to be sent)", 61)


@pytest.mark.parametrize("result", [object(), {1, 2}, b"bytes", {(1, 2): 3}])
def test_a_result_that_is_no_json_is_a_bug_of_ours(result: Json) -> None:
    with pytest.raises(LocalProtocolError, match="is no JSON"):
        _result_as_read(result)


def test_keys_that_are_numbers_become_texts() -> None:
    assert _result_as_read({1: "one", "2": "two"}) == {"1": "one", "2": "two"}


def test_a_message_within_a_result_is_written_in_wire_spellings() -> None:
    inner = Register(client_id=ClientId("d"))
    assert _result_as_read({"register": inner})["register"]["client_id"] == "d"


def test_an_envelope_does_not_look_at_the_payload() -> None:
    envelope = decode_envelope(
        '{"type":"command","session_id":"t","response_id":null,"client_id":"c","target_id":"d",'
        '"request_id":"q","prev_response_id":"p","task_id":5,"actions":"whatever","status":"?"}'
    )
    assert envelope.model_dump() == {
        "type": "command",
        "client_id": "c",
        "target_id": "d",
        "task_id": "t",
        "response_id": None,
        "prev_response_id": "p",
        "request_id": "q",
    }


@pytest.mark.parametrize(
    ("frame", "breach"),
    [
        ("", Breach.NOT_JSON),
        ("[1]", Breach.BAD_FIELDS),
        ('{"session_id":"t"}', Breach.UNKNOWN_KIND),
        ('{"type":"foo"}', Breach.UNKNOWN_KIND),
        ('{"type":"task","session_id":1}', Breach.BAD_FIELDS),
        ('{"type":"task","result":"\\ud800"}', Breach.BAD_VALUE),
        ('{"type":"task","result":"\ud800"}', Breach.BAD_VALUE),
        ('{"type":"task","result":' + "[" * 1000 + "]" * 1000 + "}", Breach.TOO_DEEP),
    ],
)
def test_an_envelope_is_refused_with_the_same_breaches(frame: str, breach: Breach) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode_envelope(frame)
    assert caught.value.breach is breach
