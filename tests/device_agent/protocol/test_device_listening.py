"""The device's side of a link that a constellation dialled."""

import pytest

from device_agent.errors import Breach, Failure, LocalProtocolError, RemoteProtocolError, Salvage
from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol import messages as msg
from device_agent.protocol.called import REGISTER_WITHIN_S
from device_agent.protocol.device_listening import DeviceListening, State
from device_agent.protocol.negotiation import Terms
from device_agent.protocol.work import Outcome, WorkId, work_of
from tests.playbook import Playbook

OFFERS = Terms(("cancel", "progress"))
GALAXY = msg.ClientId("rig@d1")
REGISTER = msg.Register(client_id=GALAXY, client_type="constellation", target_id=msg.DeviceId("d1"))
TASK = msg.ClientTask(
    client_type="constellation",
    client_id=GALAXY,
    task_id=msg.TaskId("rig@t1"),
    task_name="galaxy/rig/t1",
    request="do something",
)
WORK = work_of(TASK)


def rid(number: int) -> msg.ResponseId:
    return msg.ResponseId(f"r.{number}")


def ready(metadata: dict[str, object] | None = None) -> DeviceListening:
    device = DeviceListening("d1", OFFERS)
    device.handle(ev.LinkUp())
    device.handle(ev.Received(REGISTER.model_copy(update={"metadata": metadata})))
    assert device.state is State.READY
    return device


def test_M_10_a_constellation_registers_as_galaxy_does() -> None:
    (
        Playbook(DeviceListening("d1", OFFERS))
        >> ev.LinkUp()
        << fx.StartTimer("register", REGISTER_WITHIN_S)
        >> ev.Received(REGISTER)
        << fx.StopTimer("register")
        << fx.Send(msg.ServerHeartbeat(response_id=rid(1)))
        << fx.Opened("listen:rig@d1")
    ).ends()


def test_extensions_are_offered_only_to_those_who_ask() -> None:
    device = DeviceListening("d1", OFFERS)
    device.handle(ev.LinkUp())
    asking = REGISTER.model_copy(update={"metadata": {"accepts": {"cancel": True, "new": True}}})
    _, hello, opened = device.handle(ev.Received(asking))
    assert hello == fx.Send(
        msg.ServerHeartbeat(response_id=rid(1), result={"accepts": OFFERS.as_json()})
    )
    assert opened == fx.Opened("listen:rig@d1", ("cancel",))


def test_whoever_calls_us_by_another_name_is_served_and_noted() -> None:
    device = DeviceListening("other", OFFERS)
    device.handle(ev.LinkUp())
    assert fx.Log("rig@d1 calls this device 'd1'") in device.handle(ev.Received(REGISTER))
    assert device.state is State.READY


def test_a_frame_before_register_is_told_so_and_the_link_stays() -> None:
    device = DeviceListening("d1", OFFERS)
    device.handle(ev.LinkUp())
    (sent,) = device.handle(ev.Received(msg.ClientHeartbeat()))
    assert sent == fx.Send(
        msg.ServerError(error="the first message must be REGISTER, not HEARTBEAT")
    )
    assert device.state is State.WAITING
    wanted = device.handle(ev.TimerFired("register"))
    assert wanted[-1] == fx.CloseLink(fx.CloseReason.NOT_REGISTERED, 1008)


def test_a_second_register_is_refused_and_the_link_stays() -> None:
    device = ready()
    (sent,) = device.handle(ev.Received(REGISTER))
    assert sent == fx.Send(msg.ServerError(error="this link is registered already"))
    assert device.state is State.READY


def test_M_05_a_heartbeat_that_calls_itself_a_devices_is_answered() -> None:
    beat = msg.ClientHeartbeat(client_id=GALAXY, client_type="device")
    (sent,) = ready().handle(ev.Received(beat))
    assert sent == fx.Send(msg.ServerHeartbeat(response_id=rid(2)))


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "someone"}, "client_id does not match the registered connection"),
        ({"client_type": "device"}, "client_type does not match the registered connection"),
    ],
)
def test_nobody_speaks_for_somebody_else(changed: dict[str, str], error: str) -> None:
    (sent,) = ready().handle(ev.Received(TASK.model_copy(update=changed)))
    assert sent == fx.Send(msg.ServerError(error=error))


def test_M_04_device_info_is_fresh_and_carries_the_requests_id() -> None:
    device = ready()
    asked = msg.DeviceInfoRequest(
        client_type="constellation", request_id="info-1", target_id=msg.DeviceId("d1")
    )
    wanted = device.handle(ev.Received(asked))
    assert wanted == [fx.AskFacts("info-1", msg.DeviceId("d1"))]
    (sent,) = device.handle(ev.Facts("info-1", {"cpu_count": 2}))
    assert sent == fx.Send(
        msg.DeviceInfo(response_id=msg.ResponseId("info-1"), result={"cpu_count": 2})
    )


def test_M_06_a_task_ends_with_its_very_session_id() -> None:
    outcome = Outcome(result={"said": "hi"})
    end = msg.ServerTaskEnd(
        status="completed",
        task_id=msg.TaskId("rig@t1"),
        task_name="galaxy/rig/t1",
        result={"said": "hi"},
    )
    ack = msg.ServerHeartbeat(response_id=rid(2), task_id=msg.TaskId("rig@t1"))
    (
        Playbook(ready())
        >> ev.Received(TASK)
        << fx.Accept(WORK)
        >> ev.Accepted(WORK)
        << fx.Send(ack)
        << fx.Run(WORK)
        >> ev.Done(WORK, outcome)
        << fx.Record(WORK, outcome, end)
        >> ev.Recorded(WORK.work_id, "text")
        << fx.SendAnswer(WORK.work_id, "text")
        << fx.Probe()
        >> ev.Proven()
        << fx.Delivered((WORK.work_id,))
    ).ends()


