"""Commands that speak to a running agent."""

import socket
import stat
from pathlib import Path

from device_agent.cli.exits import Exit

from .conftest import TOKEN, Cli, one_line


def test_a_running_agent_answers_is_paused_and_stops(desktop_cli: Cli, token_file: Path) -> None:
    cli = desktop_cli
    with cli.running("--listen", "127.0.0.1:0", "--token-file", str(token_file)) as agent:
        status = cli("status", "--json").json
        assert status["pid"] == agent.pid
        assert status["policy"]["tiers"] == ["clipboard", "input", "observe"]
        assert "clipboard, input, observe (the built-in default" in cli("status").out
        assert cli("call", "screen_size", "--json").json["width"] == 1280
        assert cli("task", "wait 10 ms").code == Exit.DONE
        refused = cli("call", "shell", "command=id", "--allow", "shell")
        assert refused.code == Exit.REFUSED
        assert "--allow ignored" in refused.err
        assert cli("pause").code == Exit.DONE
        assert "paused" in one_line(cli("call", "mouse_move", "x=1", "y=1"))
        assert cli("resume", "--json").json == {"paused": False}
        assert cli("call", "mouse_move", "x=1", "y=1").code == Exit.DONE
        doctor = cli("doctor", "--json").json
        assert f"process {agent.pid}" in next(
            one["text"] for one in doctor if one["check"] == "agent"
        )
        second = cli("run", "--listen", "127.0.0.1:0", "--token-file", str(token_file))
        assert second.code == Exit.USAGE
        assert f"process {agent.pid}" in second.err
    assert agent.returncode == Exit.DONE
    log = (cli.home / "run.log").read_text()
    assert "allowed: observe, input, clipboard" in log
    assert TOKEN not in log
    assert cli("status").code == Exit.NOT_REACHABLE


def test_a_service_observes_alone_and_says_so(cli: Cli, token_file: Path) -> None:
    words = ("--service", "--listen", "127.0.0.1:0", "--token-file", str(token_file))
    state = ("--state-dir", str(cli.state_dir))
    with cli.running(*words, *state):
        assert cli("status", "--json").json["policy"]["tiers"] == ["observe"]
        assert cli("call", "mouse_move", "x=1", "y=1").code == Exit.REFUSED


def test_one_token_for_two_hosts_is_refused(cli: Cli, token_file: Path) -> None:
    hubs = ("--hub", "wss://a.example/ws", "--hub", "wss://b.example/ws")
    done = cli("run", *hubs, "--token-file", str(token_file))
    assert done.code == Exit.USAGE
    assert "2 hosts" in one_line(done)


def test_no_command_speaks_without_an_agent(cli: Cli) -> None:
    for name in ("status", "pause", "resume"):
        done = cli(name)
        assert done.code == Exit.NOT_REACHABLE
        assert "device-agent run" in one_line(done)


def test_a_new_token_is_for_its_owner_alone(cli: Cli) -> None:
    done = cli("config", "new-token", "hub.token")
    path = cli.home / "hub.token"
    assert done.code == Exit.DONE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().strip() not in done.out + done.err
    again = cli("config", "new-token", "hub.token")
    assert again.code == Exit.USAGE
    assert "there already" in one_line(again)
    assert cli("config", "new-token").code == Exit.USAGE


def test_a_port_in_use_is_an_error_with_a_remedy(cli: Cli, token_file: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        listen = ("--listen", f"127.0.0.1:{port}")
        done = cli("run", "--quiet", *listen, "--token-file", str(token_file))
    assert done.code == Exit.USAGE
    assert str(port) in one_line(done)
