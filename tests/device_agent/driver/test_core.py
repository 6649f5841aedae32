"""Every effect is performed, in order, once; and nothing is decided on the way."""

import dataclasses
import json
import logging
from collections.abc import Sequence

import pytest

from device_agent.driver.core import Driver, Home
from device_agent.errors import Breach, LocalProtocolError
from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol.codec import decode_server
from device_agent.protocol.limits import DEFAULT_FRAME_BYTES
from device_agent.protocol.messages import (
    ActionResult,
    ClientError,
    ClientHeartbeat,
    ClientId,
    Command,
    CommandResults,
    Register,
    ResponseId,
    ServerHeartbeat,
    TaskId,
)
from device_agent.protocol.work import Outcome, PeerId, WorkId, work_of
from tests.device_agent.driver.stage import NOON, Scripted, nothing, staged

WORK = work_of(Command(task_id=TaskId("t"), response_id=ResponseId("r")))
ID = WORK.work_id
HUB = PeerId("hub")
BEAT = ClientHeartbeat(client_id=ClientId("d"))
GO = ev.Stopping()


def performing(*effects: fx.Effect) -> tuple[Driver, Scripted, list[tuple[object, ...]]]:
    """Connect, and perform these effects as the answer to LinkUp."""
    driver, session, notes = staged(lambda event: effects if isinstance(event, ev.LinkUp) else ())
    driver.connect(notes, notes, ev.LinkUp())
    return driver, session, notes.lines


def opened(limit_bytes: int | None = None) -> fx.Opened:
    return fx.Opened(HUB, ("ack",), limit_bytes)


@pytest.mark.parametrize(
    ("effect", "line"),
    [
        (fx.SendAnswer(ID, "text"), ("send", "text")),
        (fx.CloseLink(fx.CloseReason.GOODBYE, 1001), ("close", 1001, "stopping")),
        (fx.StartTimer("beat", 30.0), ("start", "beat", 30.0)),
        (fx.StopTimer("beat"), ("stop", "beat")),
        (fx.Accept(WORK), ("accept", HUB, ID)),
        (fx.Run(WORK), ("run", HUB, ID)),
        (fx.CancelTask(TaskId("t"), "why"), ("cancel", HUB, "t", "why")),
        (fx.Delivered((ID,)), ("delivered", HUB, (ID,))),
        (fx.Confirmed(ID), ("confirmed", HUB, ID)),
        (fx.Probe(), ("probe",)),
        (fx.AskFacts("q"), ("ask", "q", None)),
        (fx.Admit(Register(client_id=ClientId("c"))), ("admit", "c")),
        (fx.Deliver(BEAT), ("deliver", BEAT)),
    ],
)
def test_every_effect_reaches_whoever_performs_it(
    effect: fx.Effect, line: tuple[object, ...]
) -> None:
    _, _, lines = performing(opened(), effect)
    assert lines[:2] == [("opened", ("ack",), None), ("resume", HUB)]
    assert lines[2] == line


def test_no_effect_is_missing_above() -> None:
    marks = test_every_effect_reaches_whoever_performs_it.pytestmark  # type: ignore[attr-defined]
    tested = {type(effect) for effect, _ in marks[0].args[1]}
    elsewhere = {fx.Send, fx.Record, fx.Opened, fx.Log}
    effects = {
        kind
        for kind in vars(fx).values()
        if isinstance(kind, type)
        and dataclasses.is_dataclass(kind)
        and kind.__module__ == fx.__name__
    }
    assert tested | elsewhere == effects


def test_messages_are_stamped_and_encoded() -> None:
    _, _, lines = performing(fx.Send(BEAT))
    (said,) = lines
    sent = json.loads(str(said[1]))
    assert (sent["type"], sent["client_id"], sent["timestamp"]) == ("heartbeat", "d", NOON)


def test_an_answer_is_encoded_once_for_the_journal_and_sent_as_it_was_recorded() -> None:
    answer = CommandResults(prev_response_id=ResponseId("r"), action_results=())
    driver, session, lines = performing(opened(), fx.Record(WORK, Outcome(), answer))
    word, peer, work_id, _, text = lines[-1]
    assert (word, peer, work_id) == ("record", HUB, ID)
    session.react = lambda event: (
        [fx.SendAnswer(event.work_id, event.answer)] if isinstance(event, ev.Recorded) else []
    )
    driver.tell(ev.Recorded(ID, str(text)))
    assert lines[-2:] == [("send", text), ("sent", HUB, ID)]


