"""Frames that went between UFO's or Galaxy's own programs, where recordings lie beside us."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from device_agent.errors import Breach, RemoteProtocolError
from device_agent.protocol.codec import decode_client, decode_envelope, decode_server, encode
from device_agent.protocol.messages import Message
from tests.contracts.tracked import ROOT

FRAMES = ROOT.parent / "shared" / "protocol" / "frames"
NAMES = [
    "01_dispatch_ok_register_to_task_end_heartbeat_server_stop",
    "02_dispatch_execute_command_without_api_key",
    "03_dispatch_blocked_command_and_nonzero_exit",
    "04_second_task_while_first_command_runs",
    "05a_galaxy_via_server_constellation_side",
    "05b_galaxy_via_server_device_side",
    "06_edge_cases_raw_client_vs_real_server",
    "07_unknown_tool_client_never_replies",
    "08_windows_hostagent_appagent_vs_scripted_device",
    "12_galaxy_direct_to_own_listener",
]
EDGE_CASES = NAMES[6]

pytestmark = pytest.mark.skipif(
    not FRAMES.is_dir(), reason="no recordings in ../shared/protocol/frames beside this checkout"
)


def _lines(name: str) -> list[dict[str, Any]]:
    text = (FRAMES / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def _frames(name: str, direction: str) -> list[str]:
    return [
        json.dumps(line["json"]) if "json" in line else line["text"]
        for line in _lines(name)
        if line.get("dir") == direction and line["kind"] == "text"
    ]


def _breach(frame: str | bytes) -> Breach | None:
    try:
        decode_client(frame)
    except RemoteProtocolError as refused:
        return refused.breach
    return None


def test_all_recordings_are_known() -> None:
    assert sorted(path.stem for path in FRAMES.glob("*.jsonl")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_frame_of_a_server_decodes(name: str) -> None:
    frames = _frames(name, "s2c")
    assert frames
    for frame in frames:
        message = decode_server(frame)
        assert decode_server(encode(message)) == message
        assert decode_envelope(frame).type == message.type


@pytest.mark.parametrize("name", [name for name in NAMES if name != EDGE_CASES])
def test_every_frame_of_a_client_decodes(name: str) -> None:
    frames = _frames(name, "c2s")
    assert frames
    for frame in frames:
        message = decode_client(frame)
        assert decode_client(encode(message)) == message
        assert decode_envelope(frame).type == message.type


def _without_nulls(said: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in said.items() if value is not None and key != "foo"}
    for parts in ("action_results", "actions"):
        if parts in kept:
            kept[parts] = [_without_nulls(part) for part in kept[parts]]
    return kept


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("direction", "read"), [("s2c", decode_server), ("c2s", decode_client)])
def test_nothing_that_was_said_is_lost(
    name: str, direction: str, read: Callable[[str], Message]
) -> None:
    for frame in _frames(name, direction):
        if direction == "c2s" and _breach(frame) is not None:
            continue
        said = _without_nulls(json.loads(frame))
        written = json.loads(encode(read(frame)))
        assert {key: written.get(key) for key in said} == said


def test_the_invalid_frames_are_refused_and_no_others() -> None:
    breaches = {
        frame: breach
        for frame in _frames(EDGE_CASES, "c2s")
        if (breach := _breach(frame)) is not None
    }
    missing_id = {"type": "register", "status": "ok", "client_type": "device"}
    beat = {"type": "heartbeat", "status": "weird", "client_type": "device", "client_id": "edge1"}
    assert breaches == {
        "hello": Breach.NOT_JSON,
        "{nope": Breach.NOT_JSON,
        "": Breach.NOT_JSON,
        json.dumps(missing_id): Breach.BAD_FIELDS,
        json.dumps({**missing_id, "client_id": ""}): Breach.BAD_FIELDS,
        json.dumps(beat): Breach.BAD_FIELDS,
        json.dumps({**beat, "status": "ok", "type": "foo"}): Breach.UNKNOWN_KIND,
    }


def test_a_missing_status_is_taken_as_ok_although_ufo_refuses_it() -> None:
    without = [
        frame
        for frame in _frames(EDGE_CASES, "c2s")
        if frame.startswith("{") and _breach(frame) is None and "status" not in json.loads(frame)
    ]
    assert len(without) == 2
    assert {decode_client(frame).status for frame in without} == {"ok"}


def test_binary_frames_are_refused() -> None:
    heads = [
        bytes.fromhex(line["head_hex"]) for line in _lines(EDGE_CASES) if line["kind"] == "binary"
    ]
    assert [_breach(head) for head in heads] == [Breach.NOT_TEXT] * 2
