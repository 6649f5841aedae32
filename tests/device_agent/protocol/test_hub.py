"""A hub's side of one link."""

import pytest

from device_agent.errors import Breach, LocalProtocolError, RemoteProtocolError
from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol import messages as msg
from device_agent.protocol.called import REGISTER_WITHIN_S
from device_agent.protocol.hub import HubSession, State
from tests.playbook import Playbook

D1 = msg.ClientId("d1")
REGISTER = msg.Register(client_id=D1, metadata={"platform": "linux"})
ACCEPTS = {"task_end": True, "max_frame_bytes": 1 << 24}


def rid(number: int) -> msg.ResponseId:
    return msg.ResponseId(f"h.{number}")


def ready(register: msg.Register = REGISTER) -> HubSession:
    hub = HubSession()
    for event in (ev.LinkUp(), ev.Received(register), ev.Admitted(ACCEPTS)):
        hub.handle(event)
    assert hub.state is State.READY
    return hub


def test_a_device_is_admitted_in_plain_aip() -> None:
    (
        Playbook(HubSession())
        >> ev.LinkUp()
        << fx.StartTimer("register", REGISTER_WITHIN_S)
        >> ev.Received(REGISTER)
        << fx.Admit(REGISTER)
        >> ev.Admitted(ACCEPTS)
        << fx.StopTimer("register")
        << fx.Send(msg.ServerHeartbeat(response_id=rid(1)))
        << fx.Opened("d1")
    ).ends()


def test_what_both_take_is_agreed_upon() -> None:
    hub = HubSession()
    hub.handle(ev.LinkUp())
    offers = {"accepts": {"task_end": True, "ack": True, "max_frame_bytes": 100_000}}
    hub.handle(ev.Received(REGISTER.model_copy(update={"metadata": offers})))
    _, hello, opened = hub.handle(ev.Admitted(ACCEPTS))
    assert hello == fx.Send(msg.ServerHeartbeat(response_id=rid(1), result={"accepts": ACCEPTS}))
    assert opened == fx.Opened("d1", ("task_end",), 100_000)


def test_a_refused_client_hears_why_and_is_closed() -> None:
    hub = HubSession()
    hub.handle(ev.LinkUp())
    hub.handle(ev.Received(REGISTER))
    wanted = hub.handle(ev.Rejected("already registered"))
    assert wanted == [
        fx.Send(msg.ServerError(error="already registered")),
        fx.StopTimer("register"),
        fx.CloseLink(fx.CloseReason.REFUSED, 1000),
    ]


def test_nobody_speaks_before_register_nor_before_its_answer() -> None:
    hub = HubSession()
    hub.handle(ev.LinkUp())
    (early,) = hub.handle(ev.Received(msg.ClientHeartbeat()))
    assert early == fx.Send(
        msg.ServerError(error="the first message must be REGISTER, not HEARTBEAT")
    )
    hub.handle(ev.Received(REGISTER))
    (hasty,) = hub.handle(ev.Received(msg.ClientHeartbeat()))
    assert hasty == fx.Send(msg.ServerError(error="wait for the answer to REGISTER"))
    wanted = hub.handle(ev.TimerFired("register"))
    assert wanted[-1] == fx.CloseLink(fx.CloseReason.NOT_REGISTERED, 1008)


def test_M_05_heartbeats_are_answered_and_passed_on() -> None:
    beat = msg.ClientHeartbeat(client_id=D1, metadata={"load": 1})
    wanted = ready().handle(ev.Received(beat))
    assert wanted == [fx.Send(msg.ServerHeartbeat(response_id=rid(2))), fx.Deliver(beat)]


def test_what_the_client_says_is_handed_over_and_what_the_hub_says_is_sent() -> None:
    hub = ready()
    results = msg.CommandResults(client_id=D1, action_results=())
    assert hub.handle(ev.Received(results)) == [fx.Deliver(results)]
    command = msg.Command(actions=())
    assert hub.handle(ev.Say(command)) == [fx.Send(command)]


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (REGISTER, "this link is registered already"),
        (
            msg.ClientTask(client_id=msg.ClientId("other")),
            "client_id does not match the registered connection",
        ),
        (
            msg.ClientTask(client_type="constellation"),
            "client_type does not match the registered connection",
        ),
        (
            msg.DeviceInfoRequest(),
            "DEVICE_INFO_REQUEST is permitted only for constellation clients",
        ),
    ],
)
def test_a_foreign_identity_is_refused(message: msg.ClientMessage, error: str) -> None:
    wanted = ready().handle(ev.Received(message))
    assert wanted == [fx.Send(msg.ServerError(error=error))]


def test_errors_of_a_client_are_logged_and_never_echoed() -> None:
    wanted = ready().handle(ev.Received(msg.ClientError(error="boom")))
    assert wanted == [fx.Log("d1 says: boom")]


def test_garbage_is_answered_and_the_link_stays() -> None:
    hub = ready()
    broken = RemoteProtocolError(Breach.UNKNOWN_KIND, "type")
    assert hub.handle(ev.Garbled(broken))[1:] == [
        fx.Send(msg.ServerError(error="unknown_kind: type"))
    ]
    assert hub.state is State.READY


def test_a_stopping_hub_says_1012_as_uvicorn_does() -> None:
    hub = ready()
    assert hub.handle(ev.Stopping())[-1] == fx.CloseLink(fx.CloseReason.GOODBYE, 1012)
    assert hub.handle(ev.Received(msg.ClientHeartbeat())) == []
    assert hub.handle(ev.Say(msg.Command())) == []
    hub.handle(ev.LinkDown())
    assert hub.state is State.OFFLINE


def test_late_words_of_the_hub_change_nothing() -> None:
    hub = ready()
    assert hub.handle(ev.Admitted(ACCEPTS)) == []
    assert hub.handle(ev.Rejected("no")) == []
    assert hub.handle(ev.TimerFired("register")) == []


def test_what_the_driver_must_not_report_is_our_bug() -> None:
    with pytest.raises(LocalProtocolError, match="link lost twice"):
        HubSession().handle(ev.LinkDown())
    with pytest.raises(LocalProtocolError, match="LinkUp while READY"):
        ready().handle(ev.LinkUp())
    with pytest.raises(LocalProtocolError, match="a client never says"):
        ready().handle(ev.Received(msg.ServerHeartbeat()))
    with pytest.raises(LocalProtocolError, match="is not for a hub"):
        ready().handle(ev.Proven())
