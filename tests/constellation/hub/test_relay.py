"""Tasks on their way through a hub: nobody is told twice, nobody is told wrong."""

from dataclasses import replace

from constellation.hub.clients import Client
from constellation.hub.relay import NO_PLANNER
from constellation.hub.tasks import HubTask
from device_agent.errors import Failure
from device_agent.protocol import messages as msg
from device_agent.protocol.messages import ClientId, DeviceId, ResponseId, TaskId
from tests.constellation.hub.pretend import OURS, PretendLine, Rig, task

LOOK = msg.Action(tool_name="screen_size", tool_type="data_collection")


def one(line: PretendLine) -> msg.ServerMessage:
    said = line.heard()
    assert len(said) == 1, said
    return said[0]


def ending(line: PretendLine) -> msg.ServerTaskEnd:
    """The one TASK_END among what was said."""
    found = [message for message in line.heard() if isinstance(message, msg.ServerTaskEnd)]
    assert len(found) == 1, found
    return found[0]


def done(task_id: str = "T@1", result: msg.Json = "seen") -> msg.ClientTaskEnd:
    return msg.ClientTaskEnd(status="completed", task_id=TaskId(task_id), result=result)


def asked(rig: Rig, accepts: tuple[str, ...] = OURS) -> tuple[PretendLine, PretendLine]:
    """A device that was asked to look: its line, and the asker's."""
    _, desk = rig.connect("d1")
    galaxy, line = rig.connect("g", "constellation", accepts)
    rig.relay.heard(galaxy, task())
    assert isinstance(one(line), msg.ServerHeartbeat)
    order = one(desk)
    assert isinstance(order, msg.ServerTask)
    assert (order.task_id, order.user_request) == ("T@1", "look")
    return desk, line


def client(rig: Rig, client_id: str) -> Client:
    found = rig.clients.find(client_id)
    assert found is not None
    return found


def test_a_task_goes_out_and_its_outcome_comes_back_with_the_same_id() -> None:
    rig = Rig()
    desk, line = asked(rig, accepts=())
    rig.relay.heard(client(rig, "d1"), done())
    end = one(line)
    assert isinstance(end, msg.ServerTaskEnd)
    assert (end.task_id, end.status, end.result, end.error) == ("T@1", "completed", "seen", None)
    assert one(desk) == msg.ServerAck(task_id=TaskId("T@1"))
    assert len(rig.tasks) == 0


def test_a_device_gets_its_ack_only_when_the_constellation_has_kept_the_outcome() -> None:
    rig = Rig()
    desk, line = asked(rig)
    rig.relay.heard(client(rig, "d1"), done())
    assert isinstance(one(line), msg.ServerTaskEnd)
    assert desk.heard() == []
    ack = msg.ClientAck(client_type="constellation", task_id=TaskId("T@1"))
    rig.relay.heard(client(rig, "g"), ack)
    rig.relay.heard(client(rig, "g"), ack)
    assert one(desk) == msg.ServerAck(task_id=TaskId("T@1"))


def test_a_late_copy_of_an_outcome_is_acknowledged_and_told_to_nobody() -> None:
    rig = Rig()
    desk, line = asked(rig, accepts=())
    rig.relay.heard(client(rig, "d1"), done())
    line.heard(), desk.heard()
    rig.relay.heard(client(rig, "d1"), done())
    assert line.heard() == []
    assert one(desk) == msg.ServerAck(task_id=TaskId("T@1"))


def test_an_outcome_that_nobody_asked_for_is_not_acknowledged() -> None:
    rig = Rig()
    device, desk = rig.connect("d1")
    rig.relay.heard(device, done("of another hub"))
    assert desk.heard() == []


def test_results_count_only_from_the_device_that_was_asked() -> None:
    rig = Rig()
    desk, line = asked(rig)
    other, _ = rig.connect("d2")
    rig.relay.heard(other, done(result="forged"))
    assert line.heard() == []
    rig.relay.heard(client(rig, "d1"), done(result="true"))
    assert ending(line).result == "true"
    assert desk.heard() == []


