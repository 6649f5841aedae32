"""The device's side of a link that it dialled itself."""

import pytest

from device_agent.errors import Breach, Failure, LocalProtocolError, RemoteProtocolError, Salvage
from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol import messages as msg
from device_agent.protocol.answers import answer_to_server
from device_agent.protocol.calling import ANSWER_WITHIN_S, HEARTBEAT_S, REGISTER_WITHIN_S
from device_agent.protocol.device_dialling import PROOF_S, DeviceDialling, PlannerChoice, State
from device_agent.protocol.negotiation import Terms
from device_agent.protocol.work import Outcome, WorkId, failed_actions, work_id, work_of
from tests.playbook import Playbook

DESK = msg.ClientId("desk-1")
HUB = "ws://127.0.0.1:8765/ws"
OFFERS = Terms(("ack", "cancel", "progress", "task_end"), 1 << 24)
OK = ev.Received(msg.ServerHeartbeat(response_id=msg.ResponseId("r0")))
BEAT = fx.Send(msg.ClientHeartbeat(client_id=DESK))
WAITING = fx.StartTimer("answer", ANSWER_WITHIN_S)
STOPPED = [fx.StopTimer("register"), fx.StopTimer("heartbeat"), fx.StopTimer("answer")]
COMMAND = msg.Command(
    task_id=msg.TaskId("t1"),
    response_id=msg.ResponseId("r1"),
    actions=(msg.Action(tool_name="shell"), msg.Action(tool_name="wait")),
)
TASK = msg.ServerTask(
    task_id=msg.TaskId("t1"), task_name="n", user_request="x", response_id=msg.ResponseId("r2")
)


def session(planner: PlannerChoice = PlannerChoice.AUTO) -> DeviceDialling:
    return DeviceDialling(DESK, HUB, "linux", OFFERS, planner)


def ready(accepts: object = None, planner: PlannerChoice = PlannerChoice.AUTO) -> DeviceDialling:
    device = session(planner)
    device.handle(ev.LinkUp({"platform": "linux"}))
    result = None if accepts is None else {"accepts": accepts}
    device.handle(ev.Received(msg.ServerHeartbeat(result=result)))
    assert device.state is State.READY
    return device


def test_M_03_a_device_registers_and_says_what_it_takes() -> None:
    device = session()
    hello = msg.Register(
        client_id=DESK, metadata={"platform": "linux", "accepts": OFFERS.as_json()}
    )
    (
        Playbook(device)
        >> ev.LinkUp({"platform": "linux"})
        << fx.Send(hello)
        << fx.StartTimer("register", REGISTER_WITHIN_S)
        >> OK
        << fx.StopTimer("register")
        << fx.StartTimer("heartbeat", HEARTBEAT_S)
        << fx.Opened(HUB)
    ).ends()
    assert device.terms == Terms()


def test_a_silent_hub_is_left_after_ten_seconds() -> None:
    device = session()
    device.handle(ev.LinkUp())
    assert device.handle(ev.TimerFired("register")) == [
        *STOPPED,
        fx.CloseLink(fx.CloseReason.NO_ANSWER, 1002),
    ]


def test_a_refused_register_closes_and_says_why() -> None:
    device = session()
    device.handle(ev.LinkUp())
    wanted = device.handle(ev.Received(msg.ServerError(error="already registered")))
    assert wanted == [
        fx.Log("REGISTER refused: already registered"),
        *STOPPED,
        fx.CloseLink(fx.CloseReason.REFUSED),
    ]


def test_M_05_heartbeats_go_out_and_a_missing_answer_is_a_dead_link() -> None:
    (
        Playbook(ready())
        >> ev.TimerFired("heartbeat")
        << BEAT
        << WAITING
        << fx.StartTimer("heartbeat", HEARTBEAT_S)
        >> OK
        << fx.StopTimer("answer")
        >> ev.TimerFired("heartbeat")
        << BEAT
        << WAITING
        << fx.StartTimer("heartbeat", HEARTBEAT_S)
        >> ev.TimerFired("answer", moved=True)
        << WAITING
        >> ev.TimerFired("answer")
        << STOPPED[0]
        << STOPPED[1]
        << STOPPED[2]
        << fx.CloseLink(fx.CloseReason.SILENT, 1002)
    ).ends()


