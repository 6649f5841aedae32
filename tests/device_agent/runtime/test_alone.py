"""One call or task without an agent."""

import asyncio
from pathlib import Path

import pytest

from device_agent.errors import ConfigError, StateLocked
from device_agent.runtime import alone
from device_agent.runtime.state import PauseMark, held
from tests.device_agent.runtime.rigs import config_for, policy_of


def test_a_call_and_a_task_run_and_leave_nothing_behind(tmp_path: Path) -> None:
    config = config_for(tmp_path)
    answer = alone.call(config, policy_of(), "execute_command", {"command": "echo hi"})
    assert answer["result"]["stdout"] == "hi\n"
    answer = alone.task(config, policy_of(), "run echo one then run echo two")
    assert len(answer["steps"]) == 2
    with held(config.state_dir, "agent"):
        pass


def test_policy_counts_and_a_pause_is_for_peers(tmp_path: Path) -> None:
    config = config_for(tmp_path)
    refused = alone.call(config, policy_of(frozenset()), "execute_command", {"command": "true"})
    assert refused["failure"] == "denied"
    PauseMark(config.state_dir).set()
    assert alone.call(config, policy_of(), "execute_command", {"command": "true"})["ok"]


def test_somebody_else_holds_the_directory(tmp_path: Path) -> None:
    config = config_for(tmp_path)
    with held(config.state_dir, "agent"), pytest.raises(StateLocked, match="in use by agent"):
        alone.call(config, policy_of(), "list_tools", {})


def test_a_directory_that_cannot_be_used_is_one_clear_error(tmp_path: Path) -> None:
    config = config_for(tmp_path)
    config.state_dir.mkdir()
    (config.state_dir / "redact.key").mkdir()
    with pytest.raises(ConfigError, match="cannot be used"):
        alone.task(config, policy_of(), "run echo hi")


def test_a_fault_comes_out_as_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        await asyncio.sleep(0)
        raise RuntimeError("a bug")

    monkeypatch.setattr(alone.LocalWork, "call", broken)
    with pytest.raises(RuntimeError, match="a bug"):
        alone.call(config_for(tmp_path), policy_of(), "list_tools", {})
