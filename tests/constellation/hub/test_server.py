"""A hub on a real port, met by clients that know nothing of our code."""

import asyncio
import http.client
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from constellation.hub.server import Hub, HubSettings, running_hub
from device_agent.errors import ConfigError, Failure, ToolError
from device_agent.protocol.messages import Action, Json
from tests.constellation.raw import TOKEN, Raw, raw, wall_clock

ACCEPTS = {"task_end": True, "ack": True, "cancel": True, "progress": True, "plans": True}
LOOK = {"tool_name": "screen_size", "tool_type": "data_collection", "parameters": {}}


@asynccontextmanager
async def hub_on_a_port(**settings: Json) -> AsyncIterator[Hub]:
    wanted = HubSettings(**{"token": TOKEN, "port": 0, "answer_within_s": 0.2, **settings})
    async with asyncio.timeout(30), running_hub(wanted, wall_clock) as hub:
        yield hub


async def pair(stack: AsyncExitStack, hub: Hub, **accepts: Json) -> tuple[Raw, Raw]:
    """A registered device d1 and a registered constellation g."""
    device = await stack.enter_async_context(raw(hub.url, "d1"))
    assert (await device.register(accepts=accepts))["status"] == "ok"
    galaxy = await stack.enter_async_context(raw(hub.url, "g", "constellation"))
    assert (await galaxy.register())["status"] == "ok"
    return device, galaxy


async def status_of(url: str, headers: dict[str, str] | None = None) -> int:
    try:
        async with connect(url, additional_headers=headers, proxy=None):
            return 101
    except InvalidStatus as refused:
        return refused.response.status_code


def test_a_plain_client_is_registered_and_hears_no_extensions() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, raw(hub.url, "d1") as device:
            answer = await device.register()
            assert (answer["type"], answer["status"]) == ("heartbeat", "ok")
            assert answer["response_id"]
            assert "result" not in answer
            assert "session_id" not in answer

    asyncio.run(scene())


def test_M_03_a_device_that_offers_extensions_hears_what_the_hub_takes() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, raw(hub.url, "d1") as device:
            answer = await device.register(accepts={"task_end": True})
            assert answer["result"]["accepts"] == ACCEPTS | {"max_frame_bytes": 16 * 1024 * 1024}

    asyncio.run(scene())


def test_S2_07_a_duplicate_is_refused_while_the_first_link_lives() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, raw(hub.url, "x") as first, raw(hub.url, "x") as second:
            await first.register()
            refused = await second.register()
            assert refused["type"] == "error"
            assert refused["status"] == "error"
            assert refused["error"] == (
                "client_id 'x' is already registered; duplicate registrations are not allowed"
            )
            assert await second.closed() == 1000
            await first.say("heartbeat")
            await first.hear_of("heartbeat")

    asyncio.run(scene())


def test_S2_07_a_half_open_link_makes_room_for_its_devices_new_one() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, AsyncExitStack() as stack:
            old = await stack.enter_async_context(raw(hub.url, "d1"))
            await old.register(accepts=ACCEPTS)
            old.connection.transport.pause_reading()
            new = await stack.enter_async_context(raw(hub.url, "d1"))
            assert (await new.register(accepts=ACCEPTS))["status"] == "ok"
            galaxy = await stack.enter_async_context(raw(hub.url, "g", "constellation"))
            await galaxy.register()
            await galaxy.say("task", session_id="t1", target_id="d1", request="look")
            assert (await new.hear_of("task"))["session_id"] == "t1"
            old.connection.transport.resume_reading()
            assert await old.closed() in {1000, 1006}

    asyncio.run(scene())


def test_whoever_speaks_before_REGISTER_is_told_and_may_still_register() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, raw(hub.url, "d1") as device:
            await device.say("heartbeat")
            assert "REGISTER" in (await device.hear_of("error"))["error"]
            await device.connection.send("hello")
            await device.hear_of("error")
            await device.say("register", client_id=None)
            await device.hear_of("error")
            await device.say("register", client_id="")
            await device.hear_of("error")
            assert (await device.register())["status"] == "ok"

    asyncio.run(scene())


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        '{"type":"no such type","status":"ok"}',
        '{"type":"heartbeat","status":"great"}',
        '{"type":"heartbeat","status":"ok","client_id":"somebody else"}',
        '{"type":"register","status":"ok","client_id":"d1"}',
        '{"type":"device_info_request","status":"ok","request_id":"i"}',
        "[" * 100_000,
        b'{"type":"heartbeat","status":"ok"}',
    ],
)
def test_garbage_is_answered_and_the_link_stays(frame: str | bytes) -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, raw(hub.url, "d1") as device:
            await device.register()
            await device.connection.send(frame)
            error = await device.hear_of("error")
            assert error["status"] == "error"
            assert error["error"]
            await device.say("heartbeat")
            assert (await device.hear_of("heartbeat"))["status"] == "ok"

    asyncio.run(scene())


