"""Virtual-key codes of Windows (learn.microsoft.com, "Virtual-Key Codes")."""

import sys

from ..errors import Failure, ToolError
from .keys import FUNCTION_KEYS

_F1 = 0x70
_NUMPAD0 = 0x60
SHIFTED = 1

CODES: dict[str, int] = {
    "ctrl": 0xA2,
    "ctrlright": 0xA3,
    "shift": 0xA0,
    "shiftright": 0xA1,
    "alt": 0xA4,
    "altright": 0xA5,
    "altgr": 0xA5,
    "win": 0x5B,
    "winright": 0x5C,
    "enter": 0x0D,
    "tab": 0x09,
    "space": 0x20,
    "backspace": 0x08,
    "delete": 0x2E,
    "insert": 0x2D,
    "esc": 0x1B,
    "home": 0x24,
    "end": 0x23,
    "pageup": 0x21,
    "pagedown": 0x22,
    "left": 0x25,
    "up": 0x26,
    "right": 0x27,
    "down": 0x28,
    "capslock": 0x14,
    "numlock": 0x90,
    "scrolllock": 0x91,
    "printscreen": 0x2C,
    "pause": 0x13,
    "menu": 0x5D,
    "help": 0x2F,
    "numadd": 0x6B,
    "numsubtract": 0x6D,
    "nummultiply": 0x6A,
    "numdivide": 0x6F,
    "numdecimal": 0x6E,
    "numenter": 0x0D,
    "volumeup": 0xAF,
    "volumedown": 0xAE,
    "volumemute": 0xAD,
    "playpause": 0xB3,
    "nexttrack": 0xB0,
    "prevtrack": 0xB1,
    "stoptrack": 0xB2,
    "browserback": 0xA6,
    "browserforward": 0xA7,
    "browserrefresh": 0xA8,
    "browserstop": 0xA9,
    "browsersearch": 0xAA,
    "browserfavorites": 0xAB,
    "browserhome": 0xAC,
    "launchmail": 0xB4,
    "launchmediaselect": 0xB5,
    "launchapp1": 0xB6,
    "launchapp2": 0xB7,
    "sleep": 0x5F,
    "numseparator": 0x6C,
    "select": 0x29,
    "execute": 0x2B,
    "clear": 0x0C,
    "cancel": 0x03,
    "kana": 0x15,
    "junja": 0x17,
    "kanji": 0x19,
    "convert": 0x1C,
    "nonconvert": 0x1D,
    **{f"num{digit}": _NUMPAD0 + digit for digit in range(10)},
    **{name: _F1 + place for place, name in enumerate(FUNCTION_KEYS)},
}

# Keys whose scan code has the E0 prefix: without it they mean their twins on the keypad.
EXTENDED = frozenset(
    (
        *("ctrlright", "altright", "altgr", "win", "winright", "insert", "delete", "home", "end"),
        *("pageup", "pagedown", "left", "right", "up", "down", "numdivide", "numenter"),
        *("printscreen", "menu"),
    )
)

if sys.platform == "win32":
    import ctypes

    def virtual_key(key: str) -> tuple[int, bool]:
        """
        A key's code, and whether its character needs Shift on the current layout.

        Raises:
            ToolError: ``unavailable`` for a character that the layout has only with AltGr or not.

        """
        if key in CODES:
            return CODES[key], False
        told = ctypes.windll.user32.VkKeyScanW(ord(key)) & 0xFFFF if len(key) == 1 else 0xFFFF
        if told == 0xFFFF or told >> 8 > SHIFTED:
            raise ToolError(
                Failure.UNAVAILABLE,
                f"the keyboard layout has no key for {key!r}; type it as text instead",
            )
        return told & 0xFF, bool(told >> 8)
