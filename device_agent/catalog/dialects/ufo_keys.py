"""
The keys that UFO's AppAgent sends, in pywinauto's spelling.

``abc`` is typed. ``{ENTER}``, ``{TAB 2}``, ``{F4}`` and ``~`` (Enter) are keys; ``^``, ``%`` and
``+`` hold Ctrl, Alt and Shift for what comes next, which may be a group: ``^(ac)``. UFO's own
``{VK_CONTROL}c`` does the same. ``{VK_SHIFT down}`` and ``{VK_SHIFT up}`` keep a key down.
``{+}``, ``{{}`` and the like are the characters themselves. Blanks are typed, not left out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ...errors import Failure, ToolError
from ..keyboard import (
    KEY_DOWN,
    KEY_UP,
    PRESS_KEYS,
    TYPE_TEXT,
    KeyArguments,
    PressKeysArguments,
    TypeTextArguments,
)
from .translated import OurCall

TOOLS = (TYPE_TEXT, PRESS_KEYS, KEY_DOWN, KEY_UP)
MAX_REPEAT = 1000
PREFIXES: Mapping[str, str] = {"^": "ctrl", "%": "alt", "+": "shift"}
_HOLDING: Mapping[str, str] = {
    "CONTROL": "ctrl",
    "LCONTROL": "ctrl",
    "RCONTROL": "ctrlright",
    "MENU": "alt",
    "LMENU": "alt",
    "RMENU": "altright",
    "SHIFT": "shift",
    "LSHIFT": "shift",
    "RSHIFT": "shiftright",
    "LWIN": "win",
    "RWIN": "winright",
}
# What pywinauto and Windows call keys, where our own names are others.
_NAMES: Mapping[str, str] = {
    "BS": "backspace",
    "BREAK": "pause",
    "CAPITAL": "capslock",
    "SCROLL": "scrolllock",
    **{f"NUMPAD{number}": f"num{number}" for number in range(10)},
}


@dataclass(slots=True)
class _Reader:
    """Where the reading of a key sequence has come to."""

    text: str
    at: int = 0
    typed: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)

    @property
    def more(self) -> bool:
        return self.at < len(self.text)

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def until(self, closing: str, least: int = 1) -> str:
        """What stands before the next closing one; *least* characters are no such."""
        end = self.text.find(closing, self.at + least)
        if end < 0:
            raise _bad(f"there is no {closing!r} to what opens at character {self.at}")
        inner, self.at = self.text[self.at : end], end + 1
        return inner


def calls(keys: str) -> list[OurCall]:
    """
    What a key sequence comes to.

    Raises:
        ToolError: ``bad_arguments``: it is not well-formed.

    """
    return list(_calls(_Reader(keys)))


def _calls(reader: _Reader) -> Iterator[OurCall]:
    while reader.more:
        character = reader.take()
        if character in PREFIXES:
            reader.held.append(PREFIXES[character])
        elif character == "(":
            yield from _group(reader)
        elif character == "{":
            yield from _braced(reader)
        elif character == "~":
            yield from _pressed(reader, "enter", 1)
        else:
            yield from _character(reader, character, 1)
    yield from _flushed(reader)
    if reader.held:
        yield OurCall(PRESS_KEYS, PressKeysArguments(keys=tuple(reader.held)))


def _group(reader: _Reader) -> Iterator[OurCall]:
    inner = reader.until(")", least=0)
    held, reader.held = reader.held, []
    for character in inner:
        reader.held = list(held)
        yield from _character(reader, character, 1)


def _braced(reader: _Reader) -> Iterator[OurCall]:
    inner = reader.until("}")
    name, _, more = inner.strip().partition(" ")
    if inner == " " or not name:
        yield from _character(reader, " ", 1)
        return
    plain = name.upper().removeprefix("VK_")
    way = more.strip().lower()
    if way in {"down", "up"}:
        yield from _flushed(reader)
        key = KeyArguments(key=_HOLDING.get(plain) or _key(name))
        yield OurCall(KEY_DOWN if way == "down" else KEY_UP, key)
        return
    times = _times(way)
    if plain in _HOLDING and times == 1:
        reader.held.append(_HOLDING[plain])
    elif len(name) == 1:
        yield from _character(reader, name, times)
    else:
        yield from _pressed(reader, _HOLDING.get(plain) or _key(name), times)


def _key(name: str) -> str:
    plain = name.upper().removeprefix("VK_")
    return _NAMES.get(plain, plain.lower() if len(name) > 1 else name)


def _times(words: str) -> int:
    if not words:
        return 1
    if not words.isascii() or not words.isdigit() or not 0 < int(words) <= MAX_REPEAT:
        raise _bad(f"{{KEY {words[:20]}}}: after a key stands down, up or a number to {MAX_REPEAT}")
    return int(words)


def _character(reader: _Reader, character: str, times: int) -> Iterator[OurCall]:
    if reader.held:
        yield from _pressed(reader, character, times)
    else:
        reader.typed.append(character * times)


def _pressed(reader: _Reader, key: str, times: int) -> Iterator[OurCall]:
    yield from _flushed(reader)
    together = (*reader.held, key)
    reader.held = []
    repeat = {} if times == 1 else {"repeat": times}
    yield OurCall(PRESS_KEYS, PressKeysArguments.model_validate({"keys": together, **repeat}))


def _flushed(reader: _Reader) -> Iterator[OurCall]:
    if reader.typed:
        yield OurCall(TYPE_TEXT, TypeTextArguments(text="".join(reader.typed)))
        reader.typed = []


def _bad(detail: str) -> ToolError:
    return ToolError(Failure.BAD_ARGUMENTS, f"keyboard_input: argument keys: {detail}")