def test_an_oversized_frame_ends_the_link_with_1009_and_nobody_elses() -> None:
    async def scene() -> None:
        async with hub_on_a_port(max_frame_bytes=100_000) as hub, AsyncExitStack() as stack:
            device, galaxy = await pair(stack, hub)
            await device.connection.send("x" * 100_001)
            assert await device.closed() == 1009
            await galaxy.say("heartbeat")
            await galaxy.hear_of("heartbeat")

    asyncio.run(scene())


def test_an_ERROR_is_not_echoed() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, raw(hub.url, "d1") as device:
            await device.register()
            await device.say("error", status="error", error="mine")
            await device.say("heartbeat")
            await device.hear_of("heartbeat")

    asyncio.run(scene())


def test_galaxys_heartbeat_that_says_device_is_tolerated() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, AsyncExitStack() as stack:
            _, galaxy = await pair(stack, hub)
            await galaxy.say("heartbeat", client_type="device", metadata={"device_id": "d1"})
            assert (await galaxy.hear_of("heartbeat"))["status"] == "ok"
            await galaxy.say("task", client_type="device", session_id="t", target_id="d1")
            assert "client_type" in (await galaxy.hear_of("error"))["error"]

    asyncio.run(scene())


def test_a_constellation_whose_target_is_away_is_refused() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, raw(hub.url, "T@d1", "constellation") as galaxy:
            await galaxy.say("register", target_id="d1")
            refused = await galaxy.hear_of("error")
            assert refused["error"] == "Target device 'd1' is not connected"
            assert await galaxy.closed() == 1000

    asyncio.run(scene())


def test_a_task_goes_to_the_device_and_its_end_comes_back() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, AsyncExitStack() as stack:
            device, galaxy = await pair(stack, hub, **ACCEPTS)
            names = {"session_id": "T@t1", "task_name": "galaxy/T/t1"}
            await galaxy.say("task", target_id="d1", request="look", status="continue", **names)
            assert (await galaxy.hear_of("heartbeat"))["session_id"] == "T@t1"
            order = await device.hear_of("task")
            assert (order["session_id"], order["user_request"]) == ("T@t1", "look")
            await device.say("task_end", status="completed", session_id="T@t1", result=[0, None])
            end = await galaxy.hear_of("task_end")
            assert (end["session_id"], end["status"]) == ("T@t1", "completed")
            assert end["result"] == [0, None]
            assert "error" not in end
            assert (await device.hear_of("ack"))["session_id"] == "T@t1"

    asyncio.run(scene())


def test_a_device_that_comes_back_delivers_what_it_did_meanwhile() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, AsyncExitStack() as stack:
            device, galaxy = await pair(stack, hub, **ACCEPTS)
            await galaxy.say("task", session_id="t1", target_id="d1", request="look")
            await galaxy.hear_of("heartbeat")
            await device.hear_of("task")
            device.connection.transport.abort()
            again = await stack.enter_async_context(raw(hub.url, "d1"))
            assert (await again.register(accepts=ACCEPTS))["status"] == "ok"
            assert (await again.hear_of("task"))["session_id"] == "t1"
            await again.say("task_end", status="completed", session_id="t1", result="done")
            assert (await galaxy.hear_of("task_end"))["result"] == "done"

    asyncio.run(scene())


def test_a_device_that_stays_away_fails_its_task_after_the_grace() -> None:
    async def scene() -> None:
        async with hub_on_a_port(grace_s=0.1) as hub, AsyncExitStack() as stack:
            device, galaxy = await pair(stack, hub, **ACCEPTS)
            await galaxy.say("task", session_id="t1", target_id="d1", request="look")
            await galaxy.hear_of("heartbeat")
            await device.hear_of("task")
            await device.connection.close()
            end = await galaxy.hear_of("task_end")
            assert end["status"] == "failed"
            assert end["error"].startswith("interrupted: ")

    asyncio.run(scene())


def test_explicit_actions_reach_a_plain_device_as_a_COMMAND() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, AsyncExitStack() as stack:
            device, galaxy = await pair(stack, hub)
            await galaxy.say("task", session_id="t1", target_id="d1", actions=[LOOK])
            await galaxy.hear_of("heartbeat")
            command = await device.hear_of("command")
            assert command["actions"] == [LOOK]
            await device.say(
                "command_results",
                status=command["status"],
                session_id=command["session_id"],
                prev_response_id=command["response_id"],
                action_results=[{"status": "success", "result": {"width": 1}}],
            )
            end = await galaxy.hear_of("task_end")
            assert end["result"] == [{"status": "success", "result": {"width": 1}}]

    asyncio.run(scene())


