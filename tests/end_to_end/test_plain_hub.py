"""The agent against a hub that knows only plain AIP: restarts, silence, garbage, limits."""

import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.end_to_end.rigs import (
    TOKEN,
    Agent,
    PlainHub,
    action,
    command,
    run_async,
    running,
    shell,
    until,
)

FRAMES = Path(__file__).parents[3] / "shared" / "protocol" / "frames"
MIB = 1024 * 1024


def agent_for(tmp_path: Path, hub: PlainHub, *flags: str) -> Agent:
    return Agent(tmp_path, "--hub", hub.url, "--allow", "shell", *flags)


def test_S0_11_it_registers_with_facts_and_answers_in_order(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)) as agent:
                await hub.registered()
                metadata = hub.registers[0]["metadata"]
                assert metadata["platform"] == "linux"
                assert metadata["system_info"]["memory_total"] > 0
                answer = await hub.command("r1", shell("echo one"), shell("exit 3"), shell("false"))
                results = [result["result"] for result in answer["action_results"]]
                assert [result["exit_code"] for result in results] == [0, 3, 1]
                assert [r["status"] for r in answer["action_results"]] == ["success"] * 3
                empty = await hub.command("r2")
                assert empty["action_results"] == []
                refused = await hub.command(
                    "r3", action("no_such_tool"), action("screen_size"), task_id="never heard of"
                )
                assert refused["session_id"] == "never heard of"
                assert [r["status"] for r in refused["action_results"]] == ["failure", "skipped"]
                wrong = await hub.command("r4", action("wait", secnds=1))
                assert "secnds" in wrong["action_results"][0]["error"]
                assert agent.stop() == 0
                assert TOKEN not in agent.said()

    run_async(story)


def test_what_the_owner_did_not_allow_is_refused_by_name_of_the_rule(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = Agent(tmp_path, "--hub", hub.url)
            with running(agent):
                await hub.registered()
                answer = await hub.command("r1", shell("touch /tmp/never"))
                (result,) = answer["action_results"]
                assert result["status"] == "failure"
                assert result["error"].startswith("denied: policy: tier 'shell'")
                listed = await hub.command("r2", action("list_tools"))
                names = {tool["tool_name"] for tool in listed["action_results"][0]["result"]}
                assert "execute_command" not in names
                assert "screenshot" in names

    run_async(story)


@pytest.mark.parametrize("place", ["header", "query"])
def test_the_token_travels_as_the_hub_wants_it(tmp_path: Path, place: str) -> None:
    tries: list[str] = []

    def check(_: ServerConnection, request: Request) -> Response | None:
        header = request.headers.get("Authorization", "")
        tries.append("header" if header else "query")
        good = {
            "header": header == f"Bearer {TOKEN}",
            "query": f"token={TOKEN}" in request.path,
        }[place]
        return None if good else Response(HTTPStatus.FORBIDDEN.value, "Forbidden", _no_headers())

    async def story() -> None:
        async with PlainHub().open(process_request=check) as hub:
            with running(agent_for(tmp_path, hub)) as agent:
                await hub.registered()
                assert tries == (["header"] if place == "header" else ["header", "query"])
                hub.drop()
                await hub.registered(2)
                assert tries[-1] == place, "what worked is remembered"
                assert TOKEN not in agent.said()

    run_async(story)


def _no_headers() -> Headers:
    return Headers({"Content-Length": "0"})


def test_a_task_goes_back_with_its_session_id(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                await hub.say(
                    {"type": "task", "status": "continue", "user_request": "do it",
                     "session_id": "5ed9e399", "task_name": "rig", "response_id": "x"}
                )  # fmt: skip
                await hub.until(lambda: bool(hub.of("task")))
                (task,) = hub.of("task")
                assert (task["session_id"], task["request"]) == ("5ed9e399", "do it")
                assert task["client_id"] == "d1"

    run_async(story)


@pytest.mark.skipif(not FRAMES.is_dir(), reason="no captured frames lie beside us")
def test_every_kind_of_captured_command_is_answered(tmp_path: Path) -> None:
    asked: dict[str, int] = {}

    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                for path in sorted(FRAMES.glob("*.jsonl")):
                    for line in path.read_text().splitlines():
                        frame = json.loads(line).get("json") or {}
                        if frame.get("type") == "command" and frame["response_id"] not in asked:
                            hasten(frame)
                            asked[frame["response_id"]] = len(frame["actions"])
                            await hub.say(frame)
                            await hub.until(lambda f=frame: bool(hub.results(f["response_id"])))
                for response_id, actions in asked.items():
                    (answer,) = hub.results(response_id)
                    assert len(answer["action_results"]) == actions
        assert len(asked) > 20

    run_async(story)


def hasten(frame: dict[str, Any]) -> None:
    """One recorded command never ends by itself; half a minute of it shows nothing more."""
    for asked in frame["actions"]:
        if "timeout" in (asked["parameters"] or {}):
            asked["parameters"]["timeout"] = 1


def test_a_restarted_hub_gets_what_was_computed_meanwhile(tmp_path: Path) -> None:
    finished = tmp_path / "finished"

    async def story() -> None:
        hub = PlainHub()
        async with hub.open():
            agent = agent_for(tmp_path, hub)
            agent.start()
            await hub.registered()
            await hub.say(command("slow", shell(f"sleep 0.5; echo computed; touch {finished}")))
            await hub.command("r1", action("wait", seconds=0.01))
        try:
            await until(finished.exists)
            async with hub.open():
                await hub.registered(2)
                await hub.until(lambda: bool(hub.results("slow")))
                (answer,) = hub.results("slow")
                assert answer["action_results"][0]["result"]["stdout"] == "computed\n"
                await hub.command("r2", shell("echo back"))
        finally:
            agent.kill()

    run_async(story)


GARBAGE: list[str | bytes] = [
    "", "{nope", "hello", "null", "[]", "7", '"text"', "{}", '{"type": "foo", "status": "ok"}',
    '{"type": "command", "status": "weird", "actions": []}', '{"type": 7}',
    '{"type": "task", "session_id": 5}', '{"type": "error", "status": "error", "error": "boom"}',
    "[" * 100_000, '{"type": "heartbeat", "x": 1e400}', '{"type": "heartbeat", "x": NaN}',
    '{"type": "heartbeat", "result": "\\ud800"}', b"\x00\x01binary", b"{}",
    '{"type": "command_results", "status": "ok"}', '{"type": "register", "client_id": "me"}',
]  # fmt: skip


def test_no_garbage_of_the_hub_stops_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)) as agent:
                await hub.registered()
                for frame in GARBAGE:
                    await hub.say(frame)
                answer = await hub.command("r1", shell("echo alive"))
                assert answer["action_results"][0]["result"]["stdout"] == "alive\n"
                assert hub.links == 1, "text garbage costs no link"
                assert "Traceback" not in agent.said()

    run_async(story)