def test_S2_31_effects_of_what_is_told_meanwhile_come_after_not_between() -> None:
    driver, session, notes = staged()

    def react(event: ev.Event) -> Sequence[fx.Effect]:
        if isinstance(event, ev.LinkUp):
            return [opened(), fx.Accept(WORK), fx.Send(BEAT)]
        return [fx.Run(WORK)] if isinstance(event, ev.Accepted) else []

    session.react = react
    notes.now = lambda what, tell: tell(ev.Accepted(WORK)) if what == "accept" else None
    driver.connect(notes, notes, ev.LinkUp())
    words = [line[0] for line in notes.lines]
    assert words == ["opened", "resume", "accept", "send", "run"]
    assert session.told == [ev.LinkUp(), ev.Accepted(WORK)]


def test_frames_are_decoded_and_bad_ones_reported() -> None:
    driver, session, _ = performing()
    driver.hear('{"type":"heartbeat","status":"ok"}')
    driver.hear("garbage")
    driver.hear(b"\x00")
    _, heard, garbled, binary = session.told
    assert heard == ev.Received(ServerHeartbeat())
    assert isinstance(garbled, ev.Garbled)
    assert garbled.error.breach is Breach.NOT_JSON
    assert isinstance(binary, ev.Garbled)
    assert binary.error.breach is Breach.NOT_TEXT


