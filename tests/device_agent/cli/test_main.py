"""The front door: help, versions, errors in one line, exit codes."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from device_agent.cli import commands
from device_agent.cli.exits import Exit, exit_for
from device_agent.cli.main import main
from device_agent.errors import (
    ConfigError,
    DeviceAgentError,
    Failure,
    JournalError,
    LinkRefused,
    PolicyError,
    Refusal,
    StateLocked,
    ToolError,
)

from .conftest import Cli, one_line


def test_help_names_every_command_and_the_exit_codes(cli: Cli) -> None:
    done = cli("--help")
    assert done.code == Exit.DONE
    for entry in commands.ENTRIES:
        assert entry.name in done.out
    assert "5 refused by policy" in done.out


@pytest.mark.parametrize("entry", [entry for entry in commands.ENTRIES if entry.name != "demo"])
def test_every_command_has_help_of_its_own(
    entry: commands.Entry, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([entry.name, "--help"]) == Exit.DONE
    shown = capsys.readouterr().out
    assert "--json" in shown
    assert "--quiet" in shown
    assert "-v" in shown


def test_help_imports_nothing_heavy(cli: Cli) -> None:
    code = (
        "import sys; from device_agent.cli.main import main; main(['run', '--help'])\n"
        "print([n for n in ('pydantic', 'asyncio', 'websockets', 'sqlite3') if n in sys.modules])"
    )
    # Without the variables by which coverage would import itself.
    environ = {name: cli.environ[name] for name in ("HOME", "PATH", "PYTHONPATH")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_is_there_at_once(cli: Cli) -> None:
    """100 ms on an idle machine; the best of five, and room for a busy one."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        cli("--help")
        times.append(time.perf_counter() - began)
    assert min(times) < 0.3


def test_the_version(cli: Cli) -> None:
    assert cli("--version").out.startswith("device-agent 0.")
    assert cli("--version", "--json").json["version"].startswith("0.")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["tols"], "did you mean `device-agent tools`?"),
        (["qqq"], "--help"),
        (["call"], "device-agent call --help"),
        (["tools", "--nonsense"], "device-agent"),
        (["task", "click", "extra"], "--help"),
        (["config", "shwo"], "show"),
        (["tasks", "show"], "tasks ls"),
        (["call", "screenshoot"], "screenshot"),
        (["call", "mouse_move", "x"], "key=value"),
        (["call", "mouse_move", "x=1", "x=2"], "once"),
        (["call", "mouse_move", "x=1"], "y is missing"),
        (["call", "mouse_move", "x=1", "y=2", "z=3"], "no argument 'z'"),
        (["status", "--set", "limits.queue"], "KEY=VALUE"),
        (["status", "--set", "limits.quue=1"], "did you mean `queue`?"),
        (["run"], "--hub"),
        (["run", "--hub", "ws://127.0.0.1:1/ws"], "--token-file"),
        (["run", "--hub", "http://127.0.0.1:1/ws"], "wss://"),
        (["run", "--listen", "here"], "HOST:PORT"),
        (["run", "--allow", "shel"], "'shell'"),
        (["run", "--config", "none.toml"], "check the path"),
        (["run", "--policy", "none.toml", "--listen", "127.0.0.1:0"], "--token-file"),
    ],
)
def test_usage_errors_end_with_2_and_say_what_to_try(cli: Cli, words: list[str], hint: str) -> None:
    done = cli(*words)
    assert done.code == Exit.USAGE
    assert hint in one_line(done)
    assert done.out == ""


def test_errors_can_be_had_as_json(cli: Cli) -> None:
    done = cli("status", "--json")
    told = json.loads(one_line(done))
    assert told["code"] == done.code == Exit.NOT_REACHABLE
    assert "device-agent run" in told["error"]


def test_output_flags_stand_before_and_after_the_command(cli: Cli) -> None:
    assert cli("--json", "tools").json == cli("tools", "--json").json


def test_a_reader_that_has_had_enough_is_no_error(cli: Cli) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "device_agent", "schema"],
        env=cli.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_terminal_without_unicode_gets_escapes(cli: Cli) -> None:
    done = cli("task", 'type "\u4f60"', "--dry-run", PYTHONIOENCODING="ascii")
    assert done.code == Exit.DONE
    assert "\\u4f60" in done.out


def test_a_home_that_is_not_there_is_an_error_with_a_remedy(cli: Cli) -> None:
    bare = Cli(cli.home, {name: cli.environ[name] for name in ("PATH", "PYTHONPATH")})
    done = bare("status")
    assert done.code == Exit.USAGE
    assert "--state-dir" in one_line(done)
    assert bare("status", "--state-dir", "s").code == Exit.NOT_REACHABLE


def test_bad_config_names_file_line_key_and_hint(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_text('device_id = "d"\n[limits]\nquue = 3\n')
    done = cli("config", "show", "--config", str(path))
    assert done.code == Exit.USAGE
    wanted = f"device-agent: {path}:3: unknown key `limits.quue`; did you mean `queue`?"
    assert one_line(done) == wanted


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), Exit.USAGE),
        (PolicyError("x"), Exit.USAGE),
        (StateLocked("x"), Exit.USAGE),
        (LinkRefused(Refusal.TLS, "x"), Exit.NOT_REACHABLE),
        (ToolError(Failure.DENIED, "x"), Exit.REFUSED),
        (ToolError(Failure.TIMED_OUT, "x"), Exit.TIMED_OUT),
        (ToolError(Failure.UNKNOWN_TOOL, "x"), Exit.USAGE),
        (ToolError(Failure.FAILED, "x"), Exit.TASK_FAILED),
        (JournalError("x"), Exit.TASK_FAILED),
    ],
)
def test_errors_and_exit_codes(error: DeviceAgentError, code: Exit) -> None:
    assert exit_for(error) == code


@pytest.mark.parametrize(
    ("error", "words", "code"),
    [
        (ZeroDivisionError("x"), "this is a bug in device-agent: ZeroDivisionError", 1),
        (OSError(28, "No space left on device", "f"), "f: No space left on device", 1),
        (KeyboardInterrupt(), "", 130),
    ],
)
def test_no_error_reaches_the_terminal_as_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    words: str,
    code: int,
) -> None:
    class Broken:
        def add_arguments(self, parser: object) -> None:
            del parser

        def run(self, args: object, out: object) -> int:
            del args, out
            raise error

    monkeypatch.setattr(commands, "load", lambda _: Broken())
    assert main(["status"]) == code
    shown = capsys.readouterr().err
    assert words in shown
    assert "Traceback" not in shown
    assert shown.count("\n") <= 1
    main(["status", "-v"])
    assert ("Traceback" in capsys.readouterr().err) is isinstance(error, ZeroDivisionError)
