"""
When to ping, and when a silent link is dead. Pure: the clock and all counts are handed in.

Any byte from the peer is a sign of life. After ``ping_after_s`` without one a ping goes out, and
without a sign within ``pong_within_s`` after it the link is dead, so that a half-open link is
noticed within the sum of the two.

A ping waits its turn behind what was sent before it, and a peer that reads 1 KB/s is slow, not
dead. So what it has not read yet buys it time, and the time starts anew whenever something
moves. One thing is never slowness: packets that the peer's machine does not even acknowledge
(Linux tells). Then the path is gone, however much was under way.
"""

from dataclasses import dataclass
from enum import Enum, auto

BACKLOG_BYTES = 16 * 1024
"""Less than this unread is no backlog but the ordinary course of a conversation."""

PEER_BUFFER_BYTES = 512 * 1024
"""
What a peer can take off our hands without having read it, and without our seeing it move.

Measured on loopback with a reader at 1 KB/s: 128 KiB lie in its system (net.ipv4.tcp_rmem), and
asyncio takes another 256 KiB at once before a slow program gets any of it.
"""


@dataclass(frozen=True, slots=True)
class Pace:
    """
    How patient a link is.

    Attributes:
        ping_after_s: Silence before a ping.
        pong_within_s: How long a ping may stay unanswered when nothing lies before it.
        look_every_s: Between two looks; deadlines are overrun by that much at most.
        slowest_bytes_s: The slowest reader that is still waited for, in bytes a second.
        close_within_s: How long a closing handshake may take.

    """

    ping_after_s: float = 10.0
    pong_within_s: float = 10.0
    look_every_s: float = 1.0
    slowest_bytes_s: float = 1000.0
    close_within_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """
    What can be seen of a link at one moment.

    Attributes:
        heard_s: When the last byte came in.
        out_bytes: Bytes that have left this side so far, as precisely as the system tells.
        unread_bytes: Payload sent since the last ping that was answered.
        queued_bytes: What of it has not even left this process.
        is_deaf: We ourselves do not read at the moment, so silence proves nothing.
        unacknowledged_s: How long the peer's machine has owed an acknowledgement for packets
            under way; 0 when it owes none or nobody can tell.

    """

    heard_s: float
    out_bytes: int = 0
    unread_bytes: int = 0
    queued_bytes: int = 0
    is_deaf: bool = False
    unacknowledged_s: float = 0.0


class Verdict(Enum):
    """What a look at a link leads to."""

    WAIT = auto()
    PING = auto()
    DEAD = auto()


class Liveness:
    """
    Judges one link by samples of it.

    Args:
        pace: How patient to be.
        now_s: A clock that never jumps.

    """

    __slots__ = ("_deaf_s", "_looked_s", "_moved_s", "_out_bytes", "_pace", "_pinged_s")

    def __init__(self, pace: Pace, now_s: float) -> None:
        self._pace = pace
        self._looked_s = now_s
        self._moved_s = now_s
        self._deaf_s = now_s
        self._out_bytes = 0
        self._pinged_s: float | None = None

    def answered(self) -> None:
        """Report the answer to the last ping."""
        self._pinged_s = None

    def look(self, now_s: float, sample: Sample) -> Verdict:
        """Judge; after ``PING`` the caller pings."""
        slept = now_s - self._looked_s > self._pace.look_every_s + self._pace.pong_within_s
        self._looked_s = now_s
        if sample.is_deaf:
            self._deaf_s = now_s
        if sample.out_bytes > self._out_bytes:
            self._out_bytes = sample.out_bytes
            self._moved_s = now_s
        if slept:
            # A machine that slept owes its peers a fresh question before it judges them.
            return self._ask(now_s)
        if self._pinged_s is None:
            return self._ask(now_s) if self._wants_answer(now_s, sample) else Verdict.WAIT
        return Verdict.DEAD if self._is_dead(now_s, self._pinged_s, sample) else Verdict.WAIT

    def _ask(self, now_s: float) -> Verdict:
        self._pinged_s = now_s
        return Verdict.PING

    def _wants_answer(self, now_s: float, sample: Sample) -> bool:
        silent = now_s - sample.heard_s >= self._pace.ping_after_s
        return silent or sample.unread_bytes >= BACKLOG_BYTES

    def _is_dead(self, now_s: float, pinged_s: float, sample: Sample) -> bool:
        within_s = self._pace.pong_within_s
        silent_since_s = max(pinged_s, sample.heard_s)
        if now_s - silent_since_s < within_s:
            return False
        if sample.unacknowledged_s >= within_s:
            return True
        if sample.is_deaf:
            if not sample.queued_bytes:
                return False  # The answer may lie in our own buffers.
        else:
            silent_since_s = max(silent_since_s, self._deaf_s)
        ahead_bytes = min(sample.unread_bytes, PEER_BUFFER_BYTES)
        patience_s = within_s + ahead_bytes / self._pace.slowest_bytes_s
        return now_s - max(silent_since_s, self._moved_s) >= patience_s
