"""Use terminals."""

import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..catalog.parts import Nothing
from ..catalog.screen import NoArguments
from ..catalog.terminal import (
    CloseTerminalArguments,
    CloseTerminalResult,
    OpenTerminalArguments,
    ReadTerminalArguments,
    ReadTerminalResult,
    ResizeTerminalArguments,
    TerminalEntry,
    TerminalResult,
    TerminalsResult,
    WriteTerminalArguments,
    WriteTerminalResult,
)
from ..errors import Failure, ToolError
from .bench import Bench
from .commands import directory, environment, system_shell
from .terminal_text import key_bytes, plain
from .terminals import Order, Terminal

IDLE_S = 0.3
TERM = "xterm-256color"


def open_terminal(arguments: OpenTerminalArguments, bench: Bench) -> TerminalResult:
    """Open a terminal with a program in it."""
    if bench.grant.listed:
        detail = "policy: a terminal takes whatever is typed, and only listed programs may run"
        raise ToolError(Failure.DENIED, f"{detail} (rule `shell.mode`)")
    bench.cancellation.check()
    cwd = directory(arguments.cwd, bench.grant, "open_terminal") or Path.home()
    variables = environment({"TERM": TERM, **arguments.env}, bench.mark, bench.grant)
    command = _command(arguments.command, variables)
    rows, cols = arguments.rows, arguments.cols
    order = Order(command, cwd, variables, rows, cols, bench.mark, bench.grant.owner)
    terminal = bench.terminals.open(order, bench.children)
    return TerminalResult(terminal_id=terminal.name, pid=terminal.pid)


def write_terminal(arguments: WriteTerminalArguments, bench: Bench) -> WriteTerminalResult:
    """Type into a terminal."""
    terminal = _terminal(arguments.terminal_id, bench)
    keys = b"".join(key_bytes(key) for key in arguments.keys)
    content = arguments.text.encode(errors="surrogateescape") + keys
    return WriteTerminalResult(written_bytes=terminal.write(content))


def read_terminal(arguments: ReadTerminalArguments, bench: Bench) -> ReadTerminalResult:
    """Read what is new."""
    terminal = _terminal(arguments.terminal_id, bench)
    until = _pattern(arguments.until)
    idle_s = arguments.idle_s
    if idle_s is None and until is None:
        idle_s = IDLE_S
    matched = terminal.wait(
        arguments.wait_s, until=until, idle_s=idle_s, cancellation=bench.cancellation
    )
    portion = terminal.take(arguments.max_bytes)
    text = portion.content.decode(errors="replace")
    result = ReadTerminalResult(
        text=plain(text),
        matched=matched,
        more=portion.more,
        lost_bytes=portion.lost_bytes,
        ended=terminal.ended,
        exit_code=terminal.exit_code,
    )
    return result.model_copy(update={"raw": text}) if arguments.raw else result


def resize_terminal(arguments: ResizeTerminalArguments, bench: Bench) -> Nothing:
    """Give a terminal another size."""
    _terminal(arguments.terminal_id, bench).resize(arguments.rows, arguments.cols)
    return Nothing()


def close_terminal(arguments: CloseTerminalArguments, bench: Bench) -> CloseTerminalResult:
    """Close a terminal and end what runs in it."""
    terminal = _terminal(arguments.terminal_id, bench)
    return CloseTerminalResult(exit_code=bench.terminals.close(terminal))


def list_terminals(_: NoArguments, bench: Bench) -> TerminalsResult:
    """The terminals of whoever asks."""
    mine = bench.terminals.of(bench.grant.owner)
    return TerminalsResult(terminals=tuple(_entry(terminal) for terminal in mine))


def _entry(terminal: Terminal) -> TerminalEntry:
    return TerminalEntry(
        terminal_id=terminal.name,
        program=Path(terminal.order.command[0]).name,
        pid=terminal.pid,
        rows=terminal.size[0],
        cols=terminal.size[1],
        unread_bytes=terminal.unread_bytes,
        ended=terminal.ended,
        exit_code=terminal.exit_code,
    )


def _terminal(name: str, bench: Bench) -> Terminal:
    return bench.terminals.find(name, bench.grant.owner)


def _command(command: str | Sequence[str] | None, variables: Mapping[str, str]) -> Sequence[str]:
    if command is None:
        return (variables.get("SHELL") or system_shell(),)
    if isinstance(command, str):
        return (system_shell(), "-c", command)
    if shutil.which(command[0], path=variables.get("PATH")) is None:
        raise ToolError(Failure.FAILED, f"the command cannot be started: no program {command[0]}")
    return command


def _pattern(text: str | None) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        detail = f"read_terminal: argument until is no regular expression: {error}"
        raise ToolError(Failure.BAD_ARGUMENTS, detail) from error
