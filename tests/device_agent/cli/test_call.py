"""One call: arguments from words, results on stdout, images into files."""

import base64
import json
from pathlib import Path

import pytest

from device_agent.cli.call import _show
from device_agent.cli.exits import Exit
from device_agent.cli.output import Output
from device_agent.errors import ConfigError

from .conftest import Cli, one_line

PNG = b"\x89PNG\r\n\x1a\n"


def test_a_call_runs_alone_without_an_agent(desktop_cli: Cli) -> None:
    done = desktop_cli("call", "screen_size", "--json")
    assert done.code == Exit.DONE, done.err
    assert done.json == {"x": 0, "y": 0, "width": 1280, "height": 800}


def test_a_screenshot_goes_into_a_file(desktop_cli: Cli, tmp_path: Path) -> None:
    done = desktop_cli("call", "screenshot", "-o", str(tmp_path / "s.png"), "--json")
    assert done.code == Exit.DONE, done.err
    assert done.json["file"] == str(tmp_path / "s.png")
    assert "image" not in done.json
    assert (tmp_path / "s.png").read_bytes().startswith(PNG)


def test_a_refused_call_ends_with_5_and_names_the_rule(cli: Cli) -> None:
    done = cli("call", "shell", "command=id")
    assert done.code == Exit.REFUSED
    assert "rule `tiers`" in one_line(done)
    assert "--allow shell" in one_line(done)


def test_allow_adds_a_tier_for_one_run(cli: Cli) -> None:
    done = cli("call", "shell", 'command=["echo", "a  b"]', "--allow", "shell", "--json")
    assert done.code == Exit.DONE, done.err
    assert done.json["stdout"] == "a  b\n"


def test_the_owners_file_counts_by_hand_too(cli: Cli, tmp_path: Path) -> None:
    policy = tmp_path / ".config" / "device-agent" / "policy.toml"
    policy.parent.mkdir(parents=True)
    policy.write_text('tiers = ["shell"]\n')
    assert cli("call", "shell", "command=true").code == Exit.DONE
    assert cli("call", "screen_size").code == Exit.REFUSED
    policy.write_text('tiers = ["shel"]\n')
    done = cli("call", "shell", "command=true")
    assert done.code == Exit.USAGE
    assert f"{policy}:1" in one_line(done)


def test_a_tool_that_runs_out_of_time_ends_with_4(cli: Cli) -> None:
    words = ("call", "shell", "command=sleep 30", "timeout_s=0.2", "--allow", "shell")
    assert cli(*words).code == Exit.TIMED_OUT


def test_an_image_is_not_poured_over_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    image = base64.b64encode(PNG).decode()
    _show({"width": 1, "image": image}, None, Output())
    assert image not in capsys.readouterr().out
    _show({"width": 1, "image": image}, None, Output(as_json=True))
    assert json.loads(capsys.readouterr().out)["image"] == image


def test_an_image_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    image = base64.b64encode(PNG).decode()
    with pytest.raises(ConfigError) as caught:
        _show({"image": image}, str(tmp_path / "no" / "s.png"), Output())
    assert caught.value.where == str(tmp_path / "no" / "s.png")
    with pytest.raises(ConfigError, match="no image"):
        _show({"x": 1}, "s.png", Output())
