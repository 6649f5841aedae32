import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from constellation.client import HubClient, Order, connected
from constellation.hub.server import Hub, HubSettings, running_hub
from device_agent.errors import ConfigError, LinkRefused, Refusal
from device_agent.links.dial import DialTarget
from device_agent.protocol.messages import Action
from simulator.fleet import Fleet, FleetPlan, make_room
from simulator.profiles import parse_mix, usual_mix
from tests.simulator.support import clock

TOKEN = "a-token-for-tests"
PATIENCE_S = 20.0


def _plan(url: str, devices: int, token: str = TOKEN) -> FleetPlan:
    return FleetPlan(DialTarget(url, SecretStr(token)), devices, usual_mix(), seed=7)


@asynccontextmanager
async def _running(plan: FleetPlan) -> AsyncIterator[Fleet]:
    """A fleet that is registered, and stopped afterwards."""
    fleet = Fleet(plan, clock)
    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        group.create_task(fleet.run())
        await fleet.complete.wait()
        yield fleet
        fleet.stop()


@asynccontextmanager
async def _hub(port: int = 0) -> AsyncIterator[Hub]:
    async with running_hub(HubSettings(token=TOKEN, port=port, grace_s=5.0), clock) as hub:
        yield hub


async def _ask(client: HubClient, device_id: str, tool: str) -> object:
    order = Order(device_id, actions=(Action(tool_name=tool),))
    end = await client.ask(order, PATIENCE_S)
    assert end.error is None
    return end.result[0]["result"]


def test_every_device_answers_through_a_real_hub() -> None:
    async def play() -> None:
        async with _hub() as hub, _running(_plan(hub.url, 12)) as fleet:
            target = DialTarget(hub.url, SecretStr(TOKEN))
            async with connected(target, clock) as client:
                ids = [device.device_id for device in fleet.devices]
                told = await asyncio.gather(*(_ask(client, each, "system_info") for each in ids))
                end = await client.ask(Order(ids[0], request="water the plants"), PATIENCE_S)
            assert [each["facts"]["hostname"] for each in told] == ids  # type: ignore[index]
            assert end.status == "failed"
            assert (end.error or "").startswith("not_understood: ")
            assert fleet.census.registered == fleet.census.ever == 12
            assert (fleet.census.works, fleet.census.calls) == (13, 12)
        assert fleet.census.registered == 0

    asyncio.run(play())


def test_a_fleet_waits_for_its_hub_and_comes_back_to_it() -> None:
    async def play() -> None:
        with socket.socket() as plug:
            plug.bind(("127.0.0.1", 0))
            port = plug.getsockname()[1]
        fleet = Fleet(_plan(f"ws://127.0.0.1:{port}/ws", 5), clock)
        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
            group.create_task(fleet.run())
            async with _hub(port):
                await fleet.complete.wait()
            async with _hub(port):
                while fleet.census.links < 10:  # noqa: ASYNC110 -- nobody is told of later links
                    await asyncio.sleep(0.05)
                assert fleet.census.ever == 5
                fleet.stop()

    asyncio.run(play())


def test_a_wrong_token_ends_the_run_with_its_reason() -> None:
    async def play() -> None:
        async with _hub() as hub:
            fleet = Fleet(_plan(hub.url, 3, token="wrong"), clock)
            with pytest.raises(LinkRefused) as refused:
                await asyncio.wait_for(fleet.run(), PATIENCE_S)
            assert refused.value.refusal is Refusal.CREDENTIALS
            assert "wrong" not in str(refused.value)

    asyncio.run(play())


def test_two_fleets_with_the_same_seed_are_the_same_fleet() -> None:
    async def play() -> None:
        plan = FleetPlan(
            DialTarget("ws://127.0.0.1:1/ws"), 20, parse_mix("windows-office,headless-server"), 3
        )
        one, two = Fleet(plan, clock), Fleet(plan, clock)
        facts = [[device.machine.facts for device in fleet.devices] for fleet in (one, two)]
        assert facts[0] == facts[1]

    asyncio.run(play())


def test_a_bug_in_a_device_ends_the_run_instead_of_one_silent_device() -> None:
    async def play() -> None:
        fleet = Fleet(_plan("ws://127.0.0.1:1/ws", 1), clock)

        def bug() -> None:
            raise ZeroDivisionError

        fleet._later(0.0, bug)
        with pytest.raises(ExceptionGroup) as ended:
            await asyncio.wait_for(fleet.run(), PATIENCE_S)
        assert ended.group_contains(ZeroDivisionError)

    asyncio.run(play())


@pytest.mark.skipif(sys.platform == "win32", reason="no descriptor limit to raise")
def test_more_devices_than_descriptors_are_refused_before_the_first_is_dialled() -> None:
    with pytest.raises(ConfigError) as refused:
        make_room(10**9)
    assert "descriptors" in refused.value.message
    assert "at most" in refused.value.hint
    make_room(10)
