"""The agent as a process: how it starts and how it ends, whatever hangs."""

import asyncio
import json
import os
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from device_agent.policy.rules import by_hand
from device_agent.runtime import agent as runtime
from device_agent.runtime import serving
from device_agent.runtime.control import door
from tests.device_agent.runtime.rigs import alive, config_for, run_async, until
from tests.end_to_end.rigs import (
    TOKEN,
    Agent,
    PlainHub,
    action,
    command,
    family,
    free_port,
    gone,
    running,
    shell,
)

STUBBORN = "trap '' TERM; echo $$ > {}; while :; do sleep 0.1; done"


def agent_for(tmp_path: Path, hub: PlainHub, *flags: str) -> Agent:
    return Agent(tmp_path, "--hub", hub.url, "--allow", "shell", *flags)


def worker_of(agent: Agent) -> psutil.Process:
    assert agent.process is not None
    children = psutil.Process(agent.process.pid).children()
    (worker,) = [each for each in children if "device_agent.worker" in " ".join(each.cmdline())]
    return worker


async def stopped(agent: Agent) -> int:
    return await asyncio.to_thread(agent.stop)


async def restarted(agent: Agent, hub: PlainHub) -> None:
    before = len(hub.registers)
    agent.start()
    await hub.registered(before + 1)


def test_it_ends_in_order_with_callers_inside_and_a_command_that_will_not_end(
    tmp_path: Path,
) -> None:
    marker = tmp_path / "pid"

    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub, "--listen", f"127.0.0.1:{free_port()}")
            with running(agent):
                await hub.registered()
                idle = await asyncio.open_unix_connection(door(agent.state_dir))
                waiting = await asyncio.open_unix_connection(door(agent.state_dir))
                question = {"op": "call", "tool": "execute_command",
                            "arguments": {"command": "sleep 60"}}  # fmt: skip
                await hub.say(command("stubborn", shell(STUBBORN.format(marker))))
                await until(lambda: marker.exists() and marker.read_text())
                waiting[1].write(json.dumps(question).encode() + b"\n")
                await hub.say(command("behind", shell("echo never")))
                assert await stopped(agent) == 0
                for response_id in ("stubborn", "behind"):
                    (answer,) = hub.results(response_id)
                    (result,) = answer["action_results"]
                    assert result["error"].startswith("interrupted: ")
                told = json.loads(await waiting[0].readline() or b'{"failure": "interrupted"}')
                assert told["failure"] == "interrupted"
                assert hub._link is not None
                assert hub._link.close_code == 1001
                for _, writer in (idle, waiting):
                    writer.close()
                assert not alive(marker)
                assert await gone(family(agent)) == []

    run_async(story)


def test_what_runs_is_finished_and_sent_before_the_end(tmp_path: Path) -> None:
    marker = tmp_path / "pid"

    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub)
            with running(agent):
                await hub.registered()
                await hub.say(command("r1", shell(f"echo $$ > {marker}; sleep 0.5; echo done")))
                await until(lambda: marker.exists() and marker.read_text())
                assert await stopped(agent) == 0
                (answer,) = hub.results("r1")
                assert answer["action_results"][0]["result"]["stdout"] == "done\n"

    run_async(story)


def test_it_ends_in_time_with_a_worker_that_hangs(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub)
            with running(agent):
                await hub.registered()
                await hub.command("r0", shell("true"))
                worker = worker_of(agent)
                worker.suspend()
                await hub.say(command("hung", shell("echo hi")))
                await hub.command("busy", action("list_tools"))
                assert await stopped(agent) == 0
                assert not worker.is_running()
                (answer,) = hub.results("hung")
                assert answer["action_results"][0]["error"].startswith("interrupted: ")
                await restarted(agent, hub)
                await hub.command("r1", shell("true"))
                assert {text for text in hub.texts if '"hung"' in text} == {
                    hub.texts[hub.heard.index(answer)]
                }

    run_async(story)