def test_a_command_from_within_the_process() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, AsyncExitStack() as stack:
            device, _ = await pair(stack, hub)
            asked = asyncio.create_task(hub.command("d1", [Action(tool_name="list_tools")]))  # noqa: TID251
            command = await device.hear_of("command")
            await device.say(
                "command_results",
                session_id=command["session_id"],
                prev_response_id=command["response_id"],
                action_results=[{"status": "success", "result": []}],
            )
            results = await asked
            assert results.action_results is not None
            assert results.action_results[0].result == []
            with pytest.raises(ToolError) as nobody:
                await hub.command("d2", [])
            assert nobody.value.failure is Failure.UNAVAILABLE
            with pytest.raises(TimeoutError):
                await hub.command("d1", [], timeout_s=0.01)

    asyncio.run(scene())


def test_a_stranger_gets_403_and_no_WebSocket() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub:
            ok = {"Authorization": f"Bearer {TOKEN}"}
            assert await status_of(hub.url, ok) == 101
            assert await status_of(f"{hub.url}?token={TOKEN}") == 101
            assert await status_of(hub.url) == 403
            assert await status_of(f"{hub.url}?token=wrong") == 403
            assert await status_of(hub.url, {"Authorization": "Bearer wrong"}) == 403
            assert await status_of(hub.url, {**ok, "Origin": "http://localhost"}) == 403
            assert await status_of(f"{hub.url}/elsewhere?token={TOKEN}") == 404
            # A name that leads to us without being ours.
            rebound = hub.url.replace("127.0.0.1", "evil.example")
            async with connect(hub.url, additional_headers=ok, proxy=None):
                pass
            with pytest.raises(InvalidStatus) as refused:
                async with connect(
                    rebound, additional_headers=ok, proxy=None, host="127.0.0.1", port=hub.port
                ):
                    pass
            assert refused.value.response.status_code == 403

    asyncio.run(scene())


def _get(port: int, path: str, headers: dict[str, str]) -> tuple[int, Json]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def test_S2_11_clients_are_listed_over_http_for_whoever_has_the_token() -> None:
    async def scene() -> None:
        async with hub_on_a_port() as hub, AsyncExitStack() as stack:
            await pair(stack, hub)

            async def get(path: str, **headers: str) -> tuple[int, Json]:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await asyncio.to_thread(_get, hub.port, path, named)

            assert await get("/api/health") == (200, {"status": "healthy"})
            assert (await get("/api/clients"))[0] == 401
            assert (await get("/api/clients", X_API_Key="wrong"))[0] == 401
            assert (await get("/api/health", Origin="http://localhost"))[0] == 403
            status, body = await get("/api/clients", X_API_Key=TOKEN)
            assert (status, body["online_clients"]) == (200, ["d1", "g"])
            assert [device["device_id"] for device in body["devices"]] == ["d1"]

    asyncio.run(scene())


def test_a_hub_that_stops_says_1012_and_waits_for_no_stranger() -> None:
    async def scene() -> None:
        async with AsyncExitStack() as stack:
            async with hub_on_a_port() as hub:
                device = await stack.enter_async_context(raw(hub.url, "d1"))
                await device.register()
                early = await stack.enter_async_context(raw(hub.url, "d2"))
                _, silent = await asyncio.open_connection("127.0.0.1", hub.port)
                stack.callback(silent.close)
                began = time.monotonic()
            assert time.monotonic() - began < 3
            assert await device.closed() == 1012
            assert await early.closed() == 1012

    asyncio.run(scene())


def test_a_taken_port_and_an_open_one_are_refused_with_what_to_try() -> None:
    async def start(**settings: Json) -> None:
        async with hub_on_a_port(**settings):
            pass

    async def twice() -> None:
        async with hub_on_a_port() as hub:
            await start(port=hub.port)

    with pytest.raises(ConfigError, match=r"127\.0\.0\.1:\d+ is in use.*--port"):
        asyncio.run(twice())
    with pytest.raises(ConfigError, match="--insecure"):
        asyncio.run(start(host="0.0.0.0"))
    with pytest.raises(ConfigError, match="no address of this machine"):
        asyncio.run(start(host="192.0.2.1", insecure=True))
    asyncio.run(start(host="0.0.0.0", insecure=True))


@pytest.mark.usefixtures("no_blocking")
def test_nothing_blocks_the_loop() -> None:
    test_a_task_goes_to_the_device_and_its_end_comes_back()
