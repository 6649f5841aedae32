"""Terminals: what they show, how long they wait, and that nothing outlives them."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psutil
import pytest

from device_agent.catalog.grant import Grant
from device_agent.catalog.screen import NoArguments
from device_agent.catalog.terminal import (
    MAX_TERMINALS,
    SCROLLBACK_BYTES,
    CloseTerminalArguments,
    OpenTerminalArguments,
    ReadTerminalArguments,
    ReadTerminalResult,
    ResizeTerminalArguments,
    WriteTerminalArguments,
)
from device_agent.errors import Failure, ToolError
from device_agent.tools import terminal as tool
from device_agent.tools.bench import Bench
from tests.device_agent.tools.benches import bench
from tests.device_agent.worker.hosts import tag, tagged
from tests.x11 import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no terminals")

PROMPTLESS = {"PS1": "", "HISTFILE": "/dev/null"}


@pytest.fixture
def own() -> Iterator[Bench]:
    made = bench()
    yield made
    made.terminals.close_all()


def _open(own: Bench, command: str | tuple[str, ...] | None, **more: Any) -> str:  # noqa: ANN401
    made = tool.open_terminal(OpenTerminalArguments(command=command, **more), own)
    return made.terminal_id


def _read(own: Bench, name: str, **more: Any) -> ReadTerminalResult:  # noqa: ANN401
    return tool.read_terminal(ReadTerminalArguments(terminal_id=name, **more), own)


def _write(own: Bench, name: str, text: str = "", *keys: str) -> int:
    arguments = WriteTerminalArguments(terminal_id=name, text=text, keys=keys)
    return tool.write_terminal(arguments, own).written_bytes


def _close(own: Bench, name: str) -> int | None:
    return tool.close_terminal(CloseTerminalArguments(terminal_id=name), own).exit_code


def test_a_shell_keeps_its_state_from_call_to_call(own: Bench) -> None:
    name = _open(own, ("/bin/sh",), env=PROMPTLESS)
    _write(own, name, "X=4", "enter")
    _write(own, name, "echo sum:$((X+38))", "enter")
    seen = _read(own, name, until=r"sum:42")
    assert seen.matched
    assert not seen.ended
    assert seen.exit_code is None
    _write(own, name, "exit 3", "enter")
    assert _read(own, name, until="never", wait_s=10).ended
    wait_until(lambda: _close(own, name) == 3 if own.terminals.of("") else True, "it ended")


def test_a_program_sees_a_terminal_of_the_size_asked_for(own: Bench) -> None:
    name = _open(own, "test -t 0 && test -t 1 && tty && stty size; cat", rows=30, cols=100)
    seen = _read(own, name, until="30 100")
    assert "/dev/pts/" in seen.text
    tool.resize_terminal(ResizeTerminalArguments(terminal_id=name, rows=10, cols=40), own)
    (entry,) = tool.list_terminals(NoArguments(), own).terminals
    assert (entry.rows, entry.cols, entry.ended) == (10, 40, False)


def test_a_resized_program_hears_of_it(own: Bench) -> None:
    name = _open(own, "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done")
    _read(own, name, until="ready")
    tool.resize_terminal(ResizeTerminalArguments(terminal_id=name, rows=11, cols=41), own)
    assert _read(own, name, until="11 41").matched


def test_ctrl_c_interrupts_what_runs(own: Bench) -> None:
    name = _open(own, "trap 'echo caught; exit 9' INT; echo ready; sleep 60")
    _read(own, name, until="ready")
    _write(own, name, "", "ctrl+c")
    seen = _read(own, name, until="caught")
    assert seen.matched
    wait_until(lambda: own.terminals.find(name, "").ended, "it ended")
    assert _close(own, name) == 9


def test_escape_sequences_are_left_out_and_come_raw_when_asked_for(own: Bench) -> None:
    name = _open(own, r"printf '\033[1;31mred\033[0m \033]0;title\007end\n'; cat")
    seen = _read(own, name, until="end", raw=True)
    assert "red end" in seen.text
    assert "\x1b[1;31mred" in (seen.raw or "")


def test_without_a_pattern_a_read_waits_until_it_is_quiet(own: Bench) -> None:
    name = _open(own, "echo a; sleep 0.1; echo b; cat")
    assert _read(own, name, idle_s=0.5).text.split() == ["a", "b"]
    silent = _read(own, name, wait_s=0.1)
    assert (silent.text, silent.matched, silent.more) == ("", False, False)


def test_a_read_takes_a_part_and_says_that_there_is_more(own: Bench) -> None:
    name = _open(own, "printf '%0100d' 0; cat")
    first = _read(own, name, max_bytes=60)
    assert (len(first.text), first.more) == (60, True)
    assert len(_read(own, name).text) == 40


def test_what_nobody_reads_is_bounded_and_its_loss_is_told(own: Bench) -> None:
    name = _open(own, "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end; cat")
    seen = _read(own, name, until="end", wait_s=20)
    assert seen.matched
    assert seen.lost_bytes > 1_500_000
    assert seen.more
    assert own.terminals.find(name, "").unread_bytes < SCROLLBACK_BYTES


def test_an_unread_pattern_is_waited_for_no_longer_than_said(own: Bench) -> None:
    name = _open(own, "cat")
    assert not _read(own, name, until="never", wait_s=0.2).matched


def test_a_cancelled_read_ends_at_once(own: Bench) -> None:
    name = _open(own, "cat")
    timer = threading.Timer(0.1, own.cancellation.cancel)
    timer.start()
    with pytest.raises(ToolError) as caught:
        _read(own, name, until="never", wait_s=60)
    timer.join()
    assert caught.value.failure is Failure.CANCELLED


def test_closing_ends_everything_that_runs_in_it(own: Bench) -> None:
    mark = tag()
    command = f"sh -c 'trap \"\" HUP TERM; setsid sleep 60; : {mark}' & sleep 60; : {mark}"
    name = _open(own, command)
    wait_until(lambda: len(tagged(mark)) == 2, "both run")
    code = _close(own, name)
    assert code is not None
    assert code < 0
    assert not tagged(mark)
    assert not tool.list_terminals(NoArguments(), own).terminals
    assert _refused(own, name).failure is Failure.BAD_ARGUMENTS


def _refused(own: Bench, name: str) -> ToolError:
    with pytest.raises(ToolError) as caught:
        _write(own, name, "x")
    return caught.value


def test_a_terminal_belongs_to_the_peer_that_opened_it(own: Bench) -> None:
    name = _open(own, "cat")
    other = replace(own, grant=Grant(owner="another hub"))
    assert tool.list_terminals(NoArguments(), other).terminals == ()
    error = _refused(other, name)
    assert "open: none" in error.detail


def test_there_is_a_limit_and_an_ended_one_makes_room(own: Bench) -> None:
    names = [_open(own, "cat") for _ in range(MAX_TERMINALS)]
    with pytest.raises(ToolError) as caught:
        _open(own, "cat")
    assert caught.value.failure is Failure.BUSY
    _write(own, names[0], "", "ctrl+d")
    wait_until(lambda: own.terminals.find(names[0], "").ended, "it ended")
    assert _open(own, "cat") not in names


def test_a_program_that_does_not_read_does_not_hold_a_write_for_ever(
    own: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_agent.tools.terminals.MAX_WRITE_S", 0.2)
    name = _open(own, "stty raw -echo; echo ready; sleep 60")
    _read(own, name, until="ready")
    with pytest.raises(ToolError) as caught:
        _write(own, name, "x" * 500_000)
    assert caught.value.failure is Failure.TIMED_OUT
    assert "of 500000 bytes" in caught.value.detail


def test_what_cannot_be_started_or_found_is_refused(own: Bench) -> None:
    for arguments, failure in (
        ({"command": ("no-such-program-here",)}, Failure.FAILED),
        ({"command": "true", "cwd": "/no/such/place"}, Failure.BAD_ARGUMENTS),
    ):
        with pytest.raises(ToolError) as caught:
            tool.open_terminal(OpenTerminalArguments(**arguments), own)  # type: ignore[arg-type]
        assert caught.value.failure is failure
    name = _open(own, "cat")
    with pytest.raises(ToolError, match="regular expression"):
        _read(own, name, until="(")
    with pytest.raises(ToolError, match="nearest: enter"):
        _write(own, name, "", "entr")


def test_where_only_listed_programs_may_run_there_is_no_terminal(own: Bench) -> None:
    listed = replace(own, grant=Grant(listed=True, roots=("/",)))
    with pytest.raises(ToolError, match=r"rule `shell\.mode`") as caught:
        _open(listed, "cat")
    assert caught.value.failure is Failure.DENIED


def test_no_descriptor_and_no_process_is_left_after_many(own: Bench) -> None:
    process = psutil.Process()
    _close(own, _open(own, "true"))
    before, others = process.num_fds(), set(process.children())
    for _ in range(5):
        _close(own, _open(own, "echo hi; sleep 60"))
    wait_until(lambda: process.num_fds() <= before + 1, "descriptors came back")
    assert set(process.children()) <= others
