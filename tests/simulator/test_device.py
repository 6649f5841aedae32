import tracemalloc
from collections import deque

from device_agent.protocol.codec import decode_client, encode
from device_agent.protocol.events import LinkUp
from device_agent.protocol.messages import (
    Action,
    ClientDeviceInfo,
    ClientTaskEnd,
    Command,
    CommandResults,
    Message,
    Register,
    ResponseId,
    ServerDeviceInfoRequest,
    ServerHeartbeat,
    ServerMessage,
    ServerTask,
    TaskId,
)
from simulator import device as devices
from simulator.device import Device
from simulator.dice import Dice
from simulator.profiles import PROFILES, usual_mix
from tests.simulator.support import Alarms, clock

OURS = {"accepts": {"task_end": True, "ack": True, "cancel": True, "progress": True}}


class Wire:
    """A hub's end, without a hub: an outbox and timers that only remember."""

    moved_bytes = 0
    is_backlogged = False

    def __init__(self, device: Device) -> None:
        self.device = device
        self.sent: deque[Message] = deque()
        self.closed: tuple[int, str] | None = None
        device.driver.connect(self, self, LinkUp(device.metadata()))

    def say(self, message: ServerMessage) -> None:
        """Let the device hear a message, over the codec."""
        self.device.driver.hear(encode(message, clock()))

    def send(self, text: str) -> None:
        self.sent.append(decode_client(text))

    def probe(self) -> None: ...

    def close(self, code: int, reason: str) -> None:
        self.closed = (code, reason)

    def start(self, name: str, seconds: float) -> None: ...

    def stop(self, name: str) -> None: ...


def _device(alarms: Alarms, opened: list[None] | None = None) -> Device:
    heard: list[None] = [] if opened is None else opened
    home = devices.Home("ws://hub/ws", alarms.later, clock, lambda: heard.append(None))
    return Device(PROFILES["windows-office"], Dice(0, 3), home)


def _registered(alarms: Alarms, result: object = OURS) -> Wire:
    wire = Wire(_device(alarms))
    wire.say(ServerHeartbeat(result=result))
    wire.sent.clear()
    return wire


def test_it_registers_as_a_real_device_does() -> None:
    opened: list[None] = []
    device = _device(Alarms(), opened)
    wire = Wire(device)
    register = wire.sent[0]
    assert isinstance(register, Register)
    assert register.client_id == "sim-0003"
    assert register.metadata is not None
    assert register.metadata["platform"] == "windows"
    assert register.metadata["system_info"]["hostname"] == "sim-0003"
    assert register.metadata["accepts"]["task_end"] is True
    assert not device.is_registered
    wire.say(ServerHeartbeat(result=OURS))
    assert device.is_registered
    assert (device.links, len(opened)) == (1, 1)


def test_a_command_is_answered_and_its_copy_gets_the_same_frame() -> None:
    alarms = Alarms()
    wire = _registered(alarms)
    order = Command(
        task_id=TaskId("t"),
        response_id=ResponseId("r"),
        actions=(
            Action(tool_name="screen_size"),
            Action(tool_name="wait", parameters={"seconds": 9.0}),
        ),
    )
    wire.say(order)
    wire.say(order)
    alarms.run()
    (answer,) = wire.sent
    assert isinstance(answer, CommandResults)
    assert answer.prev_response_id == "r"
    assert [result.status for result in answer.action_results or ()] == ["success", "success"]
    wire.say(order)
    assert list(wire.sent) == [answer, answer]
    assert wire.device.desk.works == 1


def test_a_task_in_words_is_planned_and_ended_here() -> None:
    alarms = Alarms()
    wire = _registered(alarms)
    wire.say(ServerTask(task_id=TaskId("t"), user_request="type hello then list windows"))
    alarms.run()
    end = wire.sent[-1]
    assert isinstance(end, ClientTaskEnd)
    assert (end.status, end.error) == ("completed", None)
    assert end.result["steps"][1]["result"]["windows"][0]["active"] is True


def test_a_hub_that_plans_gets_its_task_back() -> None:
    wire = _registered(Alarms(), result=None)
    wire.say(ServerTask(task_id=TaskId("t"), user_request="anything"))
    (back,) = wire.sent
    assert back.type == "task"


def test_facts_are_told_when_asked_for() -> None:
    wire = _registered(Alarms())
    wire.say(ServerDeviceInfoRequest(request_id="q"))
    (told,) = wire.sent
    assert isinstance(told, ClientDeviceInfo)
    assert told.result["custom_metadata"]["profile"] == "windows-office"


def test_what_was_done_while_the_link_was_away_is_sent_on_the_next() -> None:
    alarms = Alarms()
    wire = _registered(alarms)
    wire.say(
        Command(
            task_id=TaskId("t"),
            response_id=ResponseId("r"),
            actions=(Action(tool_name="screen_size"),),
        )
    )
    wire.device.driver.disconnect()
    alarms.run()
    assert not wire.sent
    again = Wire(wire.device)
    again.say(ServerHeartbeat(result=OURS))
    assert isinstance(again.sent[-1], CommandResults)
    assert wire.device.links == 2


def test_its_redialling_is_drawn_anew_each_time_and_repeatable() -> None:
    first, second = _device(Alarms()), _device(Alarms())
    drawn = [first.uniform(0.5, 15.0) for _ in range(5)]
    assert len(set(drawn)) == 5
    assert drawn == [second.uniform(0.5, 15.0) for _ in range(5)]


def test_an_idle_device_is_small() -> None:
    alarms = Alarms()
    home = devices.Home("ws://hub/ws", alarms.later, clock, lambda: None)
    profile = usual_mix()[0][0]
    count = 500
    tracemalloc.start()
    try:
        kept = [Device(profile, Dice(0, number), home) for number in range(count)]
        size_bytes, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(kept) == count
    # Session, driver, journal, desk and machine; the link of asyncio is ten times that.
    assert size_bytes / count < 3000
