"""Use the pointer."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ..catalog.parts import Place, button_name
from ..catalog.pointer import (
    ButtonArguments,
    ClickArguments,
    DragArguments,
    MoveArguments,
    PointerResult,
    ScrollArguments,
)
from ..catalog.screen import NoArguments
from ..inputs import Button, Inputs, Point
from .bench import Bench
from .keyboard import held_meanwhile
from .places import point_of, points_of

# Where the pointer is.
HERE = (None, None)


def mouse_move(arguments: MoveArguments, bench: Bench) -> PointerResult:
    """Move the pointer."""
    inputs = bench.desktop.live_inputs
    return _at(inputs.move(*point_of(arguments.place, inputs, bench.desktop.views)))


def mouse_click(arguments: ClickArguments, bench: Bench) -> PointerResult:
    """Click with a button."""
    inputs = bench.desktop.live_inputs
    point = _point_if(arguments.place, inputs, bench)
    button = Button(button_name(arguments.button))
    x, y = point or HERE
    with _keys_held(inputs, arguments.keys, () if point is None else (point,)):
        return _at(inputs.click(x, y, button, arguments.count))


def mouse_down(arguments: ButtonArguments, bench: Bench) -> PointerResult:
    """Press a button and keep it down."""
    inputs = bench.desktop.live_inputs
    _go_if(arguments.place, inputs, bench)
    return _at(inputs.press(Button(button_name(arguments.button))))


def mouse_up(arguments: ButtonArguments, bench: Bench) -> PointerResult:
    """Release a button."""
    inputs = bench.desktop.inputs
    _go_if(arguments.place, inputs, bench)
    return _at(inputs.release(Button(button_name(arguments.button))))


def mouse_drag(arguments: DragArguments, bench: Bench) -> PointerResult:
    """Drag along a path."""
    inputs = bench.desktop.live_inputs
    path = points_of(arguments.places, inputs, bench.desktop.views)
    button = Button(button_name(arguments.button))
    with _keys_held(inputs, arguments.keys, path):
        return _at(inputs.drag(path, button, arguments.duration_s))


def mouse_scroll(arguments: ScrollArguments, bench: Bench) -> PointerResult:
    """Turn the wheel."""
    inputs = bench.desktop.live_inputs
    point = _point_if(arguments.place, inputs, bench)
    x, y = point or HERE
    with _keys_held(inputs, arguments.keys, () if point is None else (point,)):
        return _at(inputs.scroll(arguments.dx, arguments.dy, x, y))


def cursor_position(_: NoArguments, bench: Bench) -> PointerResult:
    """Where the pointer is."""
    return _at(bench.desktop.inputs.cursor_position())


def _point_if(place: Place | None, inputs: Inputs, bench: Bench) -> Point | None:
    return None if place is None else point_of(place, inputs, bench.desktop.views)


def _go_if(place: Place | None, inputs: Inputs, bench: Bench) -> None:
    if place is not None:
        inputs.move(*point_of(place, inputs, bench.desktop.views))


def _at(point: Point) -> PointerResult:
    return PointerResult(x=point.x, y=point.y)


@contextmanager
def _keys_held(
    inputs: Inputs, keys: str | tuple[str, ...], points: Iterable[Point]
) -> Iterator[None]:
    """Hold *keys* meanwhile, but press none where a place turns out to be on no display."""
    if keys:
        inputs.check(points)
    with held_meanwhile(inputs, keys):
        yield
