"""How the pointer of a simulated machine answers the tools that use it."""

from collections.abc import Callable, Mapping
from typing import Any

from device_agent.catalog.parts import Place, button_name
from device_agent.catalog.pointer import (
    ButtonArguments,
    ClickArguments,
    DragArguments,
    MoveArguments,
    PointerResult,
    ScrollArguments,
)
from device_agent.catalog.screen import NoArguments

from .machine import Machine
from .reaction import Reaction
from .viewing import pixel


def _mouse_move(arguments: MoveArguments, machine: Machine) -> Reaction:
    _go(arguments.place, machine)
    return _where(machine)


def _mouse_click(arguments: ClickArguments, machine: Machine) -> Reaction:
    _go(arguments.place, machine)
    machine.screen.click()
    return _where(machine)


def _mouse_down(arguments: ButtonArguments, machine: Machine) -> Reaction:
    _go(arguments.place, machine)
    machine.screen.held.add(f"button {button_name(arguments.button)}")
    machine.screen.click()
    return _where(machine)


def _mouse_up(arguments: ButtonArguments, machine: Machine) -> Reaction:
    _go(arguments.place, machine)
    machine.screen.held.discard(f"button {button_name(arguments.button)}")
    return _where(machine)


def _mouse_drag(arguments: DragArguments, machine: Machine) -> Reaction:
    way = [pixel(place, machine.screen) for place in arguments.places]
    machine.screen.move(*way[0])
    machine.screen.click()
    machine.screen.move(*way[-1])
    return _where(machine, arguments.duration_s)


def _mouse_scroll(arguments: ScrollArguments, machine: Machine) -> Reaction:
    _go(arguments.place, machine)
    return _where(machine)


def _cursor_position(_: NoArguments, machine: Machine) -> Reaction:
    return _where(machine)


def _go(place: Place | None, machine: Machine) -> None:
    if place is not None:
        machine.screen.move(*pixel(place, machine.screen))


def _where(machine: Machine, lasts_s: float = 0.0) -> Reaction:
    x, y = machine.screen.pointer
    return Reaction(PointerResult(x=x, y=y), lasts_s)


REACTIONS: Mapping[str, Callable[[Any, Machine], Reaction]] = {
    "mouse_move": _mouse_move,
    "mouse_click": _mouse_click,
    "mouse_down": _mouse_down,
    "mouse_up": _mouse_up,
    "mouse_drag": _mouse_drag,
    "mouse_scroll": _mouse_scroll,
    "cursor_position": _cursor_position,
}
