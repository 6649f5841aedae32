import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from constellation.hub.server import HubSettings, running_hub
from device_agent.cli.demonstration.orchestrator import Orchestrator, connected, devices_at
from device_agent.errors import Failure, LinkRefused, ToolError
from device_agent.links.dial import DialTarget
from simulator.fleet import Fleet, FleetPlan
from simulator.profiles import usual_mix

TOKEN = "a-token-for-tests"
PATIENCE_S = 20.0


def clock() -> str:
    return "2026-01-01T00:00:00+00:00"


@asynccontextmanager
async def _played() -> AsyncIterator[tuple[str, Orchestrator]]:
    """A hub with one simulated device, and an orchestrator."""
    async with asyncio.timeout(PATIENCE_S), running_hub(HubSettings(TOKEN, port=0), clock) as hub:
        plan = FleetPlan(DialTarget(hub.url, SecretStr(TOKEN)), 1, usual_mix())
        fleet = Fleet(plan, clock)
        async with asyncio.TaskGroup() as group:
            group.create_task(fleet.run())
            await fleet.complete.wait()
            async with connected(hub.url, TOKEN, clock) as orchestrator:
                yield hub.url, orchestrator
            fleet.stop()


def test_it_lists_devices_and_gives_results() -> None:
    async def play() -> None:
        async with _played() as (url, orchestrator):
            assert await devices_at(url, TOKEN) == ("sim-0001",)
            printed = await orchestrator.act("sim-0001", "shell", command="echo hi")
            assert printed["stdout"] == "hi\n"
            await orchestrator.task("sim-0001", "tell system info")

    asyncio.run(play())


@pytest.mark.parametrize(
    ("device_id", "words", "failure"),
    [
        ("sim-0001", "water the plants", Failure.NOT_UNDERSTOOD),
        ("nobody", "tell system info", Failure.UNAVAILABLE),
    ],
)
def test_a_failed_task_raises_its_word(device_id: str, words: str, failure: Failure) -> None:
    async def play() -> None:
        async with _played() as (_, orchestrator):
            with pytest.raises(ToolError) as failed:
                await orchestrator.task(device_id, words)
            assert failed.value.failure is failure

    asyncio.run(play())


def test_a_wrong_token_is_refused() -> None:
    async def play() -> None:
        async with running_hub(HubSettings(TOKEN, port=0), clock) as hub:
            with pytest.raises(LinkRefused):
                await devices_at(hub.url, "wrong")

    asyncio.run(play())