def test_a_command_is_written_down_run_recorded_and_answered() -> None:
    work = work_of(COMMAND)
    outcome = Outcome(results=failed_actions(COMMAND.actions, Failure.DENIED, "no"))
    answer = msg.CommandResults(
        status="continue",
        client_id=DESK,
        task_id=msg.TaskId("t1"),
        prev_response_id=msg.ResponseId("r1"),
        request_id="r1",
        action_results=outcome.results,
    )
    (
        Playbook(ready())
        >> ev.Received(COMMAND)
        << fx.Accept(work)
        >> ev.Accepted(work)
        << fx.Run(work)
        >> ev.Done(work, outcome)
        << fx.Record(work, outcome, answer)
        >> ev.Recorded(work.work_id, "text")
        << fx.SendAnswer(work.work_id, "text")
        << fx.StartTimer("heartbeat", PROOF_S)
    ).ends()


def test_a_heartbeat_answered_after_the_answer_proves_its_delivery() -> None:
    device = ready()
    one, two = WorkId("command:t:1"), WorkId("command:t:2")
    device.handle(ev.Recorded(one, "1"))
    (
        Playbook(device)
        >> ev.TimerFired("heartbeat")
        << BEAT
        << WAITING
        << fx.StartTimer("heartbeat", HEARTBEAT_S)
        >> ev.Recorded(two, "2")
        << fx.SendAnswer(two, "2")
        >> OK
        << fx.StopTimer("answer")
        << fx.Delivered((one,))
        << fx.StartTimer("heartbeat", PROOF_S)
    ).ends()


def test_an_unanswered_heartbeat_is_not_followed_by_another() -> None:
    device = ready()
    device.handle(ev.TimerFired("heartbeat"))
    again = device.handle(ev.TimerFired("heartbeat"))
    assert again == [fx.StartTimer("heartbeat", HEARTBEAT_S)]


def test_work_outlives_the_link_and_is_recorded_without_it() -> None:
    device, work = ready(), work_of(COMMAND)
    device.handle(ev.LinkDown())
    assert device.handle(ev.Accepted(work)) == [fx.Run(work)]
    (recorded,) = device.handle(ev.Done(work, Outcome()))
    assert isinstance(recorded, fx.Record)
    assert device.handle(ev.Recorded(work.work_id, "text")) == []


def test_a_declined_command_is_answered_at_once_with_one_result_per_action() -> None:
    work = work_of(COMMAND)
    (sent,) = ready().handle(ev.Declined(work, Outcome(failure=Failure.BUSY, error="later")))
    assert isinstance(sent, fx.Send)
    assert isinstance(sent.message, msg.CommandResults)
    assert sent.message.action_results is not None
    assert [result.status for result in sent.message.action_results] == ["failure", "skipped"]


def test_on_plain_aip_a_task_goes_back_with_its_session_id() -> None:
    back = msg.ClientTask(
        client_id=DESK,
        task_id=msg.TaskId("t1"),
        task_name="n",
        request="x",
        request_id="r2",
        metadata={"platform": "linux"},
    )
    assert ready().handle(ev.Received(TASK)) == [fx.Send(back)]


@pytest.mark.parametrize(
    ("accepts", "planner", "here"),
    [
        ({"task_end": True}, PlannerChoice.AUTO, True),
        ({"task_end": True}, PlannerChoice.PEER, False),
        ({"task_end": True}, PlannerChoice.LOCAL, True),
        (["task_end"], PlannerChoice.AUTO, True),
        (None, PlannerChoice.LOCAL, False),
        ({"task_end": "yes"}, PlannerChoice.AUTO, False),
    ],
)
def test_who_plans_is_fixed_by_what_the_hub_takes(
    accepts: object, planner: PlannerChoice, here: bool
) -> None:
    device = ready(accepts, planner)
    (wanted,) = device.handle(ev.Received(TASK))
    assert isinstance(wanted, fx.Accept) is here
    assert device.plans_here is here


