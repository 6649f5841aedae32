"""The captured conversations, replayed against our sessions (they lie beside the checkout)."""

import json
from pathlib import Path
from typing import Any

import pytest

from device_agent.protocol import events as ev
from device_agent.protocol.codec import decode_client, decode_server
from device_agent.protocol.device_dialling import DeviceDialling
from device_agent.protocol.device_listening import DeviceListening
from device_agent.protocol.hub import HubSession
from device_agent.protocol.messages import ClientId
from device_agent.protocol.negotiation import PLAIN
from tests.pretend import Side

FRAMES = Path(__file__).parents[4] / "shared" / "protocol" / "frames"
DISPATCHED = ["01", "02", "03", "04", "05b", "08"]

pytestmark = pytest.mark.skipif(not FRAMES.is_dir(), reason="no captured frames lie beside us")


def lines(number: str, connection: int | None = None) -> list[dict[str, Any]]:
    (path,) = FRAMES.glob(f"{number}_*.jsonl")
    found = [json.loads(line) for line in path.read_text().splitlines()]
    wanted = connection or next(line["conn"] for line in found if line["kind"] == "text")
    return [line for line in found if line["kind"] == "text" and line["conn"] == wanted]


def text(line: dict[str, Any]) -> str:
    return json.dumps(line["json"]) if "json" in line else str(line["text"])


def said(side: Side) -> list[dict[str, Any]]:
    found = [json.loads(frame) for frame in side.sent]
    side.sent.clear()
    return found


@pytest.mark.parametrize("number", DISPATCHED)
def test_a_device_answers_every_command_of_the_real_server(number: str) -> None:
    capture = lines(number)
    device = Side(DeviceDialling(ClientId("dev1"), "hub", "linux", PLAIN), decode_server)
    device.tell(ev.LinkUp({"platform": "linux"}))
    assert [frame["type"] for frame in said(device)][-1] == "register"
    device.hear('{"type": "heartbeat", "status": "ok"}')
    for line in capture:
        if line["dir"] != "s2c":
            continue
        frame = line["json"]
        device.hear(text(line))
        answers = said(device)
        if frame["type"] == "command":
            (answer,) = answers
            assert answer["type"] == "command_results"
            assert answer["prev_response_id"] == frame["response_id"]
            assert answer["session_id"] == frame["session_id"]
            assert len(answer["action_results"]) == len(frame["actions"])
        elif frame["type"] == "task":
            (answer,) = answers
            assert (answer["type"], answer["session_id"]) == ("task", frame["session_id"])
            assert answer["request"] == frame["user_request"]
        else:
            assert answers == []


def test_galaxy_gets_what_it_got_from_the_captured_listener() -> None:
    device = Side(DeviceListening("devD", PLAIN), decode_client)
    device.tell(ev.LinkUp())
    ends = 0
    for line in lines("12"):
        if line["dir"] != "c2s":
            continue
        frame = line["json"]
        device.hear(text(line))
        answers = said(device)
        kinds = [answer["type"] for answer in answers]
        if frame["type"] == "task":
            assert kinds == ["heartbeat", "task_end"]
            assert all(answer["session_id"] == frame["session_id"] for answer in answers)
            ends += 1
        elif frame["type"] == "device_info_request":
            assert kinds == ["device_info_response"]
            assert answers[0]["response_id"] == frame["request_id"]
        else:
            assert kinds == ["heartbeat"]
            assert answers[0]["status"] == "ok"
    assert ends == 1


def test_our_hub_answers_the_edge_cases_in_the_kinds_of_the_real_one() -> None:
    hub = Side(HubSession(), decode_client)
    hub.tell(ev.LinkUp())
    wrong = []
    pending: dict[str, Any] | None = None
    for line in [*lines("06", connection=14), {"dir": "end"}]:
        if line["dir"] == "s2c":
            pending = line
            continue
        if pending is not None:
            wrong.append((pending["json"]["type"], [frame["type"] for frame in said(hub)]))
            pending = None
        said(hub)
        if line["dir"] == "c2s":
            hub.hear(text(line))
    real = [kind for kind, _ in wrong]
    ours = [kinds[0] if kinds else "nothing" for _, kinds in wrong]
    # Ours takes a missing status for ok, hands TASK_END on, and never echoes an ERROR.
    assert list(zip(real, ours, strict=True)).count(("error", "heartbeat")) == 2
    assert all(
        kind in {one, "nothing"} or (one, kind) == ("error", "heartbeat")
        for one, kind in zip(real, ours, strict=True)
    )
