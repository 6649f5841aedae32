"""Use the pointer."""

from ..catalog.parts import Nothing
from ..catalog.pointer import (
    ButtonArguments,
    ClickArguments,
    DragArguments,
    MoveArguments,
    PointerResult,
    ScrollArguments,
)
from ..catalog.screen import NoArguments
from ..inputs import Button, Point
from .bench import Bench
from .keyboard import held_meanwhile


def mouse_move(arguments: MoveArguments, bench: Bench) -> Nothing:
    """Move the pointer."""
    bench.desktop.live_inputs.move(arguments.x, arguments.y)
    return Nothing()


def mouse_click(arguments: ClickArguments, bench: Bench) -> Nothing:
    """Click with a button."""
    inputs = bench.desktop.live_inputs
    with held_meanwhile(inputs, arguments.keys):
        inputs.click(arguments.x, arguments.y, Button(arguments.button), arguments.count)
    return Nothing()


def mouse_down(arguments: ButtonArguments, bench: Bench) -> Nothing:
    """Press a button and keep it down."""
    inputs = bench.desktop.live_inputs
    if arguments.at is not None:
        inputs.move(*arguments.at)
    inputs.press(Button(arguments.button))
    return Nothing()


def mouse_up(arguments: ButtonArguments, bench: Bench) -> Nothing:
    """Release a button."""
    inputs = bench.desktop.inputs
    if arguments.at is not None:
        inputs.move(*arguments.at)
    inputs.release(Button(arguments.button))
    return Nothing()


def mouse_drag(arguments: DragArguments, bench: Bench) -> Nothing:
    """Drag along a path."""
    inputs = bench.desktop.live_inputs
    path = [Point(point.x, point.y) for point in arguments.path]
    with held_meanwhile(inputs, arguments.keys):
        inputs.drag(path, Button(arguments.button), arguments.duration_s)
    return Nothing()


def mouse_scroll(arguments: ScrollArguments, bench: Bench) -> Nothing:
    """Turn the wheel."""
    inputs = bench.desktop.live_inputs
    with held_meanwhile(inputs, arguments.keys):
        inputs.scroll(arguments.dx, arguments.dy, arguments.x, arguments.y)
    return Nothing()


def cursor_position(_: NoArguments, bench: Bench) -> PointerResult:
    """Where the pointer is."""
    point = bench.desktop.inputs.cursor_position()
    return PointerResult(x=point.x, y=point.y)
