"""Pointer and keyboard on X11, through XTEST over one connection."""

import contextlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from .. import xserver
from ..errors import Failure, ToolError
from .base import Inputs
from .terms import Box, Button, Named, Point
from .x11_keyboard import X11Keyboard
from .x11_keysyms import NAMED, keysym_of
from .x11_server import Layout, XServer

BUTTONS = {button: number for number, button in enumerate(Button, 1)}
WHEEL_UP, WHEEL_DOWN, WHEEL_LEFT, WHEEL_RIGHT = 4, 5, 6, 7


class X11Inputs(Inputs):
    """
    Input to one X server.

    Keys and buttons are pressed on the server's XTEST devices, which no person uses. Whatever is
    down there and was not pressed by this object was left by a process that died, so every call
    lifts it first: else X would repeat the key for ever.

    Args:
        display: The server's name, such as ``":0"``.

    """

    def __init__(self, display: str) -> None:
        super().__init__()
        self._name = display
        self._open: tuple[XServer, X11Keyboard] | None = None
        self._keycodes: dict[str, int] = {}
        self._layout = Layout(Box(0, 0, 0, 0), ())

    def cursor_position(self) -> Point:
        with self._call():
            return self._server.pointer()

    def desktop(self) -> Box:
        with self._call():
            return self._layout.desktop

    def window(self, window_id: int) -> Box | None:
        with self._call():
            return self._server.window(window_id)

    def covering(self, window_id: int, point: Point) -> int | None:
        with self._call():
            return self._server.covering(window_id, point)

    def close(self) -> None:
        if self._open is None:
            return
        with contextlib.suppress(ToolError):
            self.release_all()
        if self._open is not None:
            with contextlib.suppress(ToolError), xserver.answering():
                self._keyboard.close()
            self._forget()

    @property
    def _server(self) -> XServer:
        return self._opened()[0]

    @property
    def _keyboard(self) -> X11Keyboard:
        return self._opened()[1]

    @contextmanager
    def _call(self) -> Iterator[None]:
        self._begin()
        with self._noticing_loss():
            try:
                yield
            finally:
                self._server.sync()

    def _begin(self) -> None:
        """Lift strays, over a new connection where the old one was lost since the last call."""
        if self._open is not None:
            try:
                with self._noticing_loss():
                    self._lift_strays()
            except ToolError as error:
                if error.failure is not Failure.NO_SESSION:
                    raise
            else:
                return
        with self._noticing_loss():
            self._lift_strays()

    @contextmanager
    def _noticing_loss(self) -> Iterator[None]:
        try:
            with xserver.answering():
                yield
        except ToolError as error:
            if error.failure is Failure.NO_SESSION:
                self._forget()
            raise

    def _lift_strays(self) -> None:
        down, self._layout = self._server.look()
        ours = {BUTTONS[button] for button in self._buttons}
        for keycode in down.keycodes.difference(self._keycodes.values()):
            self._server.key(keycode, down=False)
        for number in down.buttons - ours:
            self._server.button(number, down=False)

    def _check(self, points: Iterable[Point]) -> None:
        layout = self._layout
        for point in points:
            if not any(display.has(point) for display in layout.displays):
                boxes = ", ".join(f"{w}x{h} at {x},{y}" for x, y, w, h in layout.displays)
                raise ToolError(
                    Failure.BAD_ARGUMENTS,
                    f"{point.x},{point.y} is on no display; there are: {boxes}",
                )

    def _check_text(self, text: str) -> None:
        self._keyboard.check(text)

    def _named_at(self, point: Point) -> Named | None:
        return self._server.names.at(point) if self.guard.watches else None

    def _named_focus(self) -> Named | None:
        return self._server.names.focused() if self.guard.watches else None

    def _where(self) -> Point:
        return self._server.pointer()

    def _motion(self, point: Point) -> None:
        self._server.motion(point)

    def _button(self, button: Button, down: bool) -> None:
        self._server.button(BUTTONS[button], down)

    def _wheel(self, dx: int, dy: int) -> None:
        turns = (
            (WHEEL_DOWN if dy > 0 else WHEEL_UP, dy),
            (WHEEL_RIGHT if dx > 0 else WHEEL_LEFT, dx),
        )
        for number, notches in turns:
            for _ in range(abs(notches)):
                self._server.button(number, down=True)
                self._server.button(number, down=False)

    def _key(self, key: str, down: bool) -> None:
        if not down:
            self._lift(key)
            return
        stroke = self._keyboard.stroke(_keysyms(key))
        held = frozenset(self._keycodes.values())
        self._keycodes[key] = stroke.keycode
        self._keyboard.press(stroke, held)

    def _lift(self, key: str) -> None:
        keycode = self._keycodes.pop(key, None)
        if keycode is not None and keycode not in self._keycodes.values():
            self._server.key(keycode, down=False)

    def _text(self, text: str) -> None:
        self._keyboard.type(text)

    def _flush(self) -> None:
        self._server.flush()

    def _opened(self) -> tuple[XServer, X11Keyboard]:
        if self._open is None:
            server = XServer(self._name)
            self._open = (server, X11Keyboard(server))
        return self._open

    def _forget(self) -> None:
        """Drop the connection. What was held went with the server, or is lifted as a stray."""
        if self._open is not None:
            self._open[0].close()
            self._open = None
        self._keycodes.clear()
        self._keys.clear()
        self._buttons.clear()


def _keysyms(key: str) -> tuple[int, ...]:
    named = NAMED.get(key)
    if named is not None:
        return named
    keysym = keysym_of(key)
    if keysym is None:
        raise ToolError(Failure.BAD_ARGUMENTS, f"the character U+{ord(key):04X} is on no key")
    return (keysym,)
