"""A driver over real and pretended links: in order, bounded, and nothing left behind."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from device_agent.driver import aio
from device_agent.driver.aio import serve
from device_agent.driver.core import Driver, Home
from device_agent.errors import LinkClosed, LocalProtocolError
from device_agent.links.memory import MemoryLink, memory_pair
from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol.codec import decode_client, decode_server
from device_agent.protocol.device_dialling import DeviceDialling
from device_agent.protocol.hub import HubSession
from device_agent.protocol.messages import ClientHeartbeat, ClientId, ServerHeartbeat
from device_agent.protocol.negotiation import PLAIN
from device_agent.protocol.work import WorkId
from tests.device_agent.driver.stage import NOON, Notes, Reaction, nothing, staged
from tests.device_agent.links.rigs import until

BEAT = ClientHeartbeat(client_id=ClientId("d"))
ECHO = '{"type":"heartbeat","status":"ok"}'
GOODBYE = fx.CloseLink(fx.CloseReason.GOODBYE, 1001)


def on_link_up(*effects: fx.Effect) -> Reaction:
    return lambda event: effects if isinstance(event, ev.LinkUp) else ()


def answering(answer: str) -> Reaction:
    return lambda event: [fx.SendAnswer(WorkId("w"), answer)] if _heard(event) else ()


def _heard(event: ev.Event) -> bool:
    return isinstance(event, ev.Received)


async def others() -> set[asyncio.Task[object]]:
    current = asyncio.current_task()
    return {task for task in asyncio.all_tasks() if task is not current}


def test_a_link_is_served_from_linkup_to_linkdown_and_nothing_stays_behind() -> None:
    async def talk() -> None:
        driver, session, _ = staged(on_link_up(fx.StartTimer("t", 1e6), fx.Probe()))
        ours, theirs = memory_pair()
        up = ev.LinkUp({"platform": "linux"})
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            serving = group.create_task(serve(driver, ours, up))
            await theirs.send(ECHO)
            await theirs.send_frame(b"\x00")
            await until(lambda: len(session.told) >= 3)
            await theirs.close(1012, "restarting")
        end = await serving
        assert (end.code, end.reason) == (1012, "restarting")
        assert session.told[0] == up
        assert session.told[-1] == ev.LinkDown(1012, "restarting")
        kinds = [type(event) for event in session.told]
        assert kinds.count(ev.LinkDown) == kinds.count(ev.LinkUp) == 1
        assert ev.Received(ServerHeartbeat()) in session.told
        assert ev.Garbled in kinds
        assert not await others()

    asyncio.run(talk())


def test_what_is_said_leaves_in_order_and_goodbye_comes_last() -> None:
    async def talk() -> None:
        answers = [fx.SendAnswer(WorkId(str(n)), str(n)) for n in range(100)]
        driver, session, _ = staged(on_link_up(*answers, GOODBYE, *answers, GOODBYE))
        ours, theirs = memory_pair(capacity=3)
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            serving = group.create_task(serve(driver, ours, ev.LinkUp()))
            assert [await theirs.receive() for _ in range(100)] == [str(n) for n in range(100)]
            with pytest.raises(LinkClosed) as caught:
                await theirs.receive()
        assert (caught.value.code, caught.value.reason) == (1001, "stopping")
        assert (await serving).code == 1001
        assert session.told[-1] == ev.LinkDown(1001, "stopping")

    asyncio.run(talk())


def test_timers_fire_are_replaced_and_are_stopped() -> None:
    def react(event: ev.Event) -> Sequence[fx.Effect]:
        match event:
            case ev.LinkUp():
                return [
                    fx.StartTimer("stopped", 0.0),
                    fx.StopTimer("stopped"),
                    fx.StopTimer("never there"),
                    fx.StartTimer("replaced", 0.0),
                    fx.StartTimer("replaced", 1e6),
                    fx.StartTimer("once", 0.0),
                ]
            case ev.TimerFired("once"):
                return [fx.StartTimer("again", 0.0)]
            case ev.TimerFired("again"):
                return [GOODBYE]
            case _:
                return []

    async def talk() -> None:
        driver, session, _ = staged(react)
        ours, _theirs = memory_pair()
        async with asyncio.timeout(10):
            await serve(driver, ours, ev.LinkUp())
        fired = [event.name for event in session.told if isinstance(event, ev.TimerFired)]
        assert fired == ["once", "again"]

    asyncio.run(talk())


def test_a_probe_is_answered_when_everything_before_it_was_read() -> None:
    async def talk() -> None:
        driver, session, _ = staged(on_link_up(fx.SendAnswer(WorkId("w"), "x"), fx.Probe()))
        ours, theirs = memory_pair()
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            group.create_task(serve(driver, ours, ev.LinkUp()))
            await until(lambda: len(theirs._inbox) == 1)
            for _ in range(10):
                await asyncio.sleep(0)
            assert ev.Proven() not in session.told
            assert await theirs.receive() == "x"
            await until(lambda: ev.Proven() in session.told)
            await theirs.close()

    asyncio.run(talk())


@pytest.mark.parametrize("answer", ["x" * 100, "x" * 100_000])
def test_R12_a_peer_that_asks_and_does_not_read_is_not_read_any_more(
    answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aio, "MAX_WAITING_FRAMES", 50)
    monkeypatch.setattr(aio, "MAX_WAITING_BYTES", 1_000_000)

    async def flood(theirs: MemoryLink) -> None:
        while True:
            await theirs.send(ECHO)

    async def talk() -> None:
        driver, session, _ = staged(answering(answer))
        ours, theirs = memory_pair(capacity=4)
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            serving = group.create_task(serve(driver, ours, ev.LinkUp()))
            flooding = group.create_task(flood(theirs))
            await until(lambda: theirs.is_backlogged and ours.is_backlogged)
            for _ in range(1000):
                await asyncio.sleep(0)
            heard = len(session.told)
            assert heard <= min(50, 1_000_000 // len(answer)) + 20
            # As soon as it reads, it is heard again.
            for _ in range(100):
                await theirs.receive()
            await until(lambda: len(session.told) > heard + 50)
            flooding.cancel()
            # And when it is gone while nobody reads, nobody waits for room for ever.
            theirs.cut()
            await serving
        assert isinstance(session.told[-1], ev.LinkDown)

    asyncio.run(talk())


def test_R12_a_flood_leaves_time_for_everything_else() -> None:
    async def talk() -> None:
        driver, session, _ = staged()
        ours, theirs = memory_pair(capacity=10_000)
        for _ in range(10_000):
            await theirs.send(ECHO)
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            group.create_task(serve(driver, ours, ev.LinkUp()))
            turns = 0
            while len(session.told) < 10_000:
                await asyncio.sleep(0)
                turns += 1
            assert turns > 10_000 / aio.BREATHE_EVERY
            theirs.cut()

    asyncio.run(talk())


def test_goodbye_does_not_wait_for_ever_for_a_peer_that_does_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(aio, "FLUSH_S", 0.05)

    async def talk() -> None:
        driver, session, _ = staged(
            on_link_up(*[fx.SendAnswer(WorkId(str(n)), "x") for n in range(10)])
        )
        ours, _theirs = memory_pair(capacity=1)
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            group.create_task(serve(driver, ours, ev.LinkUp()))
            await until(lambda: ours.is_backlogged)
            session.react = lambda event: [GOODBYE] if isinstance(event, ev.Stopping) else []
            driver.tell(ev.Stopping())
        assert session.told[-1] == ev.LinkDown(1001, "stopping")

    asyncio.run(talk())


def test_a_session_that_says_goodbye_at_once() -> None:
    async def talk() -> None:
        driver, session, _ = staged(on_link_up(GOODBYE))
        ours, _theirs = memory_pair()
        async with asyncio.timeout(10):
            assert (await serve(driver, ours, ev.LinkUp())).code == 1001
        assert [type(event) for event in session.told] == [ev.LinkUp, ev.LinkDown]

    asyncio.run(talk())


def test_a_cancelled_service_closes_its_link_and_says_so_once() -> None:
    async def talk() -> None:
        driver, session, _ = staged(on_link_up(fx.StartTimer("t", 1e6), fx.Probe()))
        ours, theirs = memory_pair(capacity=1)
        await ours.send("unread")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await serve(driver, ours, ev.LinkUp())
        assert [type(event) for event in session.told] == [ev.LinkUp, ev.LinkDown]
        assert await theirs.receive() == "unread"
        with pytest.raises(LinkClosed):
            await theirs.receive()
        assert not await others()

    asyncio.run(talk())


@pytest.mark.parametrize("when", [ev.LinkUp, ev.Received, ev.TimerFired, ev.Proven])
def test_a_bug_of_ours_ends_the_link_and_is_not_swallowed(when: type[ev.Event]) -> None:
    def react(event: ev.Event) -> Sequence[fx.Effect]:
        if isinstance(event, when):
            raise LocalProtocolError("a bug")
        return [fx.StartTimer("t", 0.0), fx.Probe()] if isinstance(event, ev.LinkUp) else []

    async def talk() -> None:
        driver, session, _ = staged(react)
        ours, theirs = memory_pair()
        await theirs.send(ECHO)
        with pytest.raises(ExceptionGroup) as caught:
            async with asyncio.timeout(10):
                await serve(driver, ours, ev.LinkUp())
        assert caught.group_contains(LocalProtocolError)
        assert isinstance(session.told[-1], ev.LinkDown)
        with pytest.raises(LinkClosed):
            await theirs.receive()
        assert not await others()

    asyncio.run(talk())


def test_one_driver_serves_one_link_after_another() -> None:
    async def talk() -> None:
        driver, session, notes = staged(on_link_up(fx.Send(BEAT)))
        for number in range(3):
            ours, theirs = memory_pair()
            async with asyncio.timeout(10), asyncio.TaskGroup() as group:
                group.create_task(serve(driver, ours, ev.LinkUp()))
                frame = await theirs.receive()
                assert json.loads(frame)["timestamp"] == NOON
                theirs.cut(1006, f"cut {number}")
        downs = [event for event in session.told if isinstance(event, ev.LinkDown)]
        assert [down.reason for down in downs] == ["cut 0", "cut 1", "cut 2"]
        assert not notes.lines

    asyncio.run(talk())


def test_work_that_ends_without_a_link_is_no_error() -> None:
    driver, session, notes = staged(nothing)
    session.react = lambda _: [fx.Send(BEAT), fx.SendAnswer(WorkId("w"), "x"), fx.Probe()]
    driver.tell(ev.Stopping())
    assert not notes.lines


class Clerk(Notes):
    """Admits everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.now = lambda what, tell: tell(ev.Admitted()) if what == "admit" else None


def test_S1_19_a_device_registers_at_a_hub_through_two_drivers() -> None:
    async def talk() -> None:
        clerk = Clerk()
        hub = Driver(HubSession(), Home(decode_client, lambda: NOON, owner=clerk))
        notes = Notes()
        home = Home(decode_server, lambda: NOON, journal=notes)
        device = Driver(DeviceDialling(ClientId("d"), "hub", "linux", PLAIN), home)
        ours, theirs = memory_pair()
        async with asyncio.timeout(10), asyncio.TaskGroup() as group:
            group.create_task(serve(device, ours, ev.LinkUp({"platform": "linux"})))
            group.create_task(serve(hub, theirs, ev.LinkUp()))
            await until(lambda: ("resume", "hub") in notes.lines)
            assert clerk.lines == [("admit", "d"), ("opened", (), None)]
            device.tell(ev.Stopping())
        assert device.closing is fx.CloseReason.GOODBYE
        assert hub.peer == "d"

    asyncio.run(talk())