def test_a_hub_that_goes_silent_is_left_and_dialled_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                await hub.command("r1", shell("echo one"))
                hub.answers = False
                await hub.until(lambda: len(hub.registers) >= 2, patience_s=40)
                hub.answers = True
                await hub.until(lambda: len(hub.registers) >= 3, patience_s=40)
                await hub.command("r2", shell("echo two"))

    run_async(story)


def test_a_result_too_large_for_the_hub_is_replaced_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open(max_size=MIB) as hub:
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                await hub.say(command("big", shell("head -c 3000000 /dev/zero | tr '\\0' x")))
                await hub.until(lambda: bool(hub.results("big")))
                (result,) = hub.results("big")[0]["action_results"]
                assert result["status"] == "failure"
                assert result["error"].startswith("result_too_large: ")
                assert len(hub.registers) == 2
                await hub.command("r2", shell("echo small"))

    run_async(story)


def test_forty_mebibytes_out_become_a_clear_failure(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                answer = await hub.command("big", shell("head -c 41943040 /dev/zero | tr '\\0' x"))
                (result,) = answer["action_results"]
                assert result["error"].startswith("result_too_large: ")
                assert "41943" in result["error"]
                assert hub.links == 1

    run_async(story)


def test_a_frame_too_large_for_us_costs_the_link_and_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                await hub.say("x" * (17 * MIB))
                await hub.registered(2)
                await hub.command("r1", shell("echo on"))

    run_async(story)


def test_a_refused_register_is_tried_again_until_it_is_taken(tmp_path: Path) -> None:
    async def story() -> None:
        hub = PlainHub()
        refusals = 2

        async def refuse(link: ServerConnection) -> None:
            nonlocal refusals
            if refusals == 0:
                await PlainHub._serve(hub, link)
                return
            refusals -= 1
            await link.recv()
            error = {"type": "error", "status": "error", "error": "client_id 'd1' is already"}
            await link.send(json.dumps(error))

        hub._serve = refuse  # type: ignore[method-assign]
        async with hub.open():
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                await hub.command("r1", shell("echo in"))

    run_async(story)


def test_the_same_command_again_gets_the_same_answer_and_does_not_run(tmp_path: Path) -> None:
    effects = tmp_path / "effects"

    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                for _ in range(3):
                    await hub.say(command("r1", shell(f"echo x >> {effects}; date +%N")))
                await hub.until(lambda: len(hub.results("r1")) >= 1)
                await hub.command("r2", shell("true"))
                await hub.say(command("r1", shell(f"echo x >> {effects}; date +%N")))
                await hub.until(lambda: len(hub.results("r1")) >= 2)
                copies = {
                    text
                    for text, frame in zip(hub.texts, hub.heard, strict=True)
                    if frame.get("prev_response_id") == "r1"
                }
                assert len(copies) == 1
                conflict = await hub.command("r2", shell("echo other"))
                error = conflict["action_results"][0].get("error", "")
                assert error.startswith("conflict") or len(hub.results("r2")) == 1

    run_async(story)
    assert effects.read_text() == "x\n"


def test_more_than_it_can_hold_is_refused_clearly_and_nothing_is_lost(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)):
                await hub.registered()
                for number in range(100):
                    await hub.say(command(f"q{number}", shell("sleep 0.02")))
                await hub.until(lambda: len(hub.of("command_results")) >= 100)
                results = [f["action_results"][0] for f in hub.of("command_results")]
                busy = [r for r in results if r["status"] == "failure"]
                assert all(result["error"].startswith("busy: ") for result in busy)
                assert len(busy) <= 100 - 64
                assert len(hub.of("command_results")) == 100

    run_async(story)
