"""
Keysyms, X11's numbers for what is printed on a key. Pure.

Source: "KEYSYM Encoding", appendix A of the X Window System Protocol, and X11/keysymdef.h.
"""

from .keys import FUNCTION_KEYS

NO_SYMBOL = 0
SHIFT_L = 0xFFE1
ISO_LEVEL3_SHIFT = 0xFE03
# Unicode characters from U+0100 on are this plus their code point.
UNICODE = 0x01000000

_F1 = 0xFFBE
_KP_0 = 0xFFB0
_XF86 = 0x1008FF00

# In order of preference: a layout without the first may have the second.
NAMED: dict[str, tuple[int, ...]] = {
    "ctrl": (0xFFE3, 0xFFE4),
    "ctrlright": (0xFFE4, 0xFFE3),
    "shift": (0xFFE1, 0xFFE2),
    "shiftright": (0xFFE2, 0xFFE1),
    "alt": (0xFFE9, 0xFFE7),
    "altright": (0xFFEA, ISO_LEVEL3_SHIFT, 0xFFE9),
    "altgr": (ISO_LEVEL3_SHIFT, 0xFFEA, 0xFF7E),
    "win": (0xFFEB, 0xFFEC, 0xFFE7),
    "winright": (0xFFEC, 0xFFEB),
    "enter": (0xFF0D,),
    "tab": (0xFF09,),
    "space": (0x0020,),
    "backspace": (0xFF08,),
    "delete": (0xFFFF,),
    "insert": (0xFF63,),
    "esc": (0xFF1B,),
    "home": (0xFF50,),
    "end": (0xFF57,),
    "pageup": (0xFF55,),
    "pagedown": (0xFF56,),
    "left": (0xFF51,),
    "up": (0xFF52,),
    "right": (0xFF53,),
    "down": (0xFF54,),
    "capslock": (0xFFE5,),
    "numlock": (0xFF7F,),
    "scrolllock": (0xFF14,),
    "printscreen": (0xFF61,),
    "pause": (0xFF13,),
    "menu": (0xFF67,),
    "help": (0xFF6A,),
    "numadd": (0xFFAB,),
    "numsubtract": (0xFFAD,),
    "nummultiply": (0xFFAA,),
    "numdivide": (0xFFAF,),
    "numdecimal": (0xFFAE,),
    "numenter": (0xFF8D,),
    "volumeup": (_XF86 | 0x13,),
    "volumedown": (_XF86 | 0x11,),
    "volumemute": (_XF86 | 0x12,),
    "playpause": (_XF86 | 0x14,),
    "nexttrack": (_XF86 | 0x17,),
    "prevtrack": (_XF86 | 0x16,),
    "stoptrack": (_XF86 | 0x15,),
    "browserback": (_XF86 | 0x26,),
    "browserforward": (_XF86 | 0x27,),
    "browserrefresh": (_XF86 | 0x29, _XF86 | 0x73),
    "browserhome": (_XF86 | 0x18,),
    "browsersearch": (_XF86 | 0x1B,),
    "browserstop": (_XF86 | 0x28,),
    "browserfavorites": (_XF86 | 0x30,),
    "launchmail": (_XF86 | 0x19,),
    "launchmediaselect": (_XF86 | 0x32,),
    "launchapp1": (_XF86 | 0x33,),
    "launchapp2": (_XF86 | 0x1D,),
    "sleep": (_XF86 | 0x2F,),
    "browser": (_XF86 | 0x2E,),
    "explorer": (_XF86 | 0x5D,),
    "brightnessup": (_XF86 | 0x02,),
    "brightnessdown": (_XF86 | 0x03,),
    "cut": (_XF86 | 0x58,),
    "copy": (_XF86 | 0x57,),
    "paste": (_XF86 | 0x6D,),
    "numseparator": (0xFFAC,),
    "select": (0xFF60,),
    "execute": (0xFF62,),
    "clear": (0xFF0B,),
    "cancel": (0xFF69,),
    "break": (0xFF6B,),
    "sysrq": (0xFF15,),
    "undo": (0xFF65,),
    "redo": (0xFF66,),
    "find": (0xFF68,),
    "compose": (0xFF20,),
    "hyper": (0xFFED,),
    "hyperright": (0xFFEE,),
    "backtab": (0xFE20,),
    "kana": (0xFF2D, 0xFF27, 0xFF31),
    "kanji": (0xFF21, 0xFF34),
    "junja": (0xFF38,),
    "convert": (0xFF23,),
    "nonconvert": (0xFF22,),
    "deadgrave": (0xFE50,),
    "deadacute": (0xFE51,),
    "deadcircumflex": (0xFE52,),
    "deadtilde": (0xFE53,),
    "deaddiaeresis": (0xFE57,),
    **{f"num{digit}": (_KP_0 + digit,) for digit in range(10)},
    **{name: (_F1 + place,) for place, name in enumerate(FUNCTION_KEYS)},
}

_CONTROLS = {"\n": 0xFF0D, "\r": 0xFF0D, "\t": 0xFF09, "\b": 0xFF08, "\x1b": 0xFF1B}

# The blocks before Unicode follow other standards: high byte -> codec and the low bytes for which
# the two agree in every place.
_LEGACY: tuple[tuple[int, str, tuple[tuple[int, int], ...]], ...] = (
    (0x01, "iso8859-2", ((0xA1, 0xFF),)),
    (0x02, "iso8859-3", ((0xA1, 0xFF),)),
    (0x03, "iso8859-4", ((0xA2, 0xFF),)),
    (0x05, "iso8859-6", ((0xC1, 0xDA), (0xE0, 0xF2))),
    (0x06, "koi8-u", ((0xA3, 0xA4), (0xA6, 0xA7), (0xAD, 0xAD), (0xC0, 0xFF))),
    (0x06, "koi8-u", ((0xB3, 0xB4), (0xB6, 0xB7), (0xBD, 0xBD))),
    (0x07, "iso8859-7", ((0xC1, 0xD1), (0xD4, 0xD9), (0xE1, 0xF1), (0xF4, 0xF9))),
    (0x0C, "iso8859-8", ((0xE0, 0xFA),)),
    (0x0D, "tis-620", ((0xA1, 0xDA), (0xDF, 0xF9))),
    (0x13, "iso8859-15", ((0xBC, 0xBE),)),
)
_EURO = 0x20AC


def keysym_of(character: str) -> int | None:
    """The keysym of one character; None for one that no key can stand for."""
    control = _CONTROLS.get(character)
    if control is not None:
        return control
    code = ord(character)
    if 0x20 <= code < 0x7F or 0xA0 <= code <= 0xFF:
        return code
    if code < 0xA0 or 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE:
        return None
    return UNICODE | code


def modern(keysym: int) -> int:
    """The keysym of the same character in the Unicode block, or *keysym* itself."""
    return _TO_UNICODE.get(keysym, keysym)


def _legacy_table() -> dict[int, int]:
    table = {_EURO: UNICODE | _EURO}
    for high, codec, ranges in _LEGACY:
        for first, last in ranges:
            for low in range(first, last + 1):
                text = bytes([low]).decode(codec, "ignore")
                if text:
                    code = ord(text)
                    table[high << 8 | low] = code if code <= 0xFF else UNICODE | code
    return table


_TO_UNICODE = _legacy_table()


def is_keypad(keysym: int) -> bool:
    """Whether it is on the numeric keypad, where Num Lock decides what a key means."""
    return 0xFF80 <= keysym <= 0xFFBD
