import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from device_agent.info import logind
from device_agent.info.logind import FIXED_HEADER, session_is_locked

SIGNAL, METHOD_RETURN, ERROR = 4, 2, 3
HELLO, GET = 1, 2


def answer(kind: int, serial: int, body: bytes = b"") -> bytes:
    """A message of the bus; its only header field is REPLY_SERIAL."""
    fields = struct.pack("<BBBBI", 5, 1, ord("u"), 0, serial)
    return FIXED_HEADER.pack(ord("l"), kind, 0, 1, len(body), 7, len(fields)) + fields + body


@contextmanager
def bus(path: Path, replies: bytes | None) -> Iterator[list[bytes]]:
    """A system bus that admits everybody and says *replies* to the first calls; None: nothing."""
    heard: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        link, _ = listener.accept()
        with link:
            heard.append(link.recv(4096))
            if replies is None:
                link.recv(4096)
                return
            link.sendall(b"OK 1234\r\n")
            while b"LockedHint" not in heard[-1]:
                heard.append(link.recv(4096))
                if not heard[-1]:
                    return
            link.sendall(replies)
            link.recv(1)

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(1)
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield heard
        thread.join()


VARIANT = b"\x01b\x00\x00"


@pytest.mark.parametrize(
    ("replies", "locked"),
    [
        (answer(METHOD_RETURN, GET, VARIANT + b"\x01\x00\x00\x00"), True),
        (answer(METHOD_RETURN, GET, VARIANT + b"\x00\x00\x00\x00"), False),
        (answer(ERROR, GET), None),
        (
            answer(METHOD_RETURN, HELLO, b"\x05\x00\x00\x00:1.42\x00")
            + answer(SIGNAL, 9)
            + answer(METHOD_RETURN, GET, VARIANT + b"\x01\x00\x00\x00"),
            True,
        ),
        (answer(METHOD_RETURN, GET, b"\x01s\x00\x00"), None),
        (b"nonsense", None),
    ],
)
def test_logind_is_believed(replies: bytes, locked: bool | None, tmp_path: Path) -> None:
    with bus(tmp_path / "bus", replies) as heard:
        assert session_is_locked(tmp_path / "bus") is locked
    assert heard[0].startswith(b"\0AUTH EXTERNAL ")


def test_a_bus_that_says_nothing_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(logind, "TIMEOUT_S", 0.05)
    with bus(tmp_path / "bus", None):
        assert session_is_locked(tmp_path / "bus") is None


def test_without_a_bus_nothing_is_known(tmp_path: Path) -> None:
    assert session_is_locked(tmp_path / "bus") is None
    (tmp_path / "bus").touch()
    assert session_is_locked(tmp_path / "bus") is None
