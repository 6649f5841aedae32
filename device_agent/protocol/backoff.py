"""
How long to wait before the next try to open a link. Pure: the clock and the dice are handed in.

Tries never end. Their delays are drawn from the whole range up to a doubling bound, so that a
thousand devices that lost the same hub do not come back in the same second.
"""

from collections.abc import Callable
from enum import Enum

from ..errors import Refusal

Uniform = Callable[[float, float], float]
"""A number between two bounds, every one as likely as the next: ``random.uniform``."""

SHORTEST_S = 0.5
CAP_S = 15.0
"""Longest delay while an outage is young: a hub that restarts is met again soon."""

LATE_CAP_S = 60.0
LATE_AFTER_S = 600.0
"""Longest delay once an outage has lasted for LATE_AFTER_S."""

STABLE_S = 60.0
"""A link that lived this long ends an outage; one that flaps does not."""

REFUSED_S = (4.0, 5.0)
"""
After "already registered". UFO's server frees the id of a half-open link after 38.9 s (AIP,
section 2.5); with 5 s at most between two tries the device is in again before 45.
"""

CREDENTIALS_S = (60.0, 66.0)
"""After a refused token: asking faster changes nothing and looks like guessing."""

MOST_PATIENCE_S = 600.0
"""Longest Retry-After that is honoured; a wrong header must not silence a device for ever."""

_SATURATED = 32
"""More doublings than any cap needs; keeps the power small in an outage of years."""


class Cause(Enum):
    """Why there is no link."""

    LOST = "lost"
    """It ended, or the peer could not be reached."""

    REFUSED = "refused"
    """The peer was reached and refused REGISTER."""

    CREDENTIALS = "credentials"
    """The peer refused the token."""


def cause_of(refusal: Refusal) -> Cause:
    """Which pace a refused opening calls for."""
    return Cause.CREDENTIALS if refusal is Refusal.CREDENTIALS else Cause.LOST


def next_delay(
    outage_s: float,
    attempt: int,
    cause: Cause,
    uniform: Uniform,
    retry_after_s: float | None = None,
) -> float:
    """
    Draw the delay before the next try, in seconds.

    Args:
        outage_s: How long the peer has been away.
        attempt: How many tries of this outage have failed already.
        cause: Why the last one failed.
        uniform: The dice.
        retry_after_s: What the peer asked for (HTTP Retry-After); never less than that is
            waited, up to :data:`MOST_PATIENCE_S`.

    """
    match cause:
        case Cause.REFUSED:
            delay = uniform(*REFUSED_S)
        case Cause.CREDENTIALS:
            delay = uniform(*CREDENTIALS_S)
        case Cause.LOST:
            cap = CAP_S if outage_s < LATE_AFTER_S else LATE_CAP_S
            bound = min(cap, SHORTEST_S * 2.0 ** min(attempt, _SATURATED))
            delay = uniform(SHORTEST_S, bound)
    if retry_after_s is None or retry_after_s <= delay:
        return delay
    asked = min(retry_after_s, MOST_PATIENCE_S)
    return asked + uniform(0.0, asked / 10)


class Backoff:
    """
    Remembers one outage of one peer. Starts as if the first link had just been lost.

    Args:
        uniform: The dice.

    """

    __slots__ = ("_attempt", "_since_s", "_uniform")

    def __init__(self, uniform: Uniform) -> None:
        self._uniform = uniform
        self._attempt = 0
        self._since_s: float | None = None

    def delay(
        self,
        now_s: float,
        cause: Cause,
        *,
        lasted_s: float = 0.0,
        retry_after_s: float | None = None,
    ) -> float:
        """
        Report that a link ended or did not come up; draw the delay before the next try.

        Args:
            now_s: A clock that never jumps.
            cause: Why there is no link.
            lasted_s: How long it lived; 0 if it never came up.
            retry_after_s: As in :func:`next_delay`.

        """
        if self._since_s is None or lasted_s >= STABLE_S:
            self._since_s = now_s
            self._attempt = 0
        attempt = self._attempt
        if cause is Cause.LOST:
            self._attempt += 1
        return next_delay(now_s - self._since_s, attempt, cause, self._uniform, retry_after_s)