def test_a_failed_task_keeps_the_devices_words() -> None:
    rig = Rig()
    _, line = asked(rig)
    said = msg.ClientTaskEnd(status="failed", task_id=TaskId("T@1"), error="denied: by rule 3")
    rig.relay.heard(client(rig, "d1"), said)
    end = ending(line)
    assert (end.status, end.error) == ("failed", "denied: by rule 3")


def test_S2_21_a_device_that_comes_back_in_time_is_asked_again_and_delivers_once() -> None:
    rig = Rig()
    _, line = asked(rig)
    rig.relay.left(client(rig, "d1"))
    assert line.heard() == []
    device, desk = rig.connect("d1")
    order = one(desk)
    assert isinstance(order, msg.ServerTask)
    assert order.task_id == "T@1"
    rig.relay.heard(device, done())
    rig.ring()
    assert ending(line).status == "completed"


def test_S2_21_a_device_that_stays_away_fails_its_tasks() -> None:
    rig = Rig()
    _, line = asked(rig)
    rig.relay.left(client(rig, "d1"))
    assert [alarm.seconds for alarm in rig.alarms] == [60.0]
    rig.ring()
    end = ending(line)
    assert end.status == "failed"
    assert end.error is not None
    assert end.error.startswith("interrupted: ")


def test_a_plain_device_that_comes_back_is_not_told_twice() -> None:
    rig = Rig()
    rig.connect("d1", accepts=())
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task().model_copy(update={"actions": (LOOK,)}))
    rig.relay.left(client(rig, "d1"))
    _, desk = rig.connect("d1", accepts=())
    assert desk.heard() == []
    rig.ring()
    assert ending(line).status == "failed"


def test_the_outcome_waits_for_a_constellation_that_is_away() -> None:
    rig = Rig()
    _, line = asked(rig, accepts=())
    rig.relay.left(client(rig, "g"))
    rig.relay.heard(client(rig, "d1"), done())
    assert line.heard() == []
    _, back = rig.connect("g", "constellation", ())
    assert ending(back).result == "seen"
    assert len(rig.tasks) == 0


def test_outcomes_that_nobody_fetches_make_room_oldest_first() -> None:
    rig = Rig(max_kept=1)
    rig.connect("d1")
    galaxy, _ = rig.connect("g", "constellation")
    for number in (1, 2):
        rig.relay.heard(galaxy, task(task_id=f"T@{number}"))
    rig.relay.left(galaxy)
    for number in (1, 2):
        rig.relay.heard(client(rig, "d1"), done(f"T@{number}"))
    _, back = rig.connect("g", "constellation")
    assert ending(back).task_id == "T@2"


def test_asking_again_neither_runs_again_nor_loses_the_outcome() -> None:
    rig = Rig()
    desk, line = asked(rig)
    rig.relay.heard(client(rig, "g"), task())
    assert isinstance(one(line), msg.ServerHeartbeat)
    assert desk.heard() == []
    rig.relay.heard(client(rig, "d1"), done())
    rig.relay.heard(client(rig, "g"), task())
    ends = line.heard()
    assert len(ends) == 2
    assert ends[0] == ends[1]


def test_the_same_id_for_another_task_is_refused() -> None:
    rig = Rig()
    desk, line = asked(rig)
    rig.relay.heard(client(rig, "g"), task("something else"))
    assert isinstance(one(line), msg.ServerError)
    stranger, theirs = rig.connect("g2", "constellation")
    rig.relay.heard(stranger, task())
    assert (ending(theirs).error or "").startswith("busy: ")
    assert desk.heard() == []


def test_an_id_is_free_again_once_its_outcome_was_handed_over() -> None:
    rig = Rig()
    desk, line = asked(rig, accepts=())
    rig.relay.heard(client(rig, "d1"), done(result=1))
    line.heard(), desk.heard()
    rig.relay.heard(client(rig, "g"), task("and again"))
    rig.relay.heard(client(rig, "d1"), done(result=2))
    assert ending(line).result == 2


def test_a_task_for_a_device_that_is_away_ends_at_once() -> None:
    rig = Rig()
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task())
    assert ending(line).error == "unavailable: device 'd1' is not connected"


