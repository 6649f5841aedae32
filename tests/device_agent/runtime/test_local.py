"""What a person on this machine asks for."""

import asyncio
from pathlib import Path

from tests.device_agent.runtime.rigs import alive, inside, policy_of, run_async, until


def test_a_call_is_answered(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            local = rig.behind.local
            good = await local.call("execute_command", {"command": "echo hi"})
            assert good["ok"]
            assert good["result"]["stdout"] == "hi\n"
            unknown = await local.call("no_such_tool", {})
            assert (unknown["ok"], unknown["failure"]) == (False, "unknown_tool")
            wrong = await local.call("wait", {"secnds": 1})
            assert wrong["failure"] == "bad_arguments"
            assert "secnds" in wrong["error"]

    run_async(story)


def test_a_task_tells_its_steps(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            local = rig.behind.local
            good = await local.task("run echo one then run echo two")
            assert good["ok"]
            assert [step["result"]["stdout"] for step in good["steps"]] == ["one\n", "two\n"]
            odd = await local.task("blorb the frobnicator")
            assert (odd["failure"], odd["steps"]) == ("not_understood", [])

    run_async(story)


def test_policy_and_pause_are_for_everybody(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path, policy=policy_of(frozenset())) as rig:
            local = rig.behind.local
            denied = await local.call("execute_command", {"command": "echo hi"})
            assert denied["failure"] == "denied"
            await rig.behind.desk.pause()
            paused = await local.call("execute_command", {"command": "echo hi"})
            assert paused["failure"] == "paused"
            assert (await local.task("run echo hi"))["failure"] == "paused"

    run_async(story)


def test_who_stops_waiting_cancels_his_own_and_nobody_elses(tmp_path: Path) -> None:
    mine, other, gate = tmp_path / "mine", tmp_path / "other", tmp_path / "other.gate"

    async def story() -> None:
        async with inside(tmp_path) as rig:
            local = rig.behind.local
            wait = "echo $$ > {0}; while [ ! -e {0}.gate ]; do sleep 0.01; done; echo done"
            first = rig.group.create_task(
                local.call("execute_command", {"command": wait.format(mine)})
            )
            second = rig.group.create_task(
                local.call("execute_command", {"command": wait.format(other)})
            )
            await until(lambda: mine.exists() and mine.read_text())
            first.cancel()
            await asyncio.wait({first})
            await until(lambda: other.exists() and other.read_text())
            assert not alive(mine)
            gate.touch()
            assert (await second)["result"]["stdout"] == "done\n"
            assert rig.behind.desk.status()["in_hand"] == 0

    run_async(story)
