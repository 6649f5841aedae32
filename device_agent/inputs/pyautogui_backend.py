"""
Input through pyautogui: the way that is left where there is none of our own.

It knows one monitor and the American layout. What it would drop or type wrongly is refused.
"""

import importlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import Failure, ToolError
from .base import Inputs
from .keys import FUNCTION_KEYS
from .terms import Box, Button, Point

NAMES: dict[str, str] = {
    "ctrlright": "ctrlright",
    "shiftright": "shiftright",
    "altright": "altright",
    "winright": "winright",
    "numadd": "add",
    "numsubtract": "subtract",
    "nummultiply": "multiply",
    "numdivide": "divide",
    "numdecimal": "decimal",
    "numenter": "enter",
    "menu": "apps",
    **{
        name: name
        for name in (
            *("ctrl", "shift", "alt", "win", "enter", "tab", "space", "backspace", "delete"),
            *("insert", "esc", "home", "end", "pageup", "pagedown", "up", "down", "left"),
            *("right", "capslock", "numlock", "scrolllock", "printscreen", "pause", "help"),
            *("volumeup", "volumedown", "volumemute", "playpause", "nexttrack", "prevtrack"),
            *(f"num{digit}" for digit in range(10)),
            *FUNCTION_KEYS,
        )
    },
}
# On X11 it types the second of these for the first (pyautogui issue 856).
MISTYPED = frozenset("<")
BUTTONS = {Button.LEFT: "left", Button.MIDDLE: "middle", Button.RIGHT: "right"}


class PyAutoGuiInputs(Inputs):
    """
    Input to whatever desktop pyautogui finds.

    Its pauses are off, and so is its fail-safe, which would make every call fail while the pointer
    rests in a corner: who wants to stop the agent pauses it.

    Raises:
        ToolError: ``no_session`` or ``unavailable`` where pyautogui cannot be used.

    """

    def __init__(self) -> None:
        super().__init__()
        self._gui = _pyautogui()
        self._gui.PAUSE = 0
        self._gui.FAILSAFE = False
        self._gui.MINIMUM_DURATION = 0
        self._gui.MINIMUM_SLEEP = 0

    def cursor_position(self) -> Point:
        place = self._gui.position()
        return Point(int(place.x), int(place.y))

    def desktop(self) -> Box:
        return Box(0, 0, *self._gui.size())

    def window(self, window_id: int) -> Box | None:  # noqa: ARG002
        raise ToolError(Failure.UNAVAILABLE, "pyautogui does not know where windows are")

    def close(self) -> None:
        self.release_all()

    @contextmanager
    def _call(self) -> Iterator[None]:
        yield

    def _check(self, points: Iterable[Point]) -> None:
        for point in points:
            if not self._gui.onScreen(point.x, point.y):
                raise ToolError(Failure.BAD_ARGUMENTS, f"{point.x},{point.y} is on no display")

    def _check_text(self, text: str) -> None:
        for character in text.replace("\r\n", "\n"):
            if not character.isascii() or character in MISTYPED or not self._types(character):
                raise ToolError(
                    Failure.UNAVAILABLE,
                    f"pyautogui cannot type the character U+{ord(character):04X}",
                )

    def _where(self) -> Point:
        return self.cursor_position()

    def _motion(self, point: Point) -> None:
        self._gui.moveTo(point.x, point.y, _pause=False)

    def _button(self, button: Button, down: bool) -> None:
        name = BUTTONS.get(button)
        if name is None:
            raise ToolError(Failure.UNAVAILABLE, f"pyautogui has no button {button.value!r}")
        (self._gui.mouseDown if down else self._gui.mouseUp)(button=name, _pause=False)

    def _wheel(self, dx: int, dy: int) -> None:
        if dy:
            self._gui.vscroll(-dy, _pause=False)
        if dx:
            self._gui.hscroll(dx, _pause=False)

    def _key(self, key: str, down: bool) -> None:
        name = NAMES.get(key, key)
        if not self._gui.isValidKey(name):
            raise ToolError(Failure.UNAVAILABLE, f"pyautogui has no key {key!r} here")
        (self._gui.keyDown if down else self._gui.keyUp)(name, _pause=False)

    def _text(self, text: str) -> None:
        self._check_text(text)
        self._gui.write(text.replace("\r\n", "\n"), _pause=False)

    def _flush(self) -> None:
        pass

    def _types(self, character: str) -> bool:
        valid: bool = self._gui.isValidKey(character)
        return valid


def _pyautogui() -> Any:  # noqa: ANN401 -- the library ships no types
    """
    Import it now: without a display its import fails, without tkinter it ends the process.

    Raises:
        ToolError: ``no_session`` for the first, ``unavailable`` for the second.

    """
    try:
        return importlib.import_module("pyautogui")
    except (ImportError, SystemExit) as error:
        raise ToolError(
            Failure.UNAVAILABLE, f"pyautogui cannot be used here: {error}; install python3-tk"
        ) from error
    except Exception as error:  # the wall between us and what X libraries raise
        raise ToolError(
            Failure.NO_SESSION, f"pyautogui finds no desktop: {type(error).__name__}: {error}"
        ) from error