def test_a_constellation_is_no_target() -> None:
    rig = Rig()
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task(target="g"))
    assert ending(line).status == "failed"


def test_a_link_registered_for_one_device_reaches_no_other() -> None:
    rig = Rig()
    rig.connect("d1"), rig.connect("d2")
    galaxy, line = rig.connect("g", "constellation", target_id="d1")
    rig.relay.heard(galaxy, task(target="d2"))
    assert (ending(line).error or "").startswith("bad_arguments: ")
    asking = msg.DeviceInfoRequest(target_id=DeviceId("d2"), request_id="i")
    rig.relay.heard(galaxy, asking)
    answer = one(line)
    assert isinstance(answer, msg.DeviceInfo)
    assert "error" in answer.result


def test_words_for_a_device_that_leaves_planning_to_the_hub_fail_with_the_reason() -> None:
    rig = Rig()
    _, desk = rig.connect("d1", accepts=())
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task())
    assert ending(line).error == f"unavailable: {NO_PLANNER}"
    assert desk.heard() == []


def test_a_task_sent_back_by_its_device_ends() -> None:
    rig = Rig()
    _, line = asked(rig)
    back = msg.ClientTask(task_id=TaskId("T@1"), request="look")
    rig.relay.heard(client(rig, "d1"), back)
    assert ending(line).error == f"unavailable: {NO_PLANNER}"


def test_a_task_of_a_devices_own_is_answered_to_the_device() -> None:
    rig = Rig()
    device, desk = rig.connect("d1", accepts=())
    rig.relay.heard(device, msg.ClientTask(request="plan this for me"))
    assert ending(desk).error == f"unavailable: {NO_PLANNER}"


def test_explicit_actions_become_a_command_and_its_results_the_outcome() -> None:
    rig = Rig()
    device, desk = rig.connect("d1", accepts=())
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task(None).model_copy(update={"actions": (LOOK,)}))
    order = one(desk)
    assert isinstance(order, msg.Command)
    assert order.actions == (LOOK,)
    results = msg.CommandResults(
        task_id=order.task_id,
        prev_response_id=order.response_id,
        action_results=(msg.ActionResult(status="success", result={"width": None}),),
    )
    rig.relay.heard(device, results.model_copy(update={"prev_response_id": ResponseId("old")}))
    rig.relay.heard(device, results)
    end = ending(line)
    assert end.status == "completed"
    assert end.result == [{"status": "success", "result": {"width": None}}]


def test_S2_30_device_info_is_what_the_device_said_last() -> None:
    rig = Rig()
    device, _ = rig.connect("d1", metadata={"system_info": {"hostname": "a"}})
    galaxy, line = rig.connect("g", "constellation")
    asking = msg.DeviceInfoRequest(target_id=DeviceId("d1"), request_id="i1")
    rig.relay.heard(galaxy, asking)
    assert one(line) == msg.DeviceInfo(response_id=ResponseId("i1"), result={"hostname": "a"})
    rig.relay.heard(device, msg.ClientDeviceInfo(result={"hostname": "b"}))
    rig.relay.heard(galaxy, asking)
    assert one(line) == msg.DeviceInfo(response_id=ResponseId("i1"), result={"hostname": "b"})


def test_a_cancel_reaches_the_device_and_the_device_ends_the_task() -> None:
    rig = Rig()
    desk, line = asked(rig)
    cancel = msg.ClientCancel(task_id=TaskId("T@1"), reason="enough")
    stranger, _ = rig.connect("g2", "constellation")
    rig.relay.heard(stranger, cancel)
    assert desk.heard() == []
    rig.relay.heard(client(rig, "g"), cancel)
    assert one(desk) == msg.Cancel(task_id=TaskId("T@1"), reason="enough")
    assert line.heard() == []


def test_a_cancel_for_a_device_that_is_away_waits_for_it() -> None:
    rig = Rig()
    asked(rig)
    rig.relay.left(client(rig, "d1"))
    cancel = msg.ClientCancel(task_id=TaskId("T@1"), reason="enough")
    rig.relay.heard(client(rig, "g"), cancel)
    _, desk = rig.connect("d1")
    assert [type(message) for message in desk.heard()] == [msg.ServerTask, msg.Cancel]


