"""Use the keyboard."""

from collections.abc import Iterator
from contextlib import contextmanager

from ..catalog.keyboard import (
    HoldKeysArguments,
    KeyArguments,
    PressKeysArguments,
    TypeTextArguments,
)
from ..catalog.parts import Nothing
from ..errors import ToolError
from ..inputs import Inputs
from .bench import Bench
from .pasting import paste

# A text is typed in pieces, so that one that is no longer wanted ends soon; the typing backends
# bind keys for characters piece by piece too, so pieces must not be small.
PIECE_CHARS = 500


def type_text(arguments: TypeTextArguments, bench: Bench) -> Nothing:
    """Type a text into the window that has the focus, or nothing where that cannot be done."""
    if arguments.via == "clipboard":
        return paste(arguments, bench)
    text = arguments.text
    bench.desktop.live_inputs.check_text(text)
    for start in range(0, len(text), PIECE_CHARS):
        try:
            bench.cancellation.check()
            bench.desktop.live_inputs.type_text(text[start : start + PIECE_CHARS])
        except ToolError as error:
            if not start:
                raise
            typed = f"the first {start} of {len(text)} characters had been typed"
            raise ToolError(error.failure, f"{error.detail}; {typed}") from error
    return Nothing()


def press_keys(arguments: PressKeysArguments, bench: Bench) -> Nothing:
    """Press keys together and release them."""
    inputs = bench.desktop.live_inputs
    for _ in range(arguments.repeat):
        bench.cancellation.check()
        if arguments.hold_s:
            with inputs.holding(arguments.keys):
                bench.cancellation.wait(arguments.hold_s)
        else:
            inputs.press_keys(arguments.keys)
    return Nothing()


def hold_keys(arguments: HoldKeysArguments, bench: Bench) -> Nothing:
    """Hold keys down for a while."""
    with bench.desktop.live_inputs.holding(arguments.keys):
        bench.cancellation.wait(arguments.duration_s)
    return Nothing()


def key_down(arguments: KeyArguments, bench: Bench) -> Nothing:
    """Press a key and keep it down."""
    bench.desktop.live_inputs.key_down(arguments.key)
    return Nothing()


def key_up(arguments: KeyArguments, bench: Bench) -> Nothing:
    """Release a key."""
    bench.desktop.inputs.key_up(arguments.key)
    return Nothing()


@contextmanager
def held_meanwhile(inputs: Inputs, keys: str | tuple[str, ...]) -> Iterator[None]:
    """Hold *keys* meanwhile; none is fine."""
    if not keys:
        yield
        return
    with inputs.holding(keys):
        yield
