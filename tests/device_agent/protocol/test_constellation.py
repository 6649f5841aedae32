"""A constellation's side of one link."""

import pytest

from device_agent.errors import Breach, LocalProtocolError, RemoteProtocolError
from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol import messages as msg
from device_agent.protocol.calling import HEARTBEAT_S, REGISTER_WITHIN_S
from device_agent.protocol.constellation import ConstellationSession, State
from device_agent.protocol.negotiation import PLAIN, Terms
from tests.playbook import Playbook

ME = msg.ClientId("fleet@d1")
D1 = msg.DeviceId("d1")


def ready() -> ConstellationSession:
    session = ConstellationSession(ME, "ws://hub/ws", PLAIN, D1)
    session.handle(ev.LinkUp())
    session.handle(ev.Received(msg.ServerHeartbeat()))
    assert session.state is State.READY
    return session


def test_it_registers_as_a_constellation_for_its_device() -> None:
    hello = msg.Register(
        client_id=ME,
        client_type="constellation",
        target_id=D1,
        metadata={"accepts": {"task_end": True}, "type": "constellation_client"},
    )
    (
        Playbook(ConstellationSession(ME, "ws://hub/ws", Terms(("task_end",)), D1))
        >> ev.LinkUp()
        << fx.Send(hello)
        << fx.StartTimer("register", REGISTER_WITHIN_S)
        >> ev.Received(msg.ServerHeartbeat())
        << fx.StopTimer("register")
        << fx.StartTimer("heartbeat", HEARTBEAT_S)
        << fx.Opened("ws://hub/ws")
    ).ends()


def test_its_heartbeats_say_who_it_is() -> None:
    (beat, *_) = ready().handle(ev.TimerFired("heartbeat"))
    assert beat == fx.Send(msg.ClientHeartbeat(client_id=ME, client_type="constellation"))


def test_what_the_server_says_is_handed_over() -> None:
    end = msg.ServerTaskEnd(task_id=msg.TaskId("t"), status="completed")
    assert ready().handle(ev.Received(end)) == [fx.Deliver(end)]
    ack = msg.ServerHeartbeat(task_id=msg.TaskId("t"))
    assert ready().handle(ev.Received(ack)) == [fx.Deliver(ack)]
    error = msg.ServerError(error="boom")
    assert ready().handle(ev.Received(error)) == [
        fx.Log("ws://hub/ws says: boom"),
        fx.Deliver(error),
    ]


def test_what_the_owner_says_is_sent_once_registered() -> None:
    task = msg.ClientTask(client_id=ME, request="x")
    assert ready().handle(ev.Say(task)) == [fx.Send(task)]
    early = ConstellationSession(ME, "ws://hub/ws", PLAIN)
    early.handle(ev.LinkUp())
    assert early.handle(ev.Say(task)) == []


def test_garbage_of_the_server_is_logged() -> None:
    broken = RemoteProtocolError(Breach.NOT_JSON, "line 1")
    assert ready().handle(ev.Garbled(broken)) == [
        fx.Log("a frame of ws://hub/ws was refused: not_json: line 1")
    ]


def test_what_the_driver_must_not_report_is_our_bug() -> None:
    with pytest.raises(LocalProtocolError, match="is not for a constellation"):
        ready().handle(ev.Proven())