def test_M_06_a_task_planned_here_ends_as_task_end() -> None:
    work = work_of(TASK)
    failed = answer_to_server(DESK, work, Outcome(failure=Failure.NOT_UNDERSTOOD, error="huh"))
    assert failed == msg.ClientTaskEnd(
        status="failed",
        client_id=DESK,
        task_id=msg.TaskId("t1"),
        task_name="n",
        error="not_understood: huh",
    )


def test_an_error_is_logged_and_never_answered() -> None:
    wanted = ready().handle(ev.Received(msg.ServerError(error="boom")))
    assert wanted == [fx.Log("the hub says: boom")]


def test_M_04_facts_asked_for_are_pushed_with_the_id_of_the_question() -> None:
    device = ready()
    asked = msg.ServerDeviceInfoRequest(response_id=msg.ResponseId("q"))
    assert device.handle(ev.Received(asked)) == [fx.AskFacts("q")]
    (sent,) = device.handle(ev.Facts("q", {"cpu_count": 2}))
    pushed = msg.ClientDeviceInfo(
        client_id=DESK, request_id="q", response_id=msg.ResponseId("q"), result={"cpu_count": 2}
    )
    assert sent == fx.Send(pushed)


def test_cancel_and_ack_are_understood() -> None:
    device = ready()
    t1 = msg.TaskId("t1")
    cancelled = device.handle(ev.Received(msg.Cancel(task_id=t1, reason="enough")))
    assert cancelled == [fx.CancelTask(t1, "enough")]
    acked = msg.ServerAck(task_id=t1, response_id=msg.ResponseId("r1"))
    assert device.handle(ev.Received(acked)) == [fx.Confirmed(work_id("t1", "r1"))]


def test_progress_is_said_only_where_it_was_negotiated() -> None:
    step = ev.Step(WorkId("task:t1"), 1, 2, "typing")
    assert ready().handle(step) == []
    (sent,) = ready({"progress": True}).handle(step)
    told = msg.Progress(client_id=DESK, task_id=msg.TaskId("t1"), step=1, total=2, text="typing")
    assert sent == fx.Send(told)


def test_a_broken_command_is_answered_when_its_ids_can_be_read() -> None:
    broken = RemoteProtocolError(
        Breach.BAD_FIELDS, "actions.0.tool_type", Salvage("command", "t1", "r1", 2)
    )
    logged, sent = ready().handle(ev.Garbled(broken))
    assert isinstance(logged, fx.Log)
    assert isinstance(sent, fx.Send)
    assert isinstance(sent.message, msg.CommandResults)
    assert sent.message.prev_response_id == "r1"
    assert len(sent.message.action_results or ()) == 2


def test_a_command_may_overtake_the_answer_to_register() -> None:
    device = session()
    device.handle(ev.LinkUp())
    assert device.handle(ev.Received(COMMAND)) == [fx.Accept(work_of(COMMAND))]


def test_stopping_says_goodbye_once() -> None:
    device = ready()
    wanted = device.handle(ev.Stopping())
    assert wanted == [*STOPPED, fx.CloseLink(fx.CloseReason.GOODBYE, 1001)]
    assert device.handle(ev.Stopping()) == []
    assert device.handle(ev.Received(COMMAND)) == []


def test_a_session_lives_on_over_many_links() -> None:
    device = ready()
    device.handle(ev.LinkDown())
    assert device.state is State.OFFLINE
    device.handle(ev.LinkUp())
    device.handle(OK)
    assert device.state is State.READY


def test_what_the_driver_must_not_report_is_our_bug() -> None:
    with pytest.raises(LocalProtocolError, match="link lost twice"):
        session().handle(ev.LinkDown())
    with pytest.raises(LocalProtocolError, match="LinkUp while READY"):
        ready().handle(ev.LinkUp())
    with pytest.raises(LocalProtocolError, match="a server never says"):
        ready().handle(ev.Received(msg.ClientHeartbeat()))
    with pytest.raises(LocalProtocolError, match="is not for a dialling device"):
        ready().handle(ev.Proven())
