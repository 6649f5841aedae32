"""The owner's rules about windows reach the process that gives the input."""

import asyncio
from pathlib import Path

import pytest

from device_agent.catalog import find, parse
from device_agent.catalog.grant import Grant
from device_agent.catalog.guard import Guard, WindowRule
from device_agent.errors import Failure, ToolError
from device_agent.worker.host import WorkerHost
from tests.device_agent.worker.hosts import environment, running
from tests.x11 import tk_entry

NO_TK = Grant(guard=Guard(deny=(WindowRule(app="(?i)^tk$"),), source="F"))


async def _click(host: WorkerHost, at: tuple[int, int], grant: Grant) -> None:
    tool = find("mouse_click")
    assert tool is not None
    await host.call(tool, parse(tool, {"x": at[0], "y": at[1]}), grant=grant)


def test_a_call_is_held_to_the_rules_it_came_with(tmp_path: Path, x_server: str) -> None:
    async def story(center: tuple[int, int]) -> None:
        async with running(inherited=environment(x_server)) as host:
            with pytest.raises(ToolError, match="deny_windows") as caught:
                await _click(host, center, NO_TK)
            assert caught.value.failure is Failure.DENIED
            await _click(host, center, Grant())

    with tk_entry(x_server, tmp_path) as target:
        asyncio.run(story(target.center))
        target.expect("[Button-1]")
