"""Commands that only look."""

import json
import subprocess
from pathlib import Path

import pytest

from device_agent.catalog import TOOLS
from device_agent.cli.exits import Exit

from .conftest import Cli, one_line


def test_tools_are_listed_with_what_the_policy_says(cli: Cli) -> None:
    listed = {tool["name"]: tool for tool in cli("tools", "--json").json}
    assert list(listed) == list(TOOLS)
    assert listed["screenshot"]["allowed"]
    assert not listed["shell"]["allowed"]
    assert listed["shell"]["tier"] == "shell"
    assert listed["mouse_move"]["input_schema"]["required"] == ["x", "y"]
    rows = cli("tools", "--allow", "shell").out.splitlines()
    assert next(row for row in rows if row.startswith("shell ")).split()[5] == "yes"


def test_one_tool_is_shown_with_its_arguments(cli: Cli) -> None:
    shown = cli("tools", "mouse_click").out
    assert "left|middle|right|" in shown
    assert "default 1" in shown


def test_config_says_who_set_each_key(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('[log]\nlevel = "debug"\n\n[[link]]\nurl = "wss://h/ws?key=hunter2"\n')
    words = ("config", "show", "--origin", "--config", str(path), "--set", "limits.queue=8")
    done = cli(*words, "--json", DEVICE_AGENT_DEVICE_ID="d7", DEVICE_AGENT_TOKEN="hunter2")
    shown = done.json
    assert shown["log.level"] == {"value": "debug", "origin": f"file {path}:2"}
    assert shown["limits.queue"] == {"value": 8, "origin": "flag --set limits.queue"}
    assert shown["device_id"]["origin"] == "environment DEVICE_AGENT_DEVICE_ID"
    assert shown["limits.keep_days"]["origin"] == "default"
    assert "hunter2" not in done.out
    assert f"file {path}:2" in cli(*words).out
    schema = cli("config", "schema").json
    assert "device_id" in schema["properties"]


def test_policy_check(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('tiers = ["observe"]\n[tools]\ndeny = ["screenshot"]\n')
    shown = cli("policy", "check", str(path), "--json").json
    assert shown["tiers"] == ["observe"]
    assert "screenshot" in shown["refused"]
    assert "screen_size" in shown["allowed"]
    path.write_text('tiers = ["observe"]\n[tools]\ndeny = ["screnshot"]\n')
    done = cli("policy", "check", str(path))
    assert done.code == Exit.USAGE
    assert f"{path}:3" in one_line(done)
    assert "screenshot" in one_line(done)


def test_a_broken_policy_lets_no_agent_start(cli: Cli, tmp_path: Path, token_file: Path) -> None:
    (tmp_path / "p.toml").write_text("tiers = [\n")
    words = ("--listen", "127.0.0.1:0", "--token-file", str(token_file), "--policy", "p.toml")
    done = cli("run", *words)
    assert done.code == Exit.USAGE
    assert "p.toml:1" in one_line(done)


def test_the_schema_is_json(cli: Cli) -> None:
    assert "$defs" in json.loads(cli("schema").out)


def test_info_is_what_register_says(cli: Cli) -> None:
    words = ("info", "--json", "--device-id", "d1", "--as-platform", "windows", "--set", "tags=a,b")
    facts = cli(*words, "--set", "custom_metadata.room=7").json
    assert facts["device_id"] == "d1"
    assert facts["platform"] == "windows"
    assert facts["tags"] == ["a", "b"]
    assert facts["custom_metadata"]["room"] == "7"
    assert facts["cpu_count"] >= 1


def test_tasks_of_an_unused_directory_are_none(cli: Cli) -> None:
    assert cli("tasks", "ls", "--json").json == []
    assert "nothing" in cli("tasks", "ls").out
    done = cli("tasks", "show", "t1")
    assert done.code == Exit.USAGE
    assert "tasks ls" in one_line(done)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_flags_and_tools(cli: Cli, shell: str) -> None:
    script = cli("completion", shell).out
    for word in ("doctor", "screenshot", "--dry-run", "--token-file", "new-token"):
        assert word in script


def test_bash_takes_the_script(cli: Cli) -> None:
    script = cli("completion", "bash").out + (
        "\nCOMP_WORDS=(device-agent call mouse_m); COMP_CWORD=2; _device_agent"
        '\necho "${COMPREPLY[@]}"'
    )
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, env=cli.environ
    )
    assert done.stdout.split() == ["mouse_move"]
    assert done.stderr == ""