def test_a_cancel_that_a_plain_device_cannot_take_ends_the_task_here() -> None:
    rig = Rig()
    rig.connect("d1", accepts=("task_end",))
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task())
    rig.relay.heard(galaxy, msg.ClientCancel(task_id=TaskId("T@1")))
    assert (ending(line).error or "").startswith("cancelled: ")


def test_progress_reaches_whoever_took_it_and_nobody_else() -> None:
    step = msg.Progress(task_id=TaskId("T@1"), step=1, total=2, text="half")
    rig = Rig()
    _, line = asked(rig)
    rig.relay.heard(client(rig, "d1"), step)
    assert one(line) == msg.ServerProgress(task_id=TaskId("T@1"), step=1, total=2, text="half")
    rig = Rig()
    _, line = asked(rig, accepts=())
    rig.relay.heard(client(rig, "d1"), step)
    assert line.heard() == []


def test_what_is_not_for_this_kind_of_client_to_say_is_refused() -> None:
    rig = Rig()
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, msg.CommandResults(client_type="constellation"))
    assert one(line) == msg.ServerError(error="COMMAND_RESULTS is not for a constellation to say")


def test_a_task_that_asks_for_nothing_or_of_nobody_ends_at_once() -> None:
    rig = Rig()
    rig.connect("d1")
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task(request=None))
    assert ending(line).error == "bad_arguments: TASK has neither words nor actions"
    rig.relay.heard(galaxy, task().model_copy(update={"target_id": None}))
    assert ending(line).error == "bad_arguments: TASK names no target_id"


def test_a_task_without_an_id_gets_one() -> None:
    rig = Rig()
    _, desk = rig.connect("d1")
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task().model_copy(update={"task_id": None}))
    order, ack = one(desk), one(line)
    assert isinstance(order, msg.ServerTask)
    assert isinstance(ack, msg.ServerHeartbeat)
    assert order.task_id
    assert order.task_id == ack.task_id


def test_what_the_device_could_not_take_is_not_sent() -> None:
    rig = Rig()
    device, desk = rig.connect("d1")
    rig.clients.put(replace(device, max_frame_bytes=64 * 1024))
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task("x" * 64 * 1024))
    assert (ending(line).error or "").startswith("bad_arguments: ")
    assert desk.heard() == []


def test_ids_of_any_length_are_not_repeated_in_answers() -> None:
    rig = Rig()
    rig.connect("d1")
    galaxy, line = rig.connect("g", "constellation")
    rig.relay.heard(galaxy, task(task_id="x" * 513))
    assert isinstance(one(line), msg.ServerError)
    assert rig.relay.refusal(msg.Register(client_id=ClientId("x" * 513))) is not None


def test_S2_38_a_constellation_needs_its_target_to_be_there() -> None:
    rig = Rig()
    register = msg.Register(
        client_id=ClientId("T@d1"), client_type="constellation", target_id=DeviceId("d1")
    )
    assert rig.relay.refusal(register) == "Target device 'd1' is not connected"
    rig.connect("d1")
    assert rig.relay.refusal(register) is None


def test_a_command_within_the_process_ends_once_and_can_be_given_up() -> None:
    rig = Rig()
    device, desk = rig.connect("d1")
    ended: list[HubTask] = []
    given = rig.relay.command(DeviceId("d1"), (LOOK,), ended.append)
    assert given is not None
    order = one(desk)
    rig.relay.give_up(given, Failure.TIMED_OUT, "nobody waits")
    rig.relay.give_up(given, Failure.TIMED_OUT, "nobody waits")
    assert ended == [given]
    assert [type(message) for message in desk.heard()] == [msg.Cancel, msg.ServerAck]
    late = msg.CommandResults(task_id=order.task_id, prev_response_id=order.response_id)
    rig.relay.heard(device, late)
    assert isinstance(one(desk), msg.ServerAck)
    assert rig.relay.command(DeviceId("d2"), (LOOK,), ended.append) is None
