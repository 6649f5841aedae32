"""
Whether logind holds the session for locked, asked over D-Bus without a library.

One call over the system bus (https://dbus.freedesktop.org/doc/dbus-specification.html): Get of the
property LockedHint, which screen lockers of GNOME, KDE and others keep true while they lock.
"""

import os
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

SYSTEM_BUS = Path("/run/dbus/system_bus_socket")
# A bus answers in less than a millisecond; one that does not must not delay a heartbeat.
TIMEOUT_S = 0.2
LOGIND = "org.freedesktop.login1"
# systemd's name for the session of the caller or, for a service, of the user's display.
SESSION = "/org/freedesktop/login1/session/auto"
METHOD_CALL, METHOD_RETURN, ERROR = 1, 2, 3
FIXED_HEADER = struct.Struct("<BBBBIII")
REPLY_SERIAL = 5
MAX_MESSAGE_BYTES = 1 << 16
# A variant that holds a boolean: its signature "b" and padding, then 32 bits.
TRUE = b"\x01b\x00\x00\x01\x00\x00\x00"
FALSE = b"\x01b\x00\x00\x00\x00\x00\x00"


def session_is_locked(bus: Path = SYSTEM_BUS) -> bool | None:
    """Whether the session is locked; None where there is no logind, no session, or no answer."""
    if sys.platform == "win32" or not bus.exists():
        return None
    with suppress(OSError, EOFError), socket.socket(socket.AF_UNIX) as link:
        link.settimeout(TIMEOUT_S)
        link.connect(str(bus))
        body = _locked_hint(_Bus(link))
        return {TRUE: True, FALSE: False}.get(body)
    return None


def _locked_hint(bus: "_Bus") -> bytes:
    """The variant that Get returns; b"" for an error."""
    bus.authenticate()
    bus.call(1, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")
    arguments = _string(f"{LOGIND}.Session")
    arguments = _padded(arguments, 4) + _string("LockedHint")
    bus.call(2, LOGIND, SESSION, "org.freedesktop.DBus.Properties", "Get", "ss", arguments)
    return bus.reply_to(2)


class _Bus:
    """As much of D-Bus as one question needs: little-endian messages, in order."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._stream = link.makefile("rb")

    def authenticate(self) -> None:
        user = str(os.getuid()).encode().hex() if hasattr(os, "getuid") else ""
        self._link.sendall(b"\0AUTH EXTERNAL " + user.encode() + b"\r\n")
        if not self._stream.readline(MAX_MESSAGE_BYTES).startswith(b"OK "):
            raise EOFError
        self._link.sendall(b"BEGIN\r\n")

    def call(
        self,
        serial: int,
        destination: str,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: bytes = b"",
    ) -> None:
        fields = [
            _field(1, b"o", _string(path)),
            _field(2, b"s", _string(interface)),
            _field(3, b"s", _string(member)),
            _field(6, b"s", _string(destination)),
        ]
        if signature:
            fields.append(_field(8, b"g", bytes([len(signature)]) + signature.encode() + b"\0"))
        # Every field starts on a multiple of eight, but the last is not filled up to one.
        block = b"".join(_padded(field, 8) for field in fields[:-1]) + fields[-1]
        head = FIXED_HEADER.pack(ord("l"), METHOD_CALL, 0, 1, len(body), serial, len(block))
        self._link.sendall(_padded(head + block, 8) + body)

    def reply_to(self, serial: int) -> bytes:
        """The body of the answer to that call; b"" for an error. Other messages are passed over."""
        while True:
            head = self._read(FIXED_HEADER.size)
            _, kind, _, _, size, _, fields_size = FIXED_HEADER.unpack(head)
            if size + fields_size > MAX_MESSAGE_BYTES:
                raise EOFError
            fields = self._read(fields_size + -fields_size % 8)
            body = self._read(size)
            answers = struct.pack("<BBBBI", REPLY_SERIAL, 1, ord("u"), 0, serial)
            if kind in {METHOD_RETURN, ERROR} and answers in fields:
                return body if kind == METHOD_RETURN else b""

    def _read(self, size: int) -> bytes:
        content = self._stream.read(size)
        if len(content) < size:
            raise EOFError
        return content


def _string(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<I", len(encoded)) + encoded + b"\0"


def _field(code: int, kind: bytes, value: bytes) -> bytes:
    return bytes([code, 1]) + kind + b"\0" + value


def _padded(content: bytes, multiple: int) -> bytes:
    return content + bytes(-len(content) % multiple)