def test_a_failed_task_is_task_end_failed_and_never_error() -> None:
    (sent,) = ready().handle(ev.Declined(WORK, Outcome(failure=Failure.BUSY, error="later")))
    assert sent == fx.Send(
        msg.ServerTaskEnd(
            status="failed",
            task_id=msg.TaskId("rig@t1"),
            task_name="galaxy/rig/t1",
            error="busy: later",
        )
    )


def test_what_is_sent_during_a_probe_needs_a_probe_of_its_own() -> None:
    device = ready()
    one, two = WorkId("task:1"), WorkId("task:2")
    (
        Playbook(device)
        >> ev.Recorded(one, "1")
        << fx.SendAnswer(one, "1")
        << fx.Probe()
        >> ev.Recorded(two, "2")
        << fx.SendAnswer(two, "2")
        >> ev.Proven()
        << fx.Delivered((one,))
        << fx.Probe()
        >> ev.Proven()
        << fx.Delivered((two,))
        >> ev.Proven()
    ).ends()


def test_an_id_that_comes_again_waits_until_its_outcome_is_proven() -> None:
    device = ready()
    device.handle(ev.Recorded(WORK.work_id, "text"))
    assert device.handle(ev.Received(TASK)) == []
    assert device.handle(ev.Proven()) == [fx.Delivered((WORK.work_id,)), fx.Accept(WORK)]
    assert device.handle(ev.Received(TASK)) == [fx.Accept(WORK)]


def test_a_probe_of_a_lost_link_proves_nothing() -> None:
    device = ready()
    device.handle(ev.Recorded(WORK.work_id, "text"))
    device.handle(ev.LinkDown())
    assert device.handle(ev.Proven()) == []
    assert device.handle(ev.Recorded(WORK.work_id, "text")) == []
    (recorded,) = device.handle(ev.Done(WORK, Outcome()))
    assert isinstance(recorded, fx.Record)


def test_a_task_without_an_id_is_refused_in_words() -> None:
    (sent,) = ready().handle(ev.Received(TASK.model_copy(update={"task_id": None})))
    assert isinstance(sent, fx.Send)
    assert isinstance(sent.message, msg.ServerError)


def test_cancel_ack_progress_and_errors() -> None:
    device = ready({"accepts": {"progress": True}})
    t1 = msg.TaskId("rig@t1")
    cancel = msg.ClientCancel(client_type="constellation", task_id=t1, reason="enough")
    assert device.handle(ev.Received(cancel)) == [fx.CancelTask(t1, "enough")]
    ack = msg.ClientAck(client_type="constellation", task_id=t1)
    assert device.handle(ev.Received(ack)) == [fx.Confirmed(WORK.work_id)]
    boom = msg.ClientError(client_type="constellation", error="boom")
    assert device.handle(ev.Received(boom)) == [fx.Log("the constellation says: boom")]
    (step,) = device.handle(ev.Step(WORK.work_id, 1, 3, "typing"))
    assert step == fx.Send(msg.ServerProgress(task_id=t1, step=1, total=3, text="typing"))
    assert ready().handle(ev.Step(WORK.work_id, 1, 3, "typing")) == []
    odd = msg.CommandResults(client_type="constellation")
    (refused,) = device.handle(ev.Received(odd))
    assert isinstance(refused, fx.Send)


def test_garbage_is_answered_with_the_reason() -> None:
    broken = RemoteProtocolError(Breach.NOT_JSON, "line 1 column 2")
    logged, sent = ready().handle(ev.Garbled(broken))
    assert logged == fx.Log("a frame was refused: not_json: line 1 column 2")
    assert sent == fx.Send(msg.ServerError(error="not_json: line 1 column 2"))


def test_a_broken_task_ends_as_failed_when_its_id_can_be_read() -> None:
    broken = RemoteProtocolError(Breach.BAD_FIELDS, "request", Salvage("task", "rig@t1"))
    _, sent = ready().handle(ev.Garbled(broken))
    assert sent == fx.Send(
        msg.ServerTaskEnd(
            status="failed",
            task_id=msg.TaskId("rig@t1"),
            error="bad_arguments: bad_fields: request",
        )
    )


def test_stopping_says_goodbye_and_late_timers_do_not_matter() -> None:
    device = ready()
    assert device.handle(ev.TimerFired("register")) == []
    wanted = device.handle(ev.Stopping())
    assert wanted[-1] == fx.CloseLink(fx.CloseReason.GOODBYE, 1001)
    assert device.handle(ev.Received(TASK)) == []
    assert device.handle(ev.Stopping()) == []


def test_what_the_driver_must_not_report_is_our_bug() -> None:
    device = DeviceListening("d1", OFFERS)
    with pytest.raises(LocalProtocolError, match="link lost twice"):
        device.handle(ev.LinkDown())
    with pytest.raises(LocalProtocolError, match="is not for a listening device"):
        device.handle(ev.Say(TASK))
    device.handle(ev.LinkUp())
    with pytest.raises(LocalProtocolError, match="LinkUp while WAITING"):
        device.handle(ev.LinkUp())
    with pytest.raises(LocalProtocolError, match="a client never says"):
        device.handle(ev.Received(msg.ServerHeartbeat()))
