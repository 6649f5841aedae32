"""The doctor finds what is wrong, and says what to do."""

import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from device_agent.cli.exits import Exit

from .conftest import Cli, Done


def _checks(done: Done) -> dict[str, dict[str, Any]]:
    return {one["check"]: one for one in done.json}


def test_a_machine_without_a_display_is_told_so(cli: Cli) -> None:
    done = cli("doctor", "--json")
    assert done.code == Exit.DONE
    found = _checks(done)
    assert found["config"]["level"] == found["policy"]["level"] == found["state"]["level"] == "ok"
    assert found["clock"]["level"] == found["disk"]["level"] == "ok"
    assert found["desktop"]["level"] == "warn"
    assert found["desktop"]["try"]
    assert "DISPLAY" in found["desktop"]["text"]
    assert cli("doctor").out.count("try:") >= 2
    assert "\nok " not in cli("doctor", "--quiet").out


def test_wayland_and_a_dead_display_are_told_apart(cli: Cli) -> None:
    wayland = _checks(cli("doctor", "--json", WAYLAND_DISPLAY="wayland-0"))
    assert "Xorg" in wayland["desktop"]["text"] + wayland["desktop"]["try"]
    dead = _checks(cli("doctor", "--json", DISPLAY=":9999"))
    assert ":9999" in dead["desktop"]["text"]


def test_a_live_display_is_fine(desktop_cli: Cli) -> None:
    assert _checks(desktop_cli("doctor", "--json"))["desktop"]["level"] == "ok"


def test_a_cookie_file_that_is_not_there(desktop_cli: Cli) -> None:
    done = desktop_cli("doctor", "--json", XAUTHORITY="none")
    assert done.code == Exit.TASK_FAILED
    assert "XAUTHORITY" in _checks(done)["xauthority"]["try"]


def test_bad_config_and_bad_policy_end_with_2(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text("x = 1\n")
    done = cli("doctor", "--json", "--config", "c.toml")
    assert done.code == Exit.USAGE
    assert "c.toml:1" in _checks(done)["config"]["text"]
    (tmp_path / "p.toml").write_text("tiers = 1\n")
    done = cli("doctor", "--json", "--policy", "p.toml")
    assert done.code == Exit.USAGE
    assert "p.toml:1" in _checks(done)["policy"]["text"]


def test_a_missing_token_is_found_before_any_hub(cli: Cli) -> None:
    done = cli("doctor", "--json", "--hub", "wss://hub.invalid/ws")
    assert done.code == Exit.USAGE
    assert "--token-file" in _checks(done)["peers"]["try"]


def test_a_hub_without_a_name_and_one_that_is_not_there(cli: Cli, token_file: Path) -> None:
    token = ("--token-file", str(token_file))
    done = cli("doctor", "--json", "--hub", "wss://hub.invalid/ws", *token)
    assert done.code == Exit.NOT_REACHABLE
    assert "the name hub.invalid is not known" in _checks(done)["hub"]["text"]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        done = cli("doctor", "--json", "--hub", f"ws://127.0.0.1:{port}/ws", *token)
    assert done.code == Exit.NOT_REACHABLE
    assert f"port {port}" in _checks(done)["hub"]["text"]
    assert "hub runs" in _checks(done)["hub"]["try"]


def test_an_agent_that_listens_stands_for_a_hub(desktop_cli: Cli, token_file: Path) -> None:
    """A listener answers the same handshake as a hub, so it can be dialled by the doctor."""
    cli = desktop_cli
    token = ("--token-file", str(token_file))
    with cli.running("--listen", "127.0.0.1:0", *token):
        port = cli("status", "--json").json["listening_port"]
        hub = ("--hub", f"ws://127.0.0.1:{port}/ws")
        done = cli("doctor", "--json", *hub, *token)
        assert done.code == Exit.DONE, done.out
        assert _checks(done)["hub"]["level"] == "ok"
        (cli.home / "wrong").write_text("wrong")
        (cli.home / "wrong").chmod(0o644)
        done = cli("doctor", "--json", *hub, "--token-file", "wrong")
        assert done.code == Exit.NOT_REACHABLE
        assert "token" in _checks(done)["hub"]["try"]
        if sys.platform != "win32":
            assert "chmod 600" in _checks(done)["token"]["try"]
        done = cli("doctor", "--json", "--listen", f"127.0.0.1:{port}", *token)
        assert _checks(done)["listen"]["level"] == "warn"


def test_a_state_directory_that_is_a_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    done = cli("doctor", "--json", "--state-dir", "f")
    assert done.code == Exit.TASK_FAILED
    assert _checks(done)["state"]["level"] == "FAIL"
    assert "--state-dir" in _checks(done)["state"]["try"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locks")
def test_another_command_that_holds_the_directory_is_named(cli: Cli) -> None:
    from device_agent.journal.lock import STATE_LOCK, Lock

    with Lock.take(cli.state_dir / STATE_LOCK, "command", clock=lambda: 0.0):
        found = _checks(cli("doctor", "--json"))
        assert found["agent"]["level"] == "warn"
        assert "in use by command" in found["agent"]["text"]
