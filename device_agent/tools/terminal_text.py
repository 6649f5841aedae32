"""What programs write to terminals, and what keys send to them. Pure."""

import difflib
import re

from ..errors import Failure, ToolError

# Control sequences (ECMA-48, sections 5.4 and 5.6): with parameters, as strings, and all others.
_SEQUENCE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"
    r"|\x1b[PX^_][^\x1b]*(?:\x1b\\)?"
    r"|\x1b[ -/]*[0-~]"
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNFINISHED = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*(?:\x1b)?|[ -/]*)?\Z|"
    rb"(?:[\xc0-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf7][\x80-\xbf]{0,2})\Z"
)
_LOOKED_BACK_BYTES = 256

_KEYS = {
    "enter": "\r",
    "return": "\r",
    "tab": "\t",
    "esc": "\x1b",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "delete": "\x1b[3~",
    "insert": "\x1b[2~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "shift+tab": "\x1b[Z",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    **{
        f"f{number}": f"\x1b[{code}~"
        for number, code in zip(range(5, 13), (15, 17, 18, 19, 20, 21, 23, 24), strict=True)
    },
}


def plain(text: str) -> str:
    """A text as it is read: without escape sequences, with line ends as its only controls."""
    seen = _SEQUENCE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("", seen)


def finished_bytes(content: bytes) -> int:
    """How much of *content* there is before a sequence or a character that is not there in full."""
    start = max(0, len(content) - _LOOKED_BACK_BYTES)
    found = _UNFINISHED.search(content, start)
    return found.start() if found and found.start() > 0 else len(content)


def key_bytes(name: str) -> bytes:
    """
    What a key of this name sends.

    Raises:
        ToolError: ``bad_arguments``, with names that are like it.

    """
    word = name.strip().lower().replace("control", "ctrl").replace("_", "").replace(" ", "")
    if word in _KEYS:
        return _KEYS[word].encode()
    modifier, plus, key = word.partition("+")
    if modifier == "alt" and plus and key:
        return b"\x1b" + (name.strip()[-1:].encode() if len(key) == 1 else key_bytes(key))
    if (
        modifier == "ctrl"
        and len(key) == 1
        and (key.isascii() and key in "abcdefghijklmnopqrstuvwxyz@[\\]^_?")
    ):
        return b"\x7f" if key == "?" else bytes([ord(key.upper()) & 0x1F])
    if len(name) == 1:
        return name.encode()
    close = difflib.get_close_matches(word, [*_KEYS, "ctrl+c", "ctrl+d", "alt+b"], n=3, cutoff=0.5)
    hint = f"; nearest: {', '.join(close)}" if close else ""
    raise ToolError(Failure.BAD_ARGUMENTS, f"write_terminal: there is no key {name[:40]!r}{hint}")
