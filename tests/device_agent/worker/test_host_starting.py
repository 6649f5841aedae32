"""Calls while there is no desktop process, and machines that have none to give."""

import asyncio
import gc
import sys
from collections.abc import Awaitable

import pytest

from device_agent.catalog import find, parse
from device_agent.errors import Failure, ToolError
from device_agent.worker.host import WorkerHost
from device_agent.worker.status import WorkerOptions
from tests.device_agent.worker.hosts import call, environment, running, until


def test_a_process_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", "/nowhere/python")
            async with running() as host:
                await until(lambda: "cannot be started" in host.status().last_end)
                patch.undo()
                assert await call(host, "wait", seconds=0.01) is not None

    asyncio.run(story())


def test_a_call_that_waits_for_a_process_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    async def story() -> None:
        async with running() as host, asyncio.TaskGroup() as group:
            tool = find("wait")
            assert tool is not None
            waiting = group.create_task(
                _failure(host.call(tool, parse(tool, {"seconds": 0.01}), call_id="mine"))
            )
            await until(lambda: "mine" in host._waiting)
            host.cancel("nobody's")
            host.cancel("mine")
            assert await waiting is Failure.CANCELLED
            assert not host._waiting

    asyncio.run(story())


async def _failure(calling: Awaitable[object]) -> Failure:
    with pytest.raises(ToolError) as caught:
        await calling
    return caught.value.failure


def test_a_kill_costs_the_call_and_not_the_next_one() -> None:
    async def story() -> None:
        async with running() as host:
            await host.ping()
            host.kill("a test")
            assert await call(host, "wait", seconds=0.01) is not None
            assert "a test" in host.status().last_end

    asyncio.run(story())


@pytest.mark.parametrize("steps", range(16))
def test_a_stop_at_any_moment_of_the_start_leaves_nothing_open(steps: int) -> None:
    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(WorkerHost(WorkerOptions(environment())).run())
            for _ in range(steps):
                await asyncio.sleep(0)
            keeping.cancel()

    asyncio.run(story())
    gc.collect()  # What was left open says so now.
