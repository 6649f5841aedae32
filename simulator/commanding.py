"""How a simulated machine answers the tools that run commands and keep terminals."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from device_agent.catalog.left_out import shortened
from device_agent.catalog.parts import Nothing
from device_agent.catalog.screen import NoArguments
from device_agent.catalog.shell import ShellArguments, ShellResult
from device_agent.catalog.terminal import (
    MAX_TERMINALS,
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
from device_agent.errors import Failure, ToolError

from . import shell
from .belongings import Prompt
from .machine import Machine
from .reaction import Reaction

FIRST_PID = 4000
CLOSED = -1
"""How a program ends whose terminal is closed: by SIGHUP."""


def _shell(arguments: ShellArguments, machine: Machine) -> Reaction:
    printed = shell.run(machine, arguments.command)
    stdout, stderr = printed.stdout.encode(), printed.stderr.encode()
    kept = arguments.max_output_bytes
    result = ShellResult(
        exit_code=printed.exit_code,
        stdout=shortened(stdout, len(stdout) if kept is None else kept),
        stderr=shortened(stderr, len(stderr) if kept is None else kept),
        timed_out=printed.takes_s > arguments.timeout_s,
        duration_s=min(printed.takes_s, arguments.timeout_s),
        truncated=kept is not None and max(len(stdout), len(stderr)) > kept,
        stdout_bytes=len(stdout),
        stderr_bytes=len(stderr),
    )
    if result.timed_out:
        detail = f"the command was killed after {arguments.timeout_s:g} s; allow more"
        raise ToolError(Failure.TIMED_OUT, detail, value=result.model_dump(mode="json"))
    return Reaction(result, printed.takes_s)


def _open_terminal(arguments: OpenTerminalArguments, machine: Machine) -> Reaction:
    prompts = machine.belongings.prompts
    if len(prompts) >= MAX_TERMINALS:
        detail = f"{MAX_TERMINALS} terminals are open, which is the limit; close_terminal ends one"
        raise ToolError(Failure.BUSY, detail)
    number = machine.belongings.opened = machine.belongings.opened + 1
    name = f"terminal-{number}"
    unread = "" if arguments.command is None else shell.run(machine, arguments.command).stdout
    prompts[name] = Prompt(FIRST_PID + number, arguments.rows, arguments.cols, unread)
    return Reaction(TerminalResult(terminal_id=name, pid=FIRST_PID + number))


def _write_terminal(arguments: WriteTerminalArguments, machine: Machine) -> Reaction:
    prompt = _prompt(arguments.terminal_id, machine)
    ends = "".join("\n" for key in arguments.keys if key.lower() in {"enter", "return"})
    *lines, rest = f"{prompt.line}{arguments.text}{ends}".split("\n")
    shown = "".join(f"{line}\n{_printed(machine, line)}" for line in lines)
    machine.belongings.prompts[arguments.terminal_id] = replace(
        prompt, line=rest, unread=prompt.unread + shown
    )
    return Reaction(WriteTerminalResult(written_bytes=len(f"{arguments.text}{ends}".encode())))


def _printed(machine: Machine, line: str) -> str:
    printed = shell.run(machine, line)
    return printed.stdout + printed.stderr


def _read_terminal(arguments: ReadTerminalArguments, machine: Machine) -> Reaction:
    prompt = _prompt(arguments.terminal_id, machine)
    text, rest = prompt.unread[: arguments.max_bytes], prompt.unread[arguments.max_bytes :]
    machine.belongings.prompts[arguments.terminal_id] = replace(prompt, unread=rest)
    found = arguments.until is not None and arguments.until in prompt.unread
    result = ReadTerminalResult(
        text=text, matched=found, more=bool(rest), lost_bytes=0, ended=False, exit_code=None
    )
    if arguments.raw:
        result = result.model_copy(update={"raw": text.replace("\n", "\r\n")})
    waits = not found and (arguments.until is not None or not prompt.unread)
    return Reaction(result, arguments.wait_s if waits else 0.0)


def _resize_terminal(arguments: ResizeTerminalArguments, machine: Machine) -> Reaction:
    prompt = _prompt(arguments.terminal_id, machine)
    machine.belongings.prompts[arguments.terminal_id] = replace(
        prompt, rows=arguments.rows, cols=arguments.cols
    )
    return Reaction(Nothing())


def _close_terminal(arguments: CloseTerminalArguments, machine: Machine) -> Reaction:
    _prompt(arguments.terminal_id, machine)
    del machine.belongings.prompts[arguments.terminal_id]
    return Reaction(CloseTerminalResult(exit_code=CLOSED))


def _list_terminals(_: NoArguments, machine: Machine) -> Reaction:
    entries = tuple(
        TerminalEntry(
            terminal_id=name,
            program="sh",
            pid=prompt.pid,
            rows=prompt.rows,
            cols=prompt.cols,
            unread_bytes=len(prompt.unread.encode()),
            ended=False,
            exit_code=None,
        )
        for name, prompt in machine.belongings.prompts.items()
    )
    return Reaction(TerminalsResult(terminals=entries))


def _prompt(name: str, machine: Machine) -> Prompt:
    prompt = machine.belongings.prompts.get(name)
    if prompt is None:
        there = ", ".join(machine.belongings.prompts) or "none"
        detail = f"there is no terminal {name!r}; open: {there}"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)
    return prompt


# Each reaction takes the arguments of its own tool, which no common type can say.
REACTIONS: Mapping[str, Callable[[Any, Machine], Reaction]] = {
    "shell": _shell,
    "open_terminal": _open_terminal,
    "write_terminal": _write_terminal,
    "read_terminal": _read_terminal,
    "resize_terminal": _resize_terminal,
    "close_terminal": _close_terminal,
    "list_terminals": _list_terminals,
}
