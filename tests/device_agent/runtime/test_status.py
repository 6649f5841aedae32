"""What the local door answers."""

import json
from pathlib import Path

from device_agent.runtime.state import PauseMark
from device_agent.runtime.status import answer_for
from tests.device_agent.runtime.rigs import (
    HUB,
    OTHER,
    Teller,
    act,
    alive,
    inside,
    ordered,
    run_async,
    sh,
    until,
)


def test_status_is_json_and_tells_who_runs_and_who_waits(tmp_path: Path, x_server: str) -> None:
    async def story() -> None:
        async with inside(tmp_path, x_server) as rig:
            answer = answer_for(rig.behind, rig.peers, PauseMark(tmp_path))
            for peer, work in (
                (HUB, ordered("1", act("key_down", key="shift"), sh("sleep 60"))),
                (OTHER, ordered("2", act("type_text", text="my passphrase"))),
            ):
                rig.behind.desk.run(peer, work, Teller())
            await until(lambda: rig.behind.worker.status().in_flight and rig.behind.runner.holds)
            said = await answer({"op": "status"})
            text = json.dumps(said)
            assert (said["ok"], said["device_id"]) == (True, "d1")
            assert said["desk"]["in_hand"] == 2
            assert said["desk"]["lane"]["running"]["peer"] == HUB
            assert said["desk"]["lane"]["waiting"][0]["peer"] == OTHER
            assert said["worker"]["held"]["keys"]
            assert said["worker"]["in_flight"]
            assert said["policy"]["tiers"]
            assert "passphrase" not in text

    run_async(story)


def test_a_pause_is_answered_when_nothing_acts_any_more(tmp_path: Path) -> None:
    marker = tmp_path / "pid"

    async def story() -> None:
        async with inside(tmp_path) as rig:
            mark = PauseMark(tmp_path / "state")
            answer = answer_for(rig.behind, rig.peers, mark)
            rig.behind.desk.run(HUB, ordered("1", sh(f"echo $$ > {marker}; sleep 60")), Teller())
            await until(lambda: marker.exists() and marker.read_text())
            assert await answer({"op": "pause"}) == {"ok": True, "paused": True, "lasting": True}
            assert not alive(marker)
            assert mark
            assert (await answer({"op": "task", "request": "run echo no"}))["failure"] == "paused"
            assert (await answer({"op": "status"}))["desk"]["paused"]
            assert await answer({"op": "resume"}) == {"ok": True, "paused": False}
            assert not mark
            good = await answer(
                {"op": "call", "tool": "execute_command", "arguments": {"command": "echo hi"}}
            )
            assert good["result"]["stdout"] == "hi\n"

    run_async(story)


def test_a_pause_that_cannot_be_written_down_holds_all_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            answer = answer_for(rig.behind, rig.peers, PauseMark(tmp_path / "missing"))
            assert (await answer({"op": "pause"}))["lasting"] is False
            assert rig.behind.desk.paused

    run_async(story)


def test_what_nobody_knows_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            answer = answer_for(rig.behind, rig.peers, PauseMark(tmp_path))
            for question in ({}, {"op": "fly"}, {"op": "call"}, {"op": "task", "request": 7}):
                refused = await answer(question)
                assert (refused["ok"], refused["failure"]) == (False, "bad_arguments")

    run_async(story)
