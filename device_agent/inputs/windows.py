"""
Pointer and keyboard on Windows, through SendInput.

Type-checked for win32 and written after Microsoft's documentation; the tests run on Linux only.
Windows lets no process send input to the lock screen, to a consent prompt, or to a window of a
process with higher integrity (UIPI); SendInput reports the first two.
"""

import sys

if sys.platform == "win32":
    import ctypes
    from collections.abc import Iterable, Iterator
    from contextlib import contextmanager, suppress
    from ctypes import wintypes

    from ..errors import Failure, ToolError
    from .base import Inputs
    from .terms import Box, Button, Point
    from .windows_keys import EXTENDED, virtual_key

    INPUT_MOUSE = 0
    INPUT_KEYBOARD = 1
    KEYEVENTF_EXTENDEDKEY = 0x0001
    KEYEVENTF_KEYUP = 0x0002
    KEYEVENTF_UNICODE = 0x0004
    MOUSEEVENTF_MOVE = 0x0001
    MOUSEEVENTF_WHEEL = 0x0800
    MOUSEEVENTF_HWHEEL = 0x1000
    MOUSEEVENTF_VIRTUALDESK = 0x4000
    MOUSEEVENTF_ABSOLUTE = 0x8000
    WHEEL_DELTA = 120
    # Absolute places are given on a scale of 0 to 65,535 across the virtual desktop.
    ABSOLUTE_SCALE = 65_535
    SM_XVIRTUALSCREEN, SM_YVIRTUALSCREEN, SM_CXVIRTUALSCREEN, SM_CYVIRTUALSCREEN = 76, 77, 78, 79
    MONITOR_DEFAULTTONULL = 0
    PER_MONITOR_AWARE_V2 = ctypes.c_void_p(-4)
    # Flags to press and to release, and the extra word.
    BUTTONS = {
        Button.LEFT: (0x0002, 0x0004, 0),
        Button.RIGHT: (0x0008, 0x0010, 0),
        Button.MIDDLE: (0x0020, 0x0040, 0),
        Button.BACK: (0x0080, 0x0100, 1),
        Button.FORWARD: (0x0080, 0x0100, 2),
    }
    # What GetAsyncKeyState answers for: mouse buttons are keys 1 to 6.
    KEY_DOWN = 0x8000
    FIRST_KEY, LAST_KEY = 0x08, 0xFE

    class MouseInput(ctypes.Structure):
        """MOUSEINPUT."""

        _fields_ = (
            ("dx", wintypes.LONG),
            ("dy", wintypes.LONG),
            ("data", wintypes.DWORD),
            ("flags", wintypes.DWORD),
            ("time", wintypes.DWORD),
            ("extra", ctypes.c_size_t),
        )

    class KeyboardInput(ctypes.Structure):
        """KEYBDINPUT."""

        _fields_ = (
            ("key", wintypes.WORD),
            ("scan", wintypes.WORD),
            ("flags", wintypes.DWORD),
            ("time", wintypes.DWORD),
            ("extra", ctypes.c_size_t),
        )

    class AnyInput(ctypes.Union):
        """The union inside INPUT."""

        _fields_ = (("mouse", MouseInput), ("keyboard", KeyboardInput))

    class Input(ctypes.Structure):
        """INPUT."""

        _fields_ = (("kind", wintypes.DWORD), ("any", AnyInput))

    class WindowsInputs(Inputs):
        """Input to the desktop session that this process runs in."""

        def __init__(self) -> None:
            super().__init__()
            # Without it places would be scaled by what the primary display scales by.
            ctypes.windll.user32.SetProcessDpiAwarenessContext(PER_MONITOR_AWARE_V2)

        def cursor_position(self) -> Point:
            place = wintypes.POINT()
            if not ctypes.windll.user32.GetCursorPos(ctypes.byref(place)):
                raise ToolError(Failure.LOCKED, "Windows does not tell where the pointer is")
            return Point(place.x, place.y)

        def desktop(self) -> Box:
            metric = ctypes.windll.user32.GetSystemMetrics
            return Box(
                metric(SM_XVIRTUALSCREEN),
                metric(SM_YVIRTUALSCREEN),
                metric(SM_CXVIRTUALSCREEN),
                metric(SM_CYVIRTUALSCREEN),
            )

        def window(self, window_id: int) -> Box | None:
            user32 = ctypes.windll.user32
            area = wintypes.RECT()
            if not user32.IsWindowVisible(window_id) or user32.IsIconic(window_id):
                return None
            if not user32.GetWindowRect(window_id, ctypes.byref(area)):
                return None
            return Box(area.left, area.top, area.right - area.left, area.bottom - area.top)

        def release_all(self) -> None:
            super().release_all()
            state = ctypes.windll.user32.GetAsyncKeyState
            down = [key for key in range(FIRST_KEY, LAST_KEY) if state(key) & KEY_DOWN]
            if down:
                _send(_keyboard(key, KEYEVENTF_KEYUP) for key in down)

        def close(self) -> None:
            with suppress(ToolError):
                super().release_all()

        @contextmanager
        def _call(self) -> Iterator[None]:
            yield

        def _check(self, points: Iterable[Point]) -> None:
            on = ctypes.windll.user32.MonitorFromPoint
            for point in points:
                if not on(wintypes.POINT(point.x, point.y), MONITOR_DEFAULTTONULL):
                    raise ToolError(Failure.BAD_ARGUMENTS, f"{point.x},{point.y} is on no display")

        def _check_text(self, text: str) -> None:
            for character in text:
                if 0xD800 <= ord(character) <= 0xDFFF:
                    detail = f"U+{ord(character):04X} is half a character and cannot be typed"
                    raise ToolError(Failure.BAD_ARGUMENTS, detail)

        def _where(self) -> Point:
            return self.cursor_position()

        def _motion(self, point: Point) -> None:
            left, top, width, height = self.desktop()
            x, y = point.x - left, point.y - top
            flags = MOUSEEVENTF_MOVE | MOUSEEVENTF_ABSOLUTE | MOUSEEVENTF_VIRTUALDESK
            across = -(-x * ABSOLUTE_SCALE // max(1, width - 1))
            down = -(-y * ABSOLUTE_SCALE // max(1, height - 1))
            _send([_mouse(flags, across, down)])

        def _button(self, button: Button, down: bool) -> None:
            if button not in BUTTONS:
                raise ToolError(
                    Failure.UNAVAILABLE, f"Windows has no button {button.value!r}: scroll instead"
                )
            press, release, extra = BUTTONS[button]
            _send([_mouse(press if down else release, word=extra)])

        def _wheel(self, dx: int, dy: int) -> None:
            if dy:
                _send([_mouse(MOUSEEVENTF_WHEEL, word=-dy * WHEEL_DELTA)])
            if dx:
                _send([_mouse(MOUSEEVENTF_HWHEEL, word=dx * WHEEL_DELTA)])

        def _key(self, key: str, down: bool) -> None:
            code, shift = virtual_key(key)
            flags = KEYEVENTF_EXTENDEDKEY if key in EXTENDED else 0
            if not down:
                _send([_keyboard(code, flags | KEYEVENTF_KEYUP)])
                return
            around = [] if not shift or "shift" in self._keys else [virtual_key("shift")[0]]
            _send(
                [
                    *(_keyboard(modifier, 0) for modifier in around),
                    _keyboard(code, flags),
                    *(_keyboard(modifier, KEYEVENTF_KEYUP) for modifier in around),
                ]
            )

        def _text(self, text: str) -> None:
            _send(list(_typed(text.replace("\r\n", "\n"))))

        def _flush(self) -> None:
            pass

    def _typed(text: str) -> Iterator[Input]:
        """Every UTF-16 unit as a key of its own; Enter and Tab as the keys that they are."""
        for character in text:
            if character in "\n\r\t":
                code, _ = virtual_key("tab" if character == "\t" else "enter")
                yield _keyboard(code, 0)
                yield _keyboard(code, KEYEVENTF_KEYUP)
                continue
            units = character.encode("utf-16-le", "surrogatepass")
            for place in range(0, len(units), 2):
                unit = int.from_bytes(units[place : place + 2], "little")
                yield _keyboard(0, KEYEVENTF_UNICODE, unit)
                yield _keyboard(0, KEYEVENTF_UNICODE | KEYEVENTF_KEYUP, unit)

    def _keyboard(key: int, flags: int, scan: int = 0) -> Input:
        content = AnyInput(keyboard=KeyboardInput(key=key, scan=scan, flags=flags))
        return Input(kind=INPUT_KEYBOARD, any=content)

    def _mouse(flags: int, dx: int = 0, dy: int = 0, word: int = 0) -> Input:
        content = AnyInput(mouse=MouseInput(dx=dx, dy=dy, data=word & 0xFFFFFFFF, flags=flags))
        return Input(kind=INPUT_MOUSE, any=content)

    def _send(inputs: Iterable[Input]) -> None:
        events = list(inputs)
        block = (Input * len(events))(*events)
        sent = ctypes.windll.user32.SendInput(len(events), block, ctypes.sizeof(Input))
        if sent != len(events):
            raise ToolError(
                Failure.LOCKED,
                "Windows took no input: the desktop is locked, or a consent prompt has it",
            )
