"""The desk with a real worker: whose turn it is, and how anything that runs can be stopped."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path

import pytest

from device_agent.catalog import Tier, Tool
from device_agent.errors import Failure
from device_agent.policy.rules import Policy, Verdict
from device_agent.protocol.events import Done, Event
from device_agent.protocol.messages import TaskId
from device_agent.protocol.work import PeerId, Work
from device_agent.runtime import calls, desk
from tests.device_agent.runtime.rigs import (
    HUB,
    OTHER,
    Inside,
    Teller,
    act,
    alive,
    asked,
    errors_of,
    inside,
    ordered,
    policy_of,
    run_async,
    sh,
    until,
)
from tests.device_agent.worker.hosts import pressed

STUBBORN = "trap '' TERM; echo $$ > {}; while :; do sleep 0.1; done"
KEYS = frozenset({Tier.OBSERVE, Tier.INPUT, Tier.SHELL})


def run(rig: Inside, work: Work, peer: PeerId = HUB) -> Teller:
    teller = Teller()
    assert rig.behind.desk.refusal(work) is None
    rig.behind.desk.run(peer, work, teller)
    return teller


def test_acting_work_runs_one_by_one_in_order_and_observing_work_beside_it(tmp_path: Path) -> None:
    log, gate = tmp_path / "log", tmp_path / "gate"

    async def story() -> None:
        async with inside(tmp_path) as rig:
            wait = f"while [ ! -e {gate} ]; do sleep 0.01; done; echo 1 >> {log}"
            first = run(rig, ordered("1", sh(wait)))
            second = run(rig, ordered("2", sh(f"echo 2 >> {log}")), OTHER)
            third = run(rig, asked(f"run echo 3 >> {log}"))
            assert rig.behind.desk.status()["lane"]["waiting"][0]["peer"] == OTHER  # type: ignore[index]
            seen = await run(rig, ordered("look", act("list_tools"))).outcome()
            assert seen.results[0].status == "success"
            assert not log.exists()
            gate.touch()
            for teller in (first, second, third):
                outcome = await teller.outcome()
                assert [result.status for result in outcome.results] == ["success"]
            assert log.read_text() == "1\n2\n3\n"
            await rig.behind.desk.drained()
            assert rig.behind.desk.status()["in_hand"] == 0

    run_async(story)


def test_M_04_every_action_gets_one_result_and_a_failure_skips_the_rest(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            actions = (sh("echo a"), act("no_such"), sh(f"touch {tmp_path / 'never'}"))
            teller = run(rig, ordered("1", *actions))
            outcome = await teller.outcome()
            assert [r.status for r in outcome.results] == ["success", "failure", "skipped"]
            assert [r.call_id for r in outcome.results] == [a.call_id for a in actions]
            assert errors_of(outcome)[1] == "unknown_tool"
            assert not (tmp_path / "never").exists()
            empty = await run(rig, ordered("2")).outcome()
            assert empty.results == ()
            assert empty.failure is None

    run_async(story)


def test_work_that_waits_is_cancelled_at_once_and_takes_nobodys_keys(
    tmp_path: Path, x_server: str
) -> None:
    gate = tmp_path / "gate"

    async def story() -> None:
        async with inside(tmp_path, x_server) as rig:
            wait = f"while [ ! -e {gate} ]; do sleep 0.01; done"
            holding = run(rig, ordered("1", act("key_down", key="shift"), sh(wait)))
            await until(lambda: pressed(x_server))
            waiting = run(rig, ordered("2", sh("echo no"), sh("echo no"), task="mine"), OTHER)
            rig.behind.desk.cancel(HUB, TaskId("mine"), "not the owner's task")
            rig.behind.desk.cancel(OTHER, TaskId("mine"), "changed my mind")
            outcome = await waiting.outcome()
            assert errors_of(outcome) == ["cancelled", "skipped after a failure"]
            assert "changed my mind" in (outcome.results[0].error or "")
            assert pressed(x_server), "the key of the work that runs is still down"
            assert not holding.of(Done)
            gate.touch()
            assert (await holding.outcome()).results[1].status == "success"
            assert rig.behind.desk.status()["lane"]["keeper"] == HUB  # type: ignore[index]
            rig.behind.desk.peer_gone(OTHER)
            assert pressed(x_server)
            rig.behind.desk.peer_gone(HUB)
            await until(lambda: not pressed(x_server))

    run_async(story)


def test_work_that_runs_is_cancelled(tmp_path: Path) -> None:
    marker = tmp_path / "pid"

    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller = run(rig, ordered("1", sh(f"echo $$ > {marker}; sleep 60"), sh("echo no")))
            await until(lambda: marker.exists() and marker.read_text())
            rig.behind.desk.cancel(HUB, TaskId("t"), "")
            outcome = await teller.outcome()
            assert errors_of(outcome) == ["cancelled", "skipped after a failure"]
            assert not alive(marker)
            await run(rig, ordered("2", sh("true"))).outcome()

    run_async(story)


def test_what_is_cancelled_while_it_is_written_down_never_begins(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            at = rig.behind.desk
            work = ordered("1", sh(f"touch {tmp_path / 'never'}"))
            assert at.expect(HUB, work)
            assert not at.expect(HUB, work), "a second delivery gets no second place"
            at.cancel(OTHER, TaskId("t"), "somebody else's")
            at.cancel(HUB, TaskId("t"), "no")
            outcome = await run(rig, work).outcome()
            assert errors_of(outcome) == ["cancelled"]
            assert not (tmp_path / "never").exists()

    run_async(story)


def test_places_that_are_kept_count_and_are_given_back(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path, limits={"queue": 2}) as rig:
            at = rig.behind.desk
            works = [ordered(str(number), sh("true")) for number in range(3)]
            for work in works[:2]:
                assert at.refusal(work) is None
                at.expect(HUB, work)
            full = at.refusal(works[2])
            assert full is not None
            assert full.failure is Failure.BUSY
            assert "2 works are in hand" in full.error
            at.forget(HUB, works[0])
            at.forget(HUB, works[0])
            assert at.refusal(works[2]) is None
            await run(rig, works[1]).outcome()
            await at.drained()
            assert at.refusal(works[2]) is None
            assert not at._expected

    run_async(story)


@pytest.mark.parametrize("line", ["echo $$ > {}; sleep 60", STUBBORN])
def test_a_pause_stops_what_acts_whatever_it_is(tmp_path: Path, line: str) -> None:
    marker = tmp_path / "pid"

    async def story() -> None:
        async with inside(tmp_path) as rig:
            at = rig.behind.desk
            running = run(rig, ordered("1", sh(line.format(marker))))
            waiting = run(rig, asked("run echo never"), OTHER)
            await until(lambda: marker.exists() and marker.read_text())
            await at.pause()
            await until(lambda: not alive(marker))
            assert errors_of(await running.outcome()) == ["paused"]
            assert (await waiting.outcome()).failure is Failure.PAUSED
            refused = at.refusal(ordered("3", sh("true")))
            assert refused is not None
            assert refused.failure is Failure.PAUSED
            observing = ordered("4", act("list_tools"))
            assert at.refusal(observing) is None
            assert (await run(rig, observing).outcome()).results[0].status == "success"
            at.resume()
            again = await run(rig, ordered("5", sh("echo on"))).outcome()
            assert again.results[0].status == "success"

    run_async(story)


def test_a_pause_reaches_what_was_accepted_and_not_begun(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            at = rig.behind.desk
            work = ordered("1", sh(f"touch {tmp_path / 'never'}"))
            assert at.refusal(work) is None
            at.expect(HUB, work)
            await at.pause()
            teller = Teller()
            at.run(HUB, work, teller)
            assert errors_of(await teller.outcome()) == ["paused"]
            assert not (tmp_path / "never").exists()

    run_async(story)


def test_a_pause_releases_keys_that_nobody_runs_with(tmp_path: Path, x_server: str) -> None:
    async def story() -> None:
        async with inside(tmp_path, x_server) as rig:
            await run(rig, ordered("1", act("key_down", key="shift"))).outcome()
            assert pressed(x_server)
            await rig.behind.desk.pause()
            await until(lambda: not pressed(x_server))
            await until(lambda: rig.behind.desk.status()["lane"]["keeper"] is None)  # type: ignore[index]

    run_async(story)


def test_who_holds_a_key_keeps_the_lane_until_its_time_is_up(
    tmp_path: Path, x_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "HELD_FOR_S", 0.3)

    async def story() -> None:
        async with inside(tmp_path, x_server) as rig:
            await run(rig, ordered("1", act("key_down", key="shift"))).outcome()
            others = run(rig, ordered("2", sh("echo now")), OTHER)
            own = await run(rig, ordered("3", sh("echo mine"))).outcome()
            assert own.results[0].status == "success"
            assert not others.of(Done), "the keeper's own work goes first"
            assert pressed(x_server)
            assert (await others.outcome()).results[0].status == "success"
            assert not pressed(x_server)

    run_async(story)


def test_who_releases_its_key_gives_the_lane_up(tmp_path: Path, x_server: str) -> None:
    async def story() -> None:
        async with inside(tmp_path, x_server) as rig:
            await run(rig, ordered("1", act("key_down", key="shift"))).outcome()
            others = run(rig, ordered("2", sh("echo now")), OTHER)
            await run(rig, ordered("3", act("key_up", key="shift"))).outcome()
            assert (await others.outcome()).results[0].status == "success"

    run_async(story)


def test_a_failed_unit_leaves_no_key_down(tmp_path: Path, x_server: str) -> None:
    async def story() -> None:
        async with inside(tmp_path, x_server) as rig:
            failing = ordered("1", act("key_down", key="shift"), act("no_such"))
            assert errors_of(await run(rig, failing).outcome())[1] == "unknown_tool"
            assert not pressed(x_server)
            assert rig.behind.desk.status()["lane"]["keeper"] is None  # type: ignore[index]

    run_async(story)


def test_a_worker_that_dies_frees_the_lane_of_its_keeper(tmp_path: Path, x_server: str) -> None:
    async def story() -> None:
        async with inside(tmp_path, x_server) as rig:
            await run(rig, ordered("1", act("key_down", key="shift"))).outcome()
            others = run(rig, ordered("2", sh("echo now")), OTHER)
            rig.behind.worker.kill("a test")
            assert (await others.outcome()).results[0].status == "success"
            await until(lambda: not pressed(x_server))

    run_async(story)


def test_a_fault_of_ours_costs_one_work_and_keeps_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    decide = calls.decide
    asked_for: list[str] = []

    def broken(policy: Policy, tool: Tool, arguments: Mapping[str, object]) -> Verdict:
        asked_for.append(tool.name)
        if len(asked_for) == 2:
            raise RuntimeError("a bug")
        return decide(policy, tool, arguments)

    async def story() -> None:
        async with inside(tmp_path) as rig:
            monkeypatch.setattr(calls, "decide", broken)
            outcome = await run(rig, ordered("1", sh("echo 1"), sh("echo 2"), sh("3"))).outcome()
            assert [r.status for r in outcome.results] == ["success", "failure", "skipped"]
            assert outcome.results[1].error == f"failed: {calls.FAULT}"
            rig.behind.desk._plan = lambda _: 1 / 0  # type: ignore[assignment]
            task = await run(rig, asked("run echo hi")).outcome()
            assert task.failure is Failure.FAILED
            after = await run(rig, ordered("2", sh("echo on"))).outcome()
            assert after.results[0].status == "success"

    with caplog.at_level(logging.ERROR):
        run_async(story)
    assert "failed inside the agent" in caplog.text


def test_a_session_that_cannot_be_told_ends_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(event: Event) -> None:
        raise RuntimeError(f"cannot take {event}")

    async def story() -> None:
        async with inside(tmp_path) as rig:
            rig.behind.desk.run(HUB, ordered("1", sh("echo 1")), broken)
            after = await run(rig, ordered("2", sh("echo on"))).outcome()
            assert after.results[0].status == "success"
            await rig.behind.desk.drained()

    run_async(story)
    assert "a session could not take Done" in caplog.text


def test_what_is_abandoned_reports_that_and_what_comes_later_too(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            at = rig.behind.desk
            running = run(rig, ordered("1", sh("sleep 60")))
            waiting = run(rig, ordered("2", sh("echo never")))
            late = ordered("3", sh("echo never"))
            await running.begun()
            at.stopping = True
            refused = at.refusal(ordered("4", act("list_tools")))
            assert refused is not None
            assert refused.failure is Failure.BUSY
            at.abandon(Failure.INTERRUPTED, "the agent was stopped")
            teller = Teller()
            at.run(HUB, late, teller)
            for each in (running, waiting, teller):
                assert errors_of(await each.outcome()) == ["interrupted"]
            await at.drained()

    run_async(story)


def test_what_the_policy_refuses_names_its_rule(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path, policy=policy_of(frozenset())) as rig:
            outcome = await run(rig, ordered("1", sh("echo no"))).outcome()
            assert (outcome.results[0].error or "").startswith("denied: policy: tier 'shell'")

    run_async(story)


def test_a_fault_in_the_group_does_not_hang_what_ends_it(tmp_path: Path) -> None:
    async def story() -> None:
        with pytest.raises(ExceptionGroup) as caught:  # noqa: PT012 -- the block raises at its end
            async with inside(tmp_path) as rig:
                run(rig, ordered("1", sh("sleep 60")))
                run(rig, ordered("2", sh("sleep 60")))

                async def fault() -> None:
                    raise RuntimeError("a bug")

                rig.behind.desk._group.create_task(fault())
                await asyncio.get_running_loop().create_future()
        assert caught.group_contains(RuntimeError)

    run_async(story)
