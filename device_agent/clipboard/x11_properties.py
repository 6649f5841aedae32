"""
Properties of X11 windows, through which clips travel, and the names of their types.

xcffib's own functions take and give each byte as an object, which costs a second for 16 MB.
"""

import io
import struct
from dataclasses import dataclass
from typing import Any

import xcffib
import xcffib.xproto

CHANGE_PROPERTY, GET_PROPERTY = 18, 20
# In words of four bytes, as the protocol counts them.
PIECE_WORDS = 1 << 18
WORD_BITS = 32


class _Reply(xcffib.Reply):  # type: ignore[misc]
    xge = False

    def __init__(self, unpacker: Any) -> None:  # noqa: ANN401 -- xcffib has no types
        super().__init__(unpacker)
        self.format, self.type, self.left, count = unpacker.unpack("=xB2x4xIII12x")
        start = unpacker.offset
        self.content = bytes(unpacker.buf[start : start + count * (self.format // 8)])


class _Cookie(xcffib.Cookie):  # type: ignore[misc]
    reply_type = _Reply


@dataclass(frozen=True, slots=True)
class Property:
    """
    What a property holds.

    Attributes:
        type: An atom.
        content: As the server keeps it, in this machine's byte order.
        whole: Whether that is all; else it was too large and is still there.

    """

    type: int
    content: bytes
    whole: bool = True

    @property
    def numbers(self) -> tuple[int, ...]:
        """The content as numbers of 32 bits, as atoms and times are."""
        count = len(self.content) // 4
        return struct.unpack(f"={count}I", self.content[: count * 4])


class Properties:
    """
    Reads and writes properties over one connection, and knows atoms by their names.

    Args:
        connection: Used by the caller's thread alone.

    """

    def __init__(self, connection: "xcffib.Connection") -> None:
        self._core = connection.core
        self._atoms: dict[str, int] = {}
        self._names: dict[int, str] = {0: ""}

    def atom(self, name: str) -> int:
        """The server's number for *name*."""
        if name not in self._atoms:
            number: int = self._core.InternAtom(False, len(name), name).reply().atom
            self._atoms[name], self._names[number] = number, name
        return self._atoms[name]

    def name(self, atom: int) -> str:
        """The name of a number; empty where it has none."""
        if atom not in self._names:
            try:
                told = self._core.GetAtomName(atom).reply()
            except xcffib.xproto.AtomError:
                return ""
            self._names[atom] = bytes(told.name.buf()).decode("latin-1")
        return self._names[atom]

    def put(self, window: int, name: int, kind: int, content: bytes, *, bits: int = 8) -> None:
        """Set a property; whether the window exists is not waited for."""
        count = len(content) * 8 // bits
        mode = xcffib.xproto.PropMode.Replace
        head = struct.pack("=xB2xIIIB3xI", mode, window, name, kind, bits, count)
        self._core.send_request(CHANGE_PROPERTY, io.BytesIO(head + content))

    def put_numbers(self, window: int, name: int, kind: int, numbers: tuple[int, ...]) -> None:
        """Set a property to numbers of 32 bits."""
        self.put(window, name, kind, struct.pack(f"={len(numbers)}I", *numbers), bits=WORD_BITS)

    def take(self, window: int, name: int, most_bytes: int) -> Property | None:
        """Read a property and delete it; None where there is none. Stops after *most_bytes*."""
        content = bytearray()
        while True:
            reply = self._piece(window, name, len(content) // 4)
            content += reply.content
            if not reply.type:
                return None
            if not reply.left:
                return Property(reply.type, bytes(content))
            if len(content) >= most_bytes:
                return Property(reply.type, bytes(content), whole=False)

    def _piece(self, window: int, name: int, at_word: int) -> _Reply:
        any_type = xcffib.xproto.GetPropertyType.Any
        request = struct.pack("=xB2xIIIII", True, window, name, any_type, at_word, PIECE_WORDS)
        asked = self._core.send_request(GET_PROPERTY, io.BytesIO(request), _Cookie, is_checked=True)
        reply: _Reply = asked.reply()
        return reply


def hidden_window(connection: "xcffib.Connection") -> int:
    """A window that nobody sees, and that tells when its properties change."""
    window: int = connection.generate_id()
    root = connection.setup.roots[connection.pref_screen].root
    connection.core.CreateWindow(
        depth=0,
        wid=window,
        parent=root,
        x=0,
        y=0,
        width=1,
        height=1,
        border_width=0,
        _class=xcffib.xproto.WindowClass.InputOnly,
        visual=0,
        value_mask=xcffib.xproto.CW.EventMask,
        value_list=[xcffib.xproto.EventMask.PropertyChange],
    )
    return window
