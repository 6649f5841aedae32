"""The four sessions, joined pairwise by a pretend wire."""

import json

import pytest

from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol import messages as msg
from device_agent.protocol.codec import decode_client, decode_server
from device_agent.protocol.constellation import ConstellationSession
from device_agent.protocol.device_dialling import DeviceDialling
from device_agent.protocol.device_listening import DeviceListening
from device_agent.protocol.hub import HubSession
from device_agent.protocol.negotiation import PLAIN, Terms
from device_agent.protocol.work import work_id
from tests.pretend import Side, Wire

EVERYTHING = Terms(("ack", "cancel", "progress", "task_end"))
D1 = msg.ClientId("d1")
COMMAND = msg.Command(
    task_id=msg.TaskId("t"),
    response_id=msg.ResponseId("r"),
    actions=(msg.Action(tool_name="wait"), msg.Action(tool_name="shell")),
)


def device(offers: Terms = EVERYTHING) -> Side:
    return Side(DeviceDialling(D1, "hub", "linux", offers), decode_server)


def hub() -> Side:
    return Side(HubSession(), decode_client)


@pytest.mark.parametrize("offers", [PLAIN, EVERYTHING])
def test_device_and_hub_agree(offers: Terms) -> None:
    wire = Wire(device(offers), hub())
    caller, called = wire.caller.opened, wire.called.opened
    assert caller is not None
    assert called is not None
    assert caller.accepts == called.accepts
    assert set(caller.accepts) == set(offers.names) & {"ack", "task_end"}


def test_a_command_is_answered_once_however_often_it_is_asked() -> None:
    wire = Wire(device(), hub())
    for _ in range(3):
        wire.called.tell(ev.Say(COMMAND))
        wire.settle()
    answers = [frame for frame in wire.caller.sent if "command_results" in frame]
    assert len(answers) == 3
    assert len(set(answers)) == 1
    assert wire.caller.runs == 1
    (first, *_) = wire.called.delivered_to_owner
    assert isinstance(first, msg.CommandResults)
    assert [result.result for result in first.action_results or ()] == ["wait", "shell"]


def test_an_answered_heartbeat_proves_what_went_before() -> None:
    wire = Wire(device(), hub())
    wire.called.tell(ev.Say(COMMAND))
    wire.settle()
    assert wire.caller.proven == []
    wire.caller.tell(ev.TimerFired("heartbeat"))
    wire.settle()
    assert wire.caller.proven == [work_id("t", "r")]
    assert "answer" not in wire.caller.timers


def test_a_task_is_planned_here_or_there_as_negotiated() -> None:
    task = msg.ServerTask(task_id=msg.TaskId("t"), user_request="take a screenshot")
    for offers, kind in ((PLAIN, msg.ClientTask), (EVERYTHING, msg.ClientTaskEnd)):
        wire = Wire(device(offers), hub())
        wire.called.tell(ev.Say(task))
        wire.settle()
        (said,) = wire.called.delivered_to_owner
        assert isinstance(said, kind)
        assert said.task_id == "t"


def test_two_polite_sides_never_throw_errors_at_each_other_for_ever() -> None:
    wire = Wire(device(), hub())
    wire.called.tell(ev.Say(msg.ServerError(error="boom")))
    wire.settle()
    assert not any(json.loads(frame)["type"] == "error" for frame in wire.caller.sent)


def test_work_in_hand_survives_the_link() -> None:
    wire = Wire(device(), hub())
    wire.cut()
    work_done_meanwhile = ev.Recorded(work_id("t", "r"), '{"type":"command_results"}')
    wire.caller.tell(work_done_meanwhile)
    again = Wire(wire.caller, hub())
    assert again.caller.opened is not None
    again.caller.tell(work_done_meanwhile)
    again.settle()
    assert any(isinstance(m, msg.CommandResults) for m in again.called.delivered_to_owner)


def test_a_constellation_and_a_listening_device() -> None:
    owner = Side(
        ConstellationSession(msg.ClientId("rig@d1"), "device", PLAIN, msg.DeviceId("d1")),
        decode_server,
    )
    wire = Wire(owner, Side(DeviceListening("d1", EVERYTHING), decode_client))
    ids = {"client_id": "rig@d1", "client_type": "constellation"}
    owner.tell(ev.Say(msg.DeviceInfoRequest(request_id="i", **ids)))
    owner.tell(ev.Say(msg.ClientTask(task_id=msg.TaskId("rig@t1"), request="x", **ids)))
    wire.settle()
    info, ack, end = owner.delivered_to_owner
    assert isinstance(info, msg.DeviceInfo)
    assert (info.response_id, info.result) == ("i", {"cpu_count": 2})
    assert isinstance(ack, msg.ServerHeartbeat)
    assert isinstance(end, msg.ServerTaskEnd)
    assert (end.task_id, end.status, end.error) == ("rig@t1", "completed", None)
    assert wire.called.proven == [work_id("rig@t1")]


def test_a_constellation_and_a_hub() -> None:
    owner = Side(ConstellationSession(msg.ClientId("c"), "hub", EVERYTHING), decode_server)
    wire = Wire(owner, hub())
    owner.tell(ev.TimerFired("heartbeat"))
    wire.settle()
    (beat,) = wire.called.delivered_to_owner
    assert isinstance(beat, msg.ClientHeartbeat)
    wire.called.tell(ev.Stopping())
    assert wire.called.closed == fx.CloseLink(fx.CloseReason.GOODBYE, 1012)
