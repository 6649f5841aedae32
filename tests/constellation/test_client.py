"""The client that the commands use, against a real hub and devices of plain JSON."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from pydantic import SecretStr

from constellation.client import HubClient, Order, connected
from constellation.hub.server import Hub, HubSettings, running_hub
from device_agent.errors import LinkClosed, LinkRefused, Refusal
from device_agent.links.dial import DialTarget
from device_agent.protocol.messages import Action, Json, ServerProgress
from tests.constellation.raw import TOKEN, Raw, raw, wall_clock

ACCEPTS = {"task_end": True, "ack": True, "cancel": True, "progress": True}


@asynccontextmanager
async def scene(**accepts: Json) -> AsyncIterator[tuple[Hub, Raw, HubClient]]:
    """A hub, a device d1, and us."""
    settings = HubSettings(token=TOKEN, port=0)
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        hub = await stack.enter_async_context(running_hub(settings, wall_clock))
        device = await stack.enter_async_context(raw(hub.url, "d1"))
        await device.register(system_info={"hostname": "a"}, accepts=accepts or ACCEPTS)
        target = DialTarget(hub.url, SecretStr(TOKEN))
        client = await stack.enter_async_context(connected(target, wall_clock))
        yield hub, device, client


def test_words_are_asked_and_the_outcome_is_acknowledged_to_the_device() -> None:
    steps: list[ServerProgress] = []

    async def play() -> None:
        async with scene() as (_, device, client), asyncio.TaskGroup() as group:
            asked = group.create_task(client.ask(Order("d1", "look", on_progress=steps.append), 5))
            order = await device.hear_of("task")
            task_id = order["session_id"]
            await device.say("progress", session_id=task_id, step=1, text="half")
            await device.say("task_end", status="completed", session_id=task_id, result=7)
            assert (await device.hear_of("ack"))["session_id"] == task_id
            assert (await asked).result == 7

    asyncio.run(play())
    assert [step.text for step in steps] == ["half"]


def test_several_tasks_at_once_do_not_mix() -> None:
    async def play() -> None:
        async with scene() as (_, device, client), asyncio.TaskGroup() as group:
            asked = [
                group.create_task(client.ask(Order("d1", f"{number}"), 5)) for number in range(3)
            ]
            orders = [await device.hear_of("task") for _ in asked]
            for order in reversed(orders):
                await device.say(
                    "task_end",
                    status="completed",
                    session_id=order["session_id"],
                    result=order["user_request"],
                )
            assert [(await each).result for each in asked] == ["0", "1", "2"]

    asyncio.run(play())


def test_explicit_actions_and_device_info() -> None:
    async def play() -> None:
        async with scene() as (_, device, client), asyncio.TaskGroup() as group:
            assert await client.info("d1") == {"hostname": "a"}
            assert "error" in await client.info("d2")
            order = Order("d1", actions=(Action(tool_name="list_tools"),))
            asked = group.create_task(client.ask(order, 5))
            command = await device.hear_of("command")
            await device.say(
                "command_results",
                session_id=command["session_id"],
                prev_response_id=command["response_id"],
                action_results=[{"status": "failure", "error": "denied: by rule 3"}],
            )
            assert (await asked).error == "denied: by rule 3"

    asyncio.run(play())


def test_a_task_that_takes_too_long_is_cancelled_on_the_device() -> None:
    async def play() -> None:
        async with scene() as (_, device, client):
            with pytest.raises(TimeoutError):
                await client.ask(Order("d1", "sleep"), 0.05)
            await device.hear_of("task")
            await device.hear_of("cancel")

    asyncio.run(play())


def test_whoever_waits_hears_that_the_hub_is_gone() -> None:
    async def play() -> None:
        settings = HubSettings(token=TOKEN, port=0)
        async with AsyncExitStack() as stack:
            async with running_hub(settings, wall_clock) as hub:
                device = await stack.enter_async_context(raw(hub.url, "d1"))
                await device.register(accepts=ACCEPTS)
                target = DialTarget(hub.url, SecretStr(TOKEN))
                client = await stack.enter_async_context(connected(target, wall_clock))
                group = await stack.enter_async_context(asyncio.TaskGroup())
                asked = group.create_task(_fate(client))
                await device.hear_of("task")
            assert isinstance(await asked, LinkClosed)
            with pytest.raises(LinkClosed):
                await client.info("d1")

    async def _fate(client: HubClient) -> Exception | None:
        try:
            await client.ask(Order("d1", "sleep"), 20)
        except LinkClosed as closed:
            return closed
        return None

    asyncio.run(play())


def test_a_wrong_token_is_told_apart_from_an_absent_hub() -> None:
    async def knock(url: str) -> None:
        async with connected(DialTarget(url, SecretStr("wrong")), wall_clock):
            pass

    async def play() -> None:
        async with running_hub(HubSettings(token=TOKEN, port=0), wall_clock) as hub:
            with pytest.raises(LinkRefused) as refused:
                await knock(hub.url)
            assert refused.value.refusal is Refusal.CREDENTIALS
        with pytest.raises(LinkRefused) as refused:
            await knock(hub.url)
        assert refused.value.refusal is Refusal.UNREACHABLE

    asyncio.run(play())
