"""Constellations dial the agent as Galaxy does (AIP, section 2.4)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.end_to_end.rigs import TOKEN, Agent, free_port, run_async, running, until, until_open


class Galaxy:
    """What the real Galaxy client says and waits for."""

    def __init__(self, link: ClientConnection, client_id: str = "rig@d1") -> None:
        self.link = link
        self.me = {"client_id": client_id, "client_type": "constellation", "status": "ok"}
        self.heard: list[dict[str, Any]] = []

    async def say(self, kind: str, **fields: object) -> None:
        await self.link.send(json.dumps({"type": kind, **self.me, **fields}))

    async def hear(self, kind: str) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(await self.link.recv())
            self.heard.append(frame)
            if frame["type"] == kind:
                return frame

    async def task(self, session_id: str, request: str, **fields: object) -> dict[str, Any]:
        await self.say(
            "task", status="continue", session_id=session_id, target_id="d1",
            task_name=f"galaxy/{session_id}", request=request, **fields,
        )  # fmt: skip
        end = await self.hear("task_end")
        assert end["session_id"] == session_id
        return end


@asynccontextmanager
async def galaxy(port: int, client_id: str = "rig@d1") -> AsyncIterator[Galaxy]:
    url = f"ws://127.0.0.1:{port}/aip?x=1&token={TOKEN}"
    async with connect(url, max_size=1 << 27) as link:
        peer = Galaxy(link, client_id)
        await peer.say("register", target_id="d1", metadata={"type": "constellation_client"})
        assert (await peer.hear("heartbeat"))["status"] == "ok"
        yield peer


def test_M_10_galaxy_gets_facts_heartbeats_and_task_ends(tmp_path: Path) -> None:
    async def story() -> None:
        port = free_port()
        with running(Agent(tmp_path, "--listen", f"127.0.0.1:{port}", "--allow", "shell")):
            await until_open(port)
            async with galaxy(port) as peer:
                await peer.say("device_info_request", target_id="d1", request_id="info_1")
                info = await peer.hear("device_info_response")
                assert info["response_id"] == "info_1"
                assert info["result"]["cpu_count"] >= 1
                assert "error" not in info["result"]
                await peer.say("heartbeat", client_type="device", metadata={"device_id": "d1"})
                assert (await peer.hear("heartbeat"))["status"] == "ok"
                wrapped = "Task Description: run echo hi\nTips for Completion:\n - be quick"
                end = await peer.task("rig@t1", wrapped)
                assert (end["status"], end.get("error")) == ("completed", None)
                assert end["result"]["steps"][0]["result"]["stdout"] == "hi\n"
                failed = await peer.task("rig@t2", "blorb the frobnicator")
                assert failed["status"] == "failed"
                assert failed["error"].startswith("not_understood: ")
                explicit = await peer.task(
                    "rig@t3", "", actions=[{"tool_name": "screen_size", "tool_type": "action"}]
                )
                assert explicit["error"].startswith("no_session: ")

    run_async(story)


def test_the_same_session_id_runs_again_once_its_outcome_was_delivered(tmp_path: Path) -> None:
    effects = tmp_path / "effects"

    async def story() -> None:
        port = free_port()
        agent = Agent(tmp_path, "--listen", f"127.0.0.1:{port}", "--allow", "shell")
        with running(agent):
            await until_open(port)
            async with galaxy(port) as peer:
                for _ in range(3):
                    end = await peer.task("rig@t1", f"run echo x >> {effects}")
                    assert end["status"] == "completed"
            async with galaxy(port) as peer:
                await peer.task("rig@t1", f"run echo x >> {effects}")
            assert agent.stop() == 0
            agent.start()
            await until_open(port)
            async with galaxy(port) as peer:
                await peer.task("rig@t1", f"run echo x >> {effects}")

    run_async(story)
    assert effects.read_text() == "x\n" * 5


def test_what_ends_while_the_constellation_is_away_waits_for_it(tmp_path: Path) -> None:
    finished = tmp_path / "finished"

    async def story() -> None:
        port = free_port()
        with running(Agent(tmp_path, "--listen", f"127.0.0.1:{port}", "--allow", "shell")):
            await until_open(port)
            async with galaxy(port) as peer:
                words = f"run sleep 0.3; touch {finished}"
                await peer.say("task", session_id="rig@t1", target_id="d1", request=words)
                await peer.hear("heartbeat")
            await until(finished.exists)
            async with galaxy(port) as peer:
                end = await peer.hear("task_end")
                assert (end["session_id"], end["status"]) == ("rig@t1", "completed")

    run_async(story)


def test_several_constellations_share_one_device(tmp_path: Path) -> None:
    async def story() -> None:
        port = free_port()
        with running(Agent(tmp_path, "--listen", f"127.0.0.1:{port}", "--allow", "shell")):
            await until_open(port)
            async with asyncio.TaskGroup() as group:

                async def one(number: int, client_id: str) -> None:
                    async with galaxy(port, client_id) as peer:
                        end = await peer.task(f"rig{number}@t", f"run echo {number}")
                        assert end["result"]["steps"][0]["result"]["stdout"] == f"{number}\n"

                for number in range(6):
                    # Two Galaxy processes may bear one name; each hears of its own tasks.
                    group.create_task(one(number, f"rig{number // 2}@d1"))

    run_async(story)


@pytest.mark.parametrize(
    ("headers", "path", "status"),
    [
        ({}, "/", 401),
        ({"Authorization": "Bearer wrong"}, "/", 403),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "http://evil.example"}, "/", 403),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "null"}, "/", 403),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}, "/", 400),
        ({"Authorization": f"Bearer {TOKEN}"}, "/any/path", 101),
        ({}, f"/any?token={TOKEN}", 101),
    ],
)
def test_nobody_gets_in_without_the_token_or_through_a_browser(
    tmp_path: Path, headers: dict[str, str], path: str, status: int
) -> None:
    async def story() -> None:
        port = free_port()
        with running(Agent(tmp_path, "--listen", f"127.0.0.1:{port}")) as agent:
            await until_open(port)
            try:
                async with connect(f"ws://127.0.0.1:{port}{path}", additional_headers=headers):
                    seen = 101
            except InvalidStatus as error:
                seen = error.response.status_code
            assert seen == status
            assert TOKEN not in agent.said()

    run_async(story)


def test_garbage_is_answered_and_the_link_stays(tmp_path: Path) -> None:
    async def story() -> None:
        port = free_port()
        with running(Agent(tmp_path, "--listen", f"127.0.0.1:{port}", "--allow", "shell")):
            await until_open(port)
            async with connect(f"ws://127.0.0.1:{port}/?token={TOKEN}") as link:
                early = Galaxy(link)
                await early.say("heartbeat")
                assert "REGISTER" in (await early.hear("error"))["error"]
                await early.say("register", client_id="")
                assert (await early.hear("error"))["error"].startswith("bad_fields")
                await early.say("register")
                await early.hear("heartbeat")
                for frame in ("{nope", "hello", "", '{"type": "foo"}', "[" * 5000):
                    await link.send(frame)
                    assert (await early.hear("error"))["error"]
                await link.send(b"binary")
                assert (await early.hear("error"))["error"].startswith("not_text")
                end = await early.task("t", "run echo fine")
                assert end["status"] == "completed"

    run_async(story)


def test_stopping_says_goodbye_and_finishes_what_runs(tmp_path: Path) -> None:
    async def story() -> None:
        port = free_port()
        agent = Agent(tmp_path, "--listen", f"127.0.0.1:{port}", "--allow", "shell")
        with running(agent):
            await until_open(port)
            async with galaxy(port) as peer:
                await peer.say("task", session_id="t", target_id="d1", request="run sleep 1")
                await peer.hear("heartbeat")
                stopped = asyncio.create_task(asyncio.to_thread(agent.stop))  # noqa: TID251
                end = await peer.hear("task_end")
                assert end["status"] == "completed"
                with pytest.raises(ConnectionClosed) as closed:
                    await peer.link.recv()
                assert closed.value.rcvd is not None
                assert closed.value.rcvd.code == 1001
                assert await stopped == 0

    run_async(story)
