"""
How a simulated machine answers every tool of the catalog: one reaction each.

A reaction changes the machine and gives the catalog's result model, or fails with the same words
as a real tool. It happens at once; how long it seems to take is :attr:`Reaction.lasts_s`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from device_agent.catalog import Arguments, Tool, ToolResult
from device_agent.catalog.dialects.listing import listing
from device_agent.catalog.keyboard import (
    HoldKeysArguments,
    KeyArguments,
    PressKeysArguments,
    TypeTextArguments,
)
from device_agent.catalog.parts import Nothing
from device_agent.catalog.screen import NoArguments
from device_agent.catalog.system import (
    ListToolsArguments,
    ListToolsResult,
    SystemInfoResult,
    WaitArguments,
    WaitResult,
)
from device_agent.catalog.windows import WindowsResult

from . import commanding, housekeeping, pointing, programs, viewing, widgets, windowing
from .machine import Machine
from .reaction import Reaction


def react(tool: Tool, arguments: Arguments, machine: Machine) -> Reaction:
    """
    Let a machine do what a tool does.

    Raises:
        ToolError: It cannot be done here.

    """
    return REACTIONS[tool.name](arguments, machine)


def _list_windows(_: NoArguments, machine: Machine) -> Reaction:
    screen = machine.screen
    windows = tuple(windowing.entry(each, screen) for each in screen.windows)
    return Reaction(WindowsResult(windows=windows))


def _type_text(arguments: TypeTextArguments, machine: Machine) -> Reaction:
    machine.screen.type(arguments.text)
    return Reaction(Nothing())


def _press_keys(arguments: PressKeysArguments, machine: Machine) -> Reaction:
    for _ in range(arguments.repeat):
        machine.screen.press(_together(arguments.keys))
    return Reaction(Nothing(), arguments.repeat * arguments.hold_s)


def _together(keys: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(keys.split("+")) if isinstance(keys, str) and keys != "+" else tuple(keys)


def _hold_keys(arguments: HoldKeysArguments, machine: Machine) -> Reaction:
    machine.screen.press(_together(arguments.keys))
    return Reaction(Nothing(), arguments.duration_s)


def _key_down(arguments: KeyArguments, machine: Machine) -> Reaction:
    machine.screen.held.add(arguments.key.lower())
    return Reaction(Nothing())


def _key_up(arguments: KeyArguments, machine: Machine) -> Reaction:
    machine.screen.held.discard(arguments.key.lower())
    return Reaction(Nothing())


def _system_info(_: NoArguments, machine: Machine) -> Reaction:
    facts = {name: value for name, value in machine.facts.items() if name != "device_id"}
    gib = facts["memory_total_gb"]
    texts = {
        "uname": f"{facts['os']} {facts['hostname']} {facts['os_version']}",
        "uptime": "up 3 days",
        "memory": f"{gib:g} GiB in all",
        "disk": "512 GiB in all, 300 GiB free",
    }
    return Reaction(SystemInfoResult(facts=facts, texts=texts))


def _wait(arguments: WaitArguments, _: Machine) -> Reaction:
    return Reaction(WaitResult(waited_s=arguments.seconds), arguments.seconds)


def _list_tools(arguments: ListToolsArguments, _: Machine) -> Reaction:
    shown = listing(lambda _: True, arguments.tool_type)
    return Reaction(ListToolsResult(tools=tuple(shown)))


def _at_once(result: Callable[[Any, Machine], ToolResult]) -> Callable[[Any, Machine], Reaction]:
    return lambda arguments, machine: Reaction(result(arguments, machine))


# Each reaction takes the arguments of its own tool, which no common type can say.
REACTIONS: Mapping[str, Callable[[Any, Machine], Reaction]] = {
    **viewing.REACTIONS,
    **pointing.REACTIONS,
    "list_windows": _list_windows,
    **{tool: _at_once(result) for tool, result in windowing.RESULTS.items()},
    **{tool: _at_once(result) for tool, result in widgets.RESULTS.items()},
    **{tool: _at_once(result) for tool, result in programs.RESULTS.items()},
    **{tool: _at_once(result) for tool, result in housekeeping.RESULTS.items()},
    "type_text": _type_text,
    "press_keys": _press_keys,
    "hold_keys": _hold_keys,
    "key_down": _key_down,
    "key_up": _key_up,
    **commanding.REACTIONS,
    "system_info": _system_info,
    "wait": _wait,
    "list_tools": _list_tools,
}