def test_log_lines_name_the_peer(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    performing(fx.Log("early", warning=False), opened(), fx.Log("late"))
    found = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert found == [("INFO", "a new link: early"), ("WARNING", "hub: late")]


def test_a_link_ends_once_and_the_next_begins_afresh() -> None:
    driver, session, lines = performing(opened(70_000), fx.CloseLink(fx.CloseReason.REFUSED))
    assert driver.closing is fx.CloseReason.REFUSED
    driver.disconnect(1000, "bye")
    assert session.told[-1] == ev.LinkDown(1000, "bye")
    del lines[:]
    session.react = lambda _: [
        fx.Send(BEAT),
        fx.SendAnswer(ID, "x"),
        fx.Probe(),
        fx.StartTimer("t", 1.0),
        fx.StopTimer("t"),
        fx.CloseLink(fx.CloseReason.GOODBYE),
        fx.Run(WORK),
    ]
    driver.tell(GO)
    # Without a link nothing can be said; work goes on.
    assert lines == [("run", HUB, ID)]


def test_timers_say_whether_anything_moved_while_they_ran() -> None:
    driver, session, notes = staged()
    session.react = lambda event: (
        [fx.StartTimer("answer", 10.0)] if isinstance(event, ev.LinkUp) else []
    )
    notes.moved_bytes = 100
    driver.connect(notes, notes, ev.LinkUp())
    driver.timer_fired("answer")
    session.react = lambda _: [fx.StartTimer("answer", 10.0)]
    driver.tell(GO)
    notes.moved_bytes = 101
    session.react = lambda _: [fx.StartTimer("heartbeat", 2.0)]
    driver.tell(GO)  # Another timer must not make this one forget what it has seen.
    session.react = nothing
    driver.timer_fired("answer")
    driver.timer_fired("heartbeat")
    notes.is_backlogged = True
    driver.timer_fired("answer")
    fired = [event for event in session.told if isinstance(event, ev.TimerFired)]
    assert fired == [
        ev.TimerFired("answer", moved=False),
        ev.TimerFired("answer", moved=True),
        ev.TimerFired("heartbeat", moved=False),
        ev.TimerFired("answer", moved=True),
    ]


def test_a_result_that_is_too_large_is_replaced_before_it_is_recorded() -> None:
    huge = ActionResult(status="success", result="x" * 100_000)
    answer = CommandResults(prev_response_id=ResponseId("r"), action_results=(huge,))
    _, _, lines = performing(opened(70_000), fx.Record(WORK, Outcome(), answer))
    text = str(lines[-1][-1])
    assert "result_too_large" in text
    assert len(text) < 1000
    assert json.loads(text)["prev_response_id"] == "r"


def test_without_an_announced_limit_it_is_16_mib() -> None:
    for size, fits in ((DEFAULT_FRAME_BYTES - 1000, True), (DEFAULT_FRAME_BYTES, False)):
        answer = CommandResults(action_results=(ActionResult(status="success", result="x" * size),))
        _, _, lines = performing(opened(), fx.Record(WORK, Outcome(), answer))
        assert ("result_too_large" not in str(lines[-1][-1])) is fits


def test_other_messages_that_are_too_large_are_replaced_too() -> None:
    _, _, lines = performing(opened(70_000), fx.Send(ClientError(error="x" * 100_000)))
    assert "result_too_large" in str(lines[-1][1])


def test_an_old_answer_that_the_peer_does_not_take_any_more_is_made_smaller_not_sent() -> None:
    old = "x" * 80_000
    driver, session, lines = performing(opened(70_000), fx.SendAnswer(ID, old))
    assert lines[2:] == [("rejected", HUB, (ID,))]
    session.react = lambda event: (
        [fx.SendAnswer(event.work_id, event.answer)] if isinstance(event, ev.Recorded) else []
    )
    driver.tell(ev.Recorded(ID, "small"))
    assert lines[3:] == [("send", "small"), ("sent", HUB, ID)]


def test_an_answer_that_cannot_be_made_small_enough_does_not_go_round_for_ever(
    caplog: pytest.LogCaptureFixture,
) -> None:
    driver, session, lines = performing(opened(70_000), fx.SendAnswer(ID, "x" * 80_000))
    session.react = lambda event: (
        [fx.SendAnswer(event.work_id, event.answer)] if isinstance(event, ev.Recorded) else []
    )
    for size in (79_000, 79_000, 79_000):
        driver.tell(ev.Recorded(ID, "x" * size))
    assert lines[2:] == [("rejected", HUB, (ID,))] * 2
    assert "however short" in caplog.text


@pytest.mark.parametrize(("code", "expected"), [(1009, True), (1006, False), (1000, False)])
def test_what_was_in_flight_when_the_peer_said_1009_is_never_sent_again_as_it_was(
    code: int, expected: bool
) -> None:
    arrived, on_the_way = WorkId("one"), WorkId("two")
    driver, _, lines = performing(
        opened(),
        fx.SendAnswer(arrived, "x"),
        fx.SendAnswer(on_the_way, "y" * 1000),
        fx.Delivered((arrived,)),
    )
    driver.disconnect(code)
    assert (("rejected", HUB, (on_the_way,)) in lines) is expected


def test_what_arrived_is_not_in_flight_on_the_next_link() -> None:
    driver, _, notes = staged(
        lambda event: [opened(), fx.SendAnswer(ID, "x")] if isinstance(event, ev.LinkUp) else []
    )
    driver.connect(notes, notes, ev.LinkUp())
    driver.disconnect(1006)
    driver.session = Scripted()
    driver.connect(notes, notes, ev.LinkUp())
    driver.disconnect(1009)
    assert not [line for line in notes.lines if line[0] == "rejected"]


@pytest.mark.parametrize(
    "effect",
    [
        fx.Accept(WORK),
        fx.Run(WORK),
        fx.AskFacts(None),
        fx.Admit(Register(client_id=ClientId("c"))),
        fx.Deliver(BEAT),
    ],
)
def test_a_role_that_asks_for_somebody_it_does_not_have_is_our_bug(effect: fx.Effect) -> None:
    driver = Driver(Scripted(lambda _: [effect]), Home(decode_server, lambda: NOON))
    with pytest.raises(LocalProtocolError, match="nobody at home"):
        driver.tell(GO)


def test_after_our_bug_the_driver_still_takes_events() -> None:
    driver, session, _ = performing()

    def fail(event: ev.Event) -> Sequence[fx.Effect]:
        raise LocalProtocolError(f"a bug about {event}")

    session.react = fail
    with pytest.raises(LocalProtocolError):
        driver.tell(GO)
    session.react = nothing
    driver.tell(GO)
    assert session.told[-1] == GO


def test_an_idle_driver_is_small() -> None:
    driver, _, _ = staged()
    assert not hasattr(driver, "__dict__")
    assert driver.__sizeof__() <= 200
