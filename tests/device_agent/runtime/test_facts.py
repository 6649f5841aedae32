"""What the device says of itself."""

import threading
from pathlib import Path

import pytest

from device_agent.catalog import Tier
from device_agent.protocol.events import Event, Facts
from device_agent.runtime import facts
from tests.device_agent.runtime.rigs import Teller, inside, policy_of, run_async


def test_S0_12_register_tells_platform_and_facts(tmp_path: Path, x_server: str) -> None:
    async def story() -> None:
        settings = {"tags": ("lab",), "custom_metadata": {"room": 7}}
        async with inside(tmp_path, x_server, **settings) as rig:
            await rig.behind.worker.ping()
            await rig.behind.worker.look()
            said = await rig.behind.machine.metadata()
            assert said["platform"] == "linux"
            info = said["system_info"]
            assert info["memory_total"] > 0
            assert info["tags"] == ["lab"]
            custom = info["custom_metadata"]
            assert custom["room"] == 7
            assert custom["desktop"]["state"] == "active"
            assert "shell" in custom["capabilities"]
            assert {"screenshot", "list_tools"} <= set(custom["tools"])

    run_async(story)


def test_what_policy_refuses_is_not_announced(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path, policy=policy_of(frozenset({Tier.OBSERVE}))) as rig:
            info = (await rig.behind.machine.metadata())["system_info"]
            assert not {"shell", "cli"} & set(info["supported_features"])

    run_async(story)


def test_as_another_platform(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path, as_platform="windows") as rig:
            assert (await rig.behind.machine.metadata())["platform"] == "windows"

    run_async(story)


def test_a_question_is_answered_with_its_id(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller = Teller()
            for number in range(20):
                rig.behind.machine.ask(f"info_{number}", None, teller)
            told = await teller.heard(Facts, 20)
            assert {each.request_id for each in told} == {f"info_{n}" for n in range(20)}
            assert all(each.facts["cpu_count"] >= 1 for each in told)

    run_async(story)


def test_a_fault_in_a_fact_or_a_session_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    def deaf(event: Event) -> None:
        raise RuntimeError(f"a bug with {event}")

    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller = Teller()
            with monkeypatch.context() as patch:
                patch.setattr(facts, "system_info", broken)
                rig.behind.machine.ask("1", None, teller)
                (told,) = await teller.heard(Facts)
                assert told.facts == {}
                assert (await rig.behind.machine.metadata())["system_info"] == {}
            rig.behind.machine.ask("2", None, deaf)
            rig.behind.machine.ask("3", None, teller)
            assert (await teller.heard(Facts, 2))[1].facts["cpu_count"] >= 1

    run_async(story)
    assert "could not be looked at" in caplog.text
    assert "could not take Facts" in caplog.text


def test_a_look_that_hangs_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "FACTS_S", 0.2)
    gate = threading.Event()
    looks: list[int] = []
    real = facts.read_desktop

    def hanging() -> object:
        looks.append(1)
        if len(looks) == 2:
            gate.wait()
        return real()

    async def story() -> None:
        async with inside(tmp_path) as rig:
            monkeypatch.setattr(facts, "read_desktop", hanging)
            first = await rig.behind.machine.facts()
            assert first["cpu_count"] >= 1
            for _ in range(3):
                assert await rig.behind.machine.facts() == first, "what was seen last"
            assert len(looks) == 2, "those who ask share a look"
            gate.set()

    run_async(story)
