"""What a hanging display, a runaway command and a killed worker cost: one call, nothing else."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.end_to_end.rigs import (
    Agent,
    PlainHub,
    action,
    command,
    family,
    gone,
    run_async,
    running,
    shell,
    until,
)
from tests.x11 import running_x_server


@contextlib.contextmanager
def stopped(process: "psutil.Process | object") -> Iterator[None]:
    """Keep a process from running, as a hang would."""
    pid = process.pid  # type: ignore[attr-defined]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def worker_of(agent: Agent) -> psutil.Process:
    (worker,) = [p for p in family(agent) if "device_agent.worker.process" in p.cmdline()]
    return worker


def keys_down(display: str) -> list[int]:
    import xcffib
    import xcffib.xproto

    connection = xcffib.connect(display)
    try:
        keys = connection.core.QueryKeymap().reply().keys
        return [
            8 * byte + bit for byte, bits in enumerate(keys) for bit in range(8) if bits >> bit & 1
        ]
    finally:
        connection.disconnect()


async def beats(hub: PlainHub, wanted: int) -> None:
    """Answered heartbeats while something else goes wrong (one follows each answer by 2 s)."""
    before = len(hub.of("heartbeat"))
    await hub.until(lambda: len(hub.of("heartbeat")) >= before + wanted)


def test_a_hung_x_server_costs_one_call(tmp_path: Path) -> None:
    async def story() -> None:
        with running_x_server() as (display, server):
            async with PlainHub().open() as hub:
                agent = Agent(tmp_path, "--hub", hub.url, "--allow", "shell", display=display)
                with running(agent):
                    await hub.registered()
                    held = await hub.command("r0", action("key_down", key="shift"))
                    assert held["action_results"][0]["status"] == "success"
                    with stopped(server):
                        began = time.monotonic()
                        await hub.say(command("r1", action("type_text", text="never" * 40)))
                        await hub.say(command("r2", action("list_tools")))
                        await hub.until(lambda: bool(hub.results("r2")))
                        await beats(hub, 1)
                        await hub.until(lambda: bool(hub.results("r1")))
                        assert time.monotonic() - began < 20
                        (late,) = hub.results("r1")[0]["action_results"]
                        assert late["status"] == "failure"
                        assert late["error"].split(":")[0] in {"timed_out", "worker_lost"}
                        on = await hub.command("r3", shell("echo the rest works"))
                        assert on["action_results"][0]["status"] == "success"
                    size = await hub.command("r4", action("screen_size"))
                    assert size["action_results"][0]["status"] == "success"
                    typed = await hub.command("r5", action("press_keys", keys="a"))
                    assert typed["action_results"][0]["status"] == "success"
                    assert keys_down(display) == []
                    assert hub.links == 1
                assert await gone(family(agent)) == []

    run_async(story)


def test_a_killed_x_server_is_said_and_a_new_one_is_found(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running_x_server() as (display, server):
                agent = Agent(tmp_path, "--hub", hub.url, display=display)
                agent.start()
                await hub.registered()
                shot = await hub.command("r1", action("screenshot"))
                assert shot["action_results"][0]["status"] == "success"
                server.kill()
                server.wait()
                lost = await hub.command("r2", action("screenshot"))
                assert lost["action_results"][0]["error"].split(":")[0] == "no_session"
            try:
                with running_x_server(at=display):
                    again = await hub.command("r3", action("screenshot"))
                    assert again["action_results"][0]["status"] == "success"
                    assert hub.links == 1
            finally:
                agent.kill()

    run_async(story)


RUNAWAYS = {
    "forks and ignores SIGTERM": "trap '' TERM; (trap '' TERM; sleep 300) & sleep 300",
    "starts a session of its own": "setsid sh -c 'trap \"\" TERM; sleep 300' & sleep 300",
    "forks twice": "sh -c '(sleep 300 &) ; (sh -c \"sleep 300 &\") &' ; sleep 300",
    "empties its environment": "env -i setsid sleep 300 & env -i sleep 300",
    "keeps the pipe open": "sleep 300 & exec sleep 300",
}


@pytest.mark.parametrize("line", RUNAWAYS.values(), ids=RUNAWAYS)
def test_a_runaway_command_is_gone_with_everything_it_started(tmp_path: Path, line: str) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = Agent(tmp_path, "--hub", hub.url, "--allow", "shell")
            with running(agent):
                await hub.registered()
                await hub.say(command("r1", shell(line, timeout=1)))
                await until(lambda: len(sleepers(agent)) >= 1)
                started = sleepers(agent)
                await hub.until(lambda: bool(hub.results("r1")))
                (result,) = hub.results("r1")[0]["action_results"]
                assert result["error"].startswith("timed_out: ")
                assert await gone(started) == []
                assert sleepers(agent) == []
                await hub.command("r2", shell("echo next"))

    run_async(story)


def sleepers(agent: Agent) -> list[psutil.Process]:
    return [p for p in family(agent) if p.name() == "sleep"]


def test_a_killed_worker_costs_its_call_and_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = Agent(tmp_path, "--hub", hub.url, "--allow", "shell")
            with running(agent):
                await hub.registered()
                await hub.command("r0", shell("true"))
                await hub.say(command("r1", shell("sleep 300")))
                await until(lambda: bool(sleepers(agent)))
                left = sleepers(agent)
                worker_of(agent).kill()
                await hub.until(lambda: bool(hub.results("r1")))
                (result,) = hub.results("r1")[0]["action_results"]
                assert result["error"].startswith("worker_lost: ")
                again = await hub.command("r2", shell("echo again"))
                assert again["action_results"][0]["result"]["stdout"] == "again\n"
                assert await gone(left) == []
                assert hub.links == 1

    run_async(story)


def test_a_killed_broker_leaves_no_worker_child_or_key_behind(tmp_path: Path) -> None:
    async def story() -> None:
        with running_x_server() as (display, _):
            async with PlainHub().open() as hub:
                agent = Agent(tmp_path, "--hub", hub.url, "--allow", "shell", display=display)
                with running(agent):
                    await hub.registered()
                    await hub.command("r0", action("key_down", key="ctrl"))
                    await hub.say(command("r1", shell("trap '' TERM; sleep 300")))
                    await until(lambda: bool(sleepers(agent)))
                    everybody = family(agent)
                    assert keys_down(display) != []
                    agent.kill()
                    assert await gone(everybody) == []
                    assert keys_down(display) == []

    run_async(story)


def test_a_key_left_down_is_released_when_its_peer_goes_or_forgets(tmp_path: Path) -> None:
    async def story() -> None:
        with running_x_server() as (display, _):
            async with PlainHub().open() as hub:
                agent = Agent(tmp_path, "--hub", hub.url, "--allow", "shell", display=display)
                with running(agent):
                    await hub.registered()
                    await hub.command("r1", action("key_down", key="shift"))
                    assert keys_down(display) != []
                    hub.drop()
                    await until(lambda: keys_down(display) == [])
                    await hub.registered(2)
                    failed = await hub.command("r2", action("key_down", key="alt"), action("nope"))
                    assert failed["action_results"][1]["status"] == "failure"
                    await until(lambda: keys_down(display) == [])

    run_async(story)


def test_heartbeats_go_on_while_a_command_runs(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = Agent(tmp_path, "--hub", hub.url, "--allow", "shell")
            with running(agent):
                await hub.registered()
                await hub.say(command("slow", shell("sleep 5")))
                await hub.command("r1", action("list_tools"))
                async with asyncio.timeout(4):
                    await beats(hub, 1)
                assert not hub.results("slow")

    run_async(story)
