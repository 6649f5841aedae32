"""
What the operating system knows about sent bytes.

Only Linux tells. Elsewhere a link sees what still waits in this process, not what the system has
taken over; a slow reader of large frames is then waited for less long.
"""

import asyncio
import contextlib
import socket
import struct
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """
    How sent bytes fare.

    Attributes:
        acknowledged_bytes: Taken over by the peer's machine so far.
        unacknowledged_s: Time since its last acknowledgement while packets are under way to it;
            0 when none are. A full receive buffer is no debt: then nothing is under way.

    """

    acknowledged_bytes: int
    unacknowledged_s: float


_SIZE_BYTES = 128
_UNACKED = 24
_LAST_ACK_RECEIVED_MS = 56
_BYTES_ACKED = 120
"""Offsets in Linux's struct tcp_info (include/uapi/linux/tcp.h), fixed since kernel 4.1."""


def sent(connection: socket.socket) -> Sent | None:
    """Ask the kernel; None where it does not tell."""
    if sys.platform != "linux":
        return None
    try:
        info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _SIZE_BYTES)
    except OSError:
        return None
    if len(info) < _SIZE_BYTES:
        return None
    (packets,) = struct.unpack_from("=I", info, _UNACKED)
    (since_ms,) = struct.unpack_from("=I", info, _LAST_ACK_RECEIVED_MS)
    (acknowledged,) = struct.unpack_from("=Q", info, _BYTES_ACKED)
    return Sent(acknowledged, since_ms / 1000 if packets else 0.0)


def hold(transport: asyncio.Transport, *, on: bool) -> None:
    """
    Keep the last, unfilled packet until more follows (TCP_CORK), where the system can.

    The kernel lets go by itself after 200 ms.
    """
    plug = transport.get_extra_info("socket")
    if sys.platform == "linux" and plug is not None and plug.family != socket.AF_UNIX:
        with contextlib.suppress(OSError):
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, int(on))
