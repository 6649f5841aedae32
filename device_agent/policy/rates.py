"""How many calls of a tier the last minute had. Pure: whoever asks says what time it is."""

from collections import deque
from collections.abc import Callable, Mapping

from ..catalog import Tier
from .rules import Deny

WINDOW_S = 60.0


class Rates:
    """
    Counts calls and refuses those beyond the limits.

    Args:
        limits: Most calls of a tier within 60 seconds; a tier without one has no limit.
        source: Who says so.
        clock: Seconds that only grow.

    """

    def __init__(self, limits: Mapping[Tier, int], source: str, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._source = source
        self._clock = clock
        self._began: dict[Tier, deque[float]] = {tier: deque() for tier in limits}

    def take(self, tier: Tier) -> Deny | None:
        """Count a call of *tier*; a refused one does not count. None where it may run."""
        limit = self._limits.get(tier)
        if limit is None:
            return None
        now, began = self._clock(), self._began[tier]
        while began and began[0] <= now - WINDOW_S:
            began.popleft()
        if len(began) < limit:
            began.append(now)
            return None
        rule = f"limits.calls_per_minute.{tier.value}"
        wait_s = began[0] + WINDOW_S - now
        return Deny(
            rule,
            f"policy: {limit} calls of tier {tier.value!r} in a minute are the limit (rule "
            f"`{rule}` in {self._source}); the next may come in {wait_s:.0f} s",
        )