def test_it_ends_in_time_with_a_peer_that_does_not_read_and_loses_nothing(tmp_path: Path) -> None:
    done = tmp_path / "done"

    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub)
            with running(agent):
                await hub.registered()
                assert hub._link is not None
                line = f"head -c 12000000 /dev/zero | tr '\\0' x; touch {done}"
                await hub.say(command("big", shell(line)))
                hub._link.transport.pause_reading()
                await until(done.exists)
                assert await stopped(agent) == 0
                await restarted(agent, hub)
                await hub.until(lambda: bool(hub.results("big")))
                (result,) = hub.results("big")[0]["action_results"]
                assert result["status"] == "success"

    run_async(story)


@pytest.mark.parametrize("name", ["agent.lock", "journal.db", "worker.lock", "control.sock"])
def test_it_may_be_stopped_while_it_starts(tmp_path: Path, name: str) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub)
            with running(agent):
                await until((agent.state_dir / name).exists)
                assert await stopped(agent) == 0
                assert await gone(family(agent)) == []
                await restarted(agent, hub)
                await hub.command("r1", shell("echo hi"))
                assert await stopped(agent) == 0
                assert "Traceback" not in agent.said()

    run_async(story)


def test_a_pause_outlives_the_agent(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub)
            with running(agent):
                await hub.registered()
                assert (await asyncio.to_thread(agent.run, "pause")).returncode == 0
                agent.kill()
                await restarted(agent, hub)
                answer = await hub.command("r1", shell("echo no"))
                assert answer["action_results"][0]["error"].startswith("paused: ")
                await hub.command("r2", action("list_tools"))
                assert "has paused this device" in agent.said()
                assert (await asyncio.to_thread(agent.run, "resume")).returncode == 0
                answer = await hub.command("r3", shell("echo yes"))
                assert answer["action_results"][0]["status"] == "success"
                assert await stopped(agent) == 0
                await restarted(agent, hub)
                answer = await hub.command("r4", shell("echo yes"))
                assert answer["action_results"][0]["status"] == "success"

    run_async(story)


def test_a_command_whose_agent_dies_is_not_done_again(tmp_path: Path) -> None:
    effects = tmp_path / "effects"

    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub)
            with running(agent):
                await hub.registered()
                words = f"run echo x >> {effects}; sleep 60"
                asking = asyncio.to_thread(agent.run, "task", words, "--allow", "shell")
                async with asyncio.TaskGroup() as group:
                    asked = group.create_task(asking)
                    await until(effects.exists)
                    agent.kill()
                assert asked.result().returncode == 1
                assert "may have happened" in asked.result().stderr
                assert effects.read_text() == "x\n"

    run_async(story)


def test_who_hangs_up_on_a_command_stops_it(tmp_path: Path) -> None:
    marker = tmp_path / "pid"

    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub)
            with running(agent):
                await hub.registered()
                words = agent.arguments("task", f"run echo $$ > {marker}; sleep 60")
                person = await asyncio.create_subprocess_exec(
                    *words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
                await until(lambda: marker.exists() and marker.read_text())
                person.send_signal(signal.SIGINT)
                assert await person.wait() == 130
                await until(lambda: not alive(marker))
                await hub.command("r1", shell("echo on"))

    run_async(story)


def test_the_first_signal_begins_the_end_and_the_second_changes_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        config = config_for(tmp_path, link=[{"url": "ws://127.0.0.1:9/ws", "token": TOKEN}])
        told: list[str] = []
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(runtime.serve(config, by_hand(), lambda: told.append("x")))
            await until(lambda: Path(door(config.state_dir)).exists())
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.wait({serving})
        assert told == ["x"], "the first signal alone begins the end"

    run_async(story)


def test_waiting_has_a_limit() -> None:
    async def story() -> None:
        assert await serving._within(5, asyncio.sleep(0))
        assert not await serving._within(0.01, asyncio.get_running_loop().create_future())

    run_async(story)
