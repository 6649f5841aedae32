"""Commands: what comes back, what is killed, and what never keeps a call waiting."""

import resource
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from device_agent.catalog.shell import ShellArguments, ShellResult
from device_agent.errors import Failure, ToolError
from device_agent.tools.shell import shell
from tests.device_agent.tools.benches import bench
from tests.device_agent.worker.hosts import tag, tagged
from tests.x11 import wait_until


def _run(command: str | tuple[str, ...], **arguments: Any) -> ShellResult:  # noqa: ANN401
    return shell(ShellArguments(command=command, **arguments), bench())


def _refused(command: str | tuple[str, ...], **arguments: Any) -> ToolError:  # noqa: ANN401
    with pytest.raises(ToolError) as caught:
        _run(command, **arguments)
    return caught.value


def test_output_and_exit_code_come_back() -> None:
    result = _run("echo out; echo err >&2; exit 7")
    assert (result.exit_code, result.stdout, result.stderr) == (7, "out\n", "err\n")
    assert (result.stdout_bytes, result.stderr_bytes, result.truncated) == (4, 4, False)
    assert 0 < result.duration_s < 5


def test_a_command_that_a_signal_ended_has_a_negative_exit_code() -> None:
    assert _run("kill -9 $$").exit_code == -9


def test_a_list_is_run_without_a_shell() -> None:
    assert _run(("echo", "$HOME; true")).stdout == "$HOME; true\n"


def test_a_command_that_the_shell_does_not_know_is_a_result() -> None:
    assert _run("no-such-program-here").exit_code == 127


def test_a_program_that_does_not_exist_is_a_failure() -> None:
    error = _refused(("no-such-program-here",))
    assert error.failure is Failure.FAILED
    assert "no-such-program-here" in error.detail


def test_a_nul_in_a_command_is_a_failure() -> None:
    assert _refused("echo \0").failure is Failure.FAILED


def test_directory_and_variables_are_set(tmp_path: Path) -> None:
    result = _run("pwd; echo $GREETING", cwd=str(tmp_path), env={"GREETING": "hello"})
    assert result.stdout == f"{tmp_path.resolve()}\nhello\n"


def test_a_directory_that_does_not_exist_is_named() -> None:
    error = _refused("true", cwd="/no/such/place")
    assert error.failure is Failure.BAD_ARGUMENTS
    assert "/no/such/place" in error.detail


def test_stdin_is_closed_unless_it_is_given() -> None:
    assert _run("cat").stdout == ""
    text = "héllo\n" * 50_000
    assert _run("cat", stdin=text).stdout == text


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert _run(r"printf 'a\377b'").stdout == "a�b"


def test_more_output_than_a_pipe_holds_on_both_streams_does_not_block() -> None:
    result = _run("head -c 3000000 /dev/zero | tee /dev/stderr")
    assert len(result.stdout) == len(result.stderr) == 3_000_000


def test_of_output_beyond_the_limit_the_beginning_and_the_end_are_kept() -> None:
    command = "echo begin; head -c 3000000 /dev/zero; echo end; echo e >&2"
    result = _run(command, max_output_bytes=12)
    assert result.stdout == "begin\n\n[... 2999998 bytes left out ...]\n\0\0end\n"
    assert (result.stdout_bytes, result.truncated) == (3_000_010, True)
    assert result.stderr == "e\n"


def test_a_gigabyte_of_output_costs_little_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = _run("head -c 1000000000 /dev/zero; echo end", max_output_bytes=100_000)
    assert result.stdout_bytes == 1_000_000_004
    assert result.stdout.endswith("\0end\n")
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 64 * 1024


def test_a_program_that_never_stops_writing_is_killed_and_its_output_kept_in_part() -> None:
    error = _refused("yes", timeout_s=0.5, max_output_bytes=100)
    assert error.failure is Failure.TIMED_OUT
    assert isinstance(error.value, dict)
    assert error.value["truncated"]
    assert "bytes left out" in error.value["stdout"]


def test_a_program_left_in_the_background_does_not_keep_the_call_waiting() -> None:
    name = tag()
    started = time.monotonic()
    result = _run(f"sh -c 'sleep 60; : {name}' & echo here")
    assert result.stdout == "here\n"
    assert time.monotonic() - started < 2
    (left,) = tagged(name)
    process = psutil.Process(left)
    # The parent first: without its child it might end by itself in between.
    for each in [process, *process.children()]:
        each.kill()


def test_a_program_left_in_the_background_may_go_on_writing(tmp_path: Path) -> None:
    done = tmp_path / "done"
    _run(f"(sleep 0.5; head -c 300000 /dev/zero && touch {done}) &")
    wait_until(done.exists, "what it wrote was read")


def test_a_command_out_of_time_is_killed_with_its_children() -> None:
    name = tag()
    command = f"trap '' TERM; echo begun; sh -c 'trap \"\" TERM; sleep 60; : {name}'; : {name}"
    started = time.monotonic()
    error = _refused(command, timeout_s=0.3)
    assert time.monotonic() - started < 3
    assert error.failure is Failure.TIMED_OUT
    assert "0.3 s" in error.detail
    assert isinstance(error.value, dict)
    assert (error.value["stdout"], error.value["timed_out"]) == ("begun\n", True)
    assert not tagged(name)


def test_a_command_may_tidy_up_before_it_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "note"
    _refused(f"trap 'echo bye > {note}; exit' TERM; sleep 60 & wait", timeout_s=1.0)
    assert note.read_text() == "bye\n"


def test_a_stopped_command_is_killed_too() -> None:
    assert _refused("kill -STOP $$", timeout_s=0.2).failure is Failure.TIMED_OUT


def test_a_cancelled_command_is_killed() -> None:
    own = bench()
    timer = threading.Timer(0.2, own.cancellation.cancel)
    timer.start()
    with pytest.raises(ToolError) as caught:
        shell(ShellArguments(command="echo begun; sleep 60"), own)
    timer.join()
    assert caught.value.failure is Failure.CANCELLED
    assert isinstance(caught.value.value, dict)
    assert (caught.value.value["stdout"], caught.value.value["timed_out"]) == ("begun\n", False)


def test_a_call_cancelled_before_it_begins_starts_nothing(tmp_path: Path) -> None:
    own = bench()
    own.cancellation.cancel()
    with pytest.raises(ToolError) as caught:
        shell(ShellArguments(command=f"touch {tmp_path / 'x'}"), own)
    assert caught.value.failure is Failure.CANCELLED
    assert not (tmp_path / "x").exists()


def test_processes_carry_the_calls_mark() -> None:
    own = bench()
    result = shell(ShellArguments(command="echo $DEVICE_AGENT_CALL"), own)
    assert result.stdout.strip() == own.mark.value


def test_where_nothing_tells_of_an_exit_it_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device_agent.tools.shell.sys", SimpleNamespace(platform="freebsd14"))
    assert _run("sleep 0.1; echo hi").stdout == "hi\n"
    assert _refused("sleep 60", timeout_s=0.2).failure is Failure.TIMED_OUT
