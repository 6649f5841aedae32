"""One hub, dialled for ever."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from device_agent.driver.core import Driver, Home
from device_agent.errors import ConfigError, LinkRefused, Refusal
from device_agent.links.dial import DialTarget
from device_agent.protocol.codec import decode_server
from device_agent.protocol.device_dialling import DeviceDialling
from device_agent.protocol.messages import ClientId, Json
from device_agent.protocol.negotiation import Terms
from device_agent.runtime import supervisor
from device_agent.runtime.clock import now_text
from device_agent.runtime.supervisor import Supervisor, peer_of
from tests.device_agent.runtime.rigs import run_async
from tests.end_to_end.rigs import PlainHub

Metadata = Callable[[], Awaitable[dict[str, Json]]]


async def facts() -> dict[str, Json]:
    return {"platform": "linux"}


def driver_of() -> Driver:
    class Nothing:
        def resume(self, *_: object) -> None: ...

    session = DeviceDialling(ClientId("d1"), "hub", "linux", Terms((), 1 << 20))
    return Driver(session, Home(decode_server, now_text, journal=Nothing()))  # type: ignore[arg-type]


class Kept:
    """A supervisor, and how often its link has ended."""

    def __init__(self, url: str, metadata: Metadata = facts, driver: Driver | None = None) -> None:
        self.stopping = asyncio.Event()
        self.ended = 0
        target = DialTarget(url)
        self.supervisor = Supervisor(
            target, driver or driver_of(), metadata, self.gone, self.stopping
        )

    def gone(self) -> None:
        self.ended += 1


def test_a_peers_name_holds_no_secret() -> None:
    assert peer_of("wss://hub/ws") == "wss://hub/ws"
    named = peer_of("wss://user:pass@hub/ws?token=secret")
    assert "secret" not in named
    assert "pass" not in named
    assert named != peer_of("wss://hub/ws?token=other")
    assert named.partition("#")[1]


def test_it_comes_back_whenever_the_hub_hangs_up(tmp_path: Path) -> None:
    del tmp_path

    async def story() -> None:
        async with PlainHub().open() as hub, asyncio.TaskGroup() as group:
            kept = Kept(hub.url)
            keeping = group.create_task(kept.supervisor.keep())
            await hub.registered(1)
            assert kept.supervisor.state.as_json(0.0)["state"] == "connected"
            hub.drop()
            await hub.registered(2)
            assert kept.ended == 1
            assert kept.supervisor.state.links == 2
            keeping.cancel()
        assert kept.ended == 2

    run_async(story)


def test_a_fault_in_a_link_costs_that_link(caplog: pytest.LogCaptureFixture) -> None:
    tries: list[int] = []

    async def broken_once() -> dict[str, Json]:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("a bug")
        return await facts()

    async def story() -> None:
        async with PlainHub().open() as hub, asyncio.TaskGroup() as group:
            driver = driver_of()
            kept = Kept(hub.url, broken_once, driver)
            keeping = group.create_task(kept.supervisor.keep())
            await hub.registered(1)
            assert "fault" in kept.supervisor.state.last_error
            decode = driver.home.decode

            def broken(frame: str | bytes) -> object:
                if "poison" in str(frame):
                    raise RuntimeError("another bug")
                return decode(frame)

            driver.home = Home(broken, now_text, journal=driver.home.journal)  # type: ignore[arg-type]
            await hub.say(json.dumps({"poison": 1}))
            await hub.registered(2)
            keeping.cancel()

    run_async(story)
    assert caplog.text.count("a fault in the agent ended this link") == 2


def test_a_target_that_cannot_be_dialled_is_an_error_at_first_and_an_outage_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = ConfigError("no such certificate")
    answers: list[Exception] = [LinkRefused(Refusal.UNREACHABLE, "nobody there"), wrong, wrong]
    tried = asyncio.Event()

    async def dial(_: DialTarget) -> None:
        error = answers.pop(0)
        if not answers:
            tried.set()
        raise error

    async def story() -> None:
        monkeypatch.setattr(supervisor, "dial", dial)
        async with asyncio.TaskGroup() as group:
            kept = Kept("ws://127.0.0.1:1/ws")
            group.create_task(kept.supervisor.keep())
            async with asyncio.timeout(20):
                await tried.wait()
            kept.stopping.set()
        assert kept.supervisor.state.last_error == "no such certificate"
        answers.append(wrong)
        with pytest.raises(ConfigError):
            await Kept("ws://127.0.0.1:1/ws").supervisor.keep()

    run_async(story)


def test_it_stops_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = asyncio.Event()

    async def dial(_: DialTarget) -> None:
        waiting.set()
        raise LinkRefused(Refusal.CREDENTIALS, "the token is wrong", retry_after_s=500)

    async def story() -> None:
        monkeypatch.setattr(supervisor, "dial", dial)
        async with asyncio.TaskGroup() as group:
            kept = Kept("ws://127.0.0.1:1/ws")
            group.create_task(kept.supervisor.keep())
            await waiting.wait()
            kept.stopping.set()
        assert kept.supervisor.state.last_error == "the token is wrong"

    run_async(story, 10)
