"""All peers together: served, told goodbye, and cut off when they do not take it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from device_agent.errors import ConfigError
from device_agent.runtime.peers import Peers
from tests.device_agent.runtime.rigs import (
    Far,
    Inside,
    constellation,
    inside,
    memory_pair,
    run_async,
    until,
)
from tests.end_to_end.rigs import PlainHub, command, shell

TOKEN = "a-token-that-is-long-enough"


def listening(port: int = 0) -> dict[str, object]:
    return {"listen": {"port": port, "token": TOKEN}}


def dialling(*urls: str) -> dict[str, object]:
    return {"link": [{"url": url, "token": TOKEN} for url in urls]}


@asynccontextmanager
async def serving(tmp_path: Path, **settings: object) -> AsyncIterator[Inside]:
    async with inside(tmp_path, **settings) as rig:
        task = rig.group.create_task(rig.peers.serve())
        try:
            yield rig
        finally:
            task.cancel()
            await asyncio.wait({task})


@asynccontextmanager
async def caller(peers: Peers, client_id: str = "rig") -> AsyncIterator[Any]:
    await until(lambda: peers.port)
    url = f"ws://127.0.0.1:{peers.port}/?token={TOKEN}"
    async with connect(url, max_size=1 << 27) as link:
        me = {"client_id": client_id, "client_type": "constellation", "status": "ok"}
        await link.send(json.dumps({"type": "register", "target_id": "d1", **me}))
        assert json.loads(await link.recv())["type"] == "heartbeat"
        yield link


def test_several_hubs_and_callers_share_one_device(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as one, PlainHub().open() as two:
            settings = {**listening(), **dialling(one.url, two.url)}
            async with serving(tmp_path, **settings) as rig, caller(rig.peers) as link:
                for hub in (one, two):
                    await hub.registered()
                    answer = await hub.command("r1", shell("echo hi"))
                    assert answer["action_results"][0]["result"]["stdout"] == "hi\n"
                await link.send(
                    json.dumps({"type": "task", "client_id": "rig", "status": "continue",
                                "client_type": "constellation",
                                "session_id": "s", "request": "run echo hi"})
                )  # fmt: skip
                while json.loads(await link.recv())["type"] != "task_end":
                    pass
                states = rig.peers.states()
                assert [state["state"] for state in states] == ["connected"] * 3
                assert TOKEN not in str(states)

    run_async(story)


def test_goodbye_reaches_everybody_after_what_is_done(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            settings = {**listening(), **dialling(hub.url)}
            async with serving(tmp_path, **settings) as rig, caller(rig.peers) as link:
                await hub.registered()
                await rig.peers.say_goodbye(20)
                with pytest.raises(ConnectionClosed) as closed:
                    await link.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 1001
                assert hub._link is not None
                await hub._link.wait_closed()
                assert hub._link.close_code == 1001
                assert rig.peers._ended.is_set()

    run_async(story)


def test_who_does_not_read_our_goodbye_is_cut_off(tmp_path: Path) -> None:
    async def story() -> None:
        async with serving(tmp_path, **listening()) as rig, caller(rig.peers) as link:
            # A peer that has stopped reading, with more on its way than buffers hold.
            link.transport.pause_reading()
            (driver,) = rig.peers._listening
            for _ in range(10):
                driver._outbox.send("x" * (1 << 20))  # type: ignore[union-attr]
            async with asyncio.timeout(8):
                await rig.peers.say_goodbye(0.3)
                await rig.peers._ended.wait()
            link.transport.abort()

    run_async(story)


def test_a_hub_that_never_answers_the_handshake_does_not_hold_up_the_end(tmp_path: Path) -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as mute:
            url = f"ws://127.0.0.1:{mute.getsockname()[1]}/ws"
            async with serving(tmp_path, **dialling(url)) as rig:
                silent, _ = await asyncio.to_thread(mute.accept)
                with silent:
                    async with asyncio.timeout(5):
                        await rig.peers.say_goodbye(30)
                assert rig.peers._ended.is_set()

    run_async(story)


def test_who_comes_after_goodbye_is_not_served(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            rig.peers._stopping.set()
            ours, theirs = memory_pair()
            await rig.peers._serve_one(ours)
            assert not rig.peers._listening
            theirs.cut()

    run_async(story)


def test_a_port_in_use_is_an_error_of_configuration(tmp_path: Path) -> None:
    async def story() -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            async with inside(tmp_path, **listening(taken.getsockname()[1])) as rig:
                with pytest.raises(ExceptionGroup) as caught:
                    await rig.peers.serve()
                assert caught.group_contains(ConfigError, match="in use by another program")

    run_async(story)


def test_a_listener_needs_a_token(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path, listen={"port": 0}) as rig:
            with pytest.raises(ExceptionGroup) as caught:
                await rig.peers.serve()
            assert caught.group_contains(ConfigError, match="token")

    run_async(story)


async def end_of(far: Far, task: str) -> dict[str, Any]:
    end = await far.hear("task_end")
    assert end["session_id"] == task
    return end


async def order(far: Far, task: str, words: str) -> None:
    await far.say(
        type="task", client_id="rig", client_type="constellation", status="continue",
        session_id=task, request=words,
    )  # fmt: skip


def test_two_callers_of_one_name_each_hear_of_their_own_tasks(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig, constellation(rig) as one, constellation(rig) as two:
            await order(one, "1", "run sleep 0.1; echo 1")
            await order(two, "2", "run echo 2")
            assert (await end_of(two, "2"))["status"] == "completed"
            assert (await end_of(one, "1"))["status"] == "completed"
            assert [f["type"] for f in one.frames].count("task_end") == 1

    run_async(story)


def test_what_a_caller_asked_reaches_its_other_link_when_its_own_has_died(tmp_path: Path) -> None:
    gate = tmp_path / "gate"

    async def story() -> None:
        async with inside(tmp_path) as rig, constellation(rig) as left:
            async with constellation(rig) as dying:
                await order(dying, "1", f"run while [ ! -e {gate} ]; do sleep 0.01; done")
                await dying.hear("heartbeat")
            gate.touch()
            assert (await end_of(left, "1"))["status"] == "completed"

    run_async(story)


def test_a_hubs_link_may_break_and_the_answer_comes_on_the_next(tmp_path: Path) -> None:
    gate = tmp_path / "gate"

    async def story() -> None:
        async with inside(tmp_path) as rig:
            hub = rig.hub()
            asked = command("r", shell(f"while [ ! -e {gate} ]; do sleep 0.01; done; echo hi"))
            async with hub.linked() as far:
                await far.say(**asked)
                await far.say(**asked)
                await until(lambda: rig.behind.desk.status()["in_hand"])
            gate.touch()
            await rig.behind.desk.drained()
            async with hub.linked() as far:
                answer = await far.hear("command_results")
                assert answer["action_results"][0]["result"]["stdout"] == "hi\n"
            async with hub.linked() as far:
                again = await far.hear("command_results")
                assert again == answer, "nothing proved that it had arrived"
                await far.hear("heartbeat")
                await far.say(type="heartbeat", status="ok", response_id="h2")
                await far.say(**asked)
                assert await far.hear("command_results") == answer

    run_async(story)


def test_cancel_right_behind_a_command_stops_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            never = tmp_path / "never"
            async with rig.hub().linked(cancel=True) as far:
                await far.say(**command("r", shell(f"sleep 30; touch {never}"), task_id="t"))
                await far.say(type="cancel", status="ok", session_id="t", reason="no")
                answer = await far.hear("command_results")
                assert answer["action_results"][0]["error"].startswith("cancelled: ")
            assert not never.exists()

    run_async(story)
