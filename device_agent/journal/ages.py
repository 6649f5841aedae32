"""How old a work is, whatever happens to the wall clock."""

import time
from collections.abc import Callable

LONGEST_NIGHT_S = 24 * 3600.0
"""What one pause between two runs may count for, in seconds.

A device that was off for a month cannot be told from one whose clock jumped by a month. Counting a
day at most errs on the side of keeping results longer.
"""


class Ages:
    """
    A clock that only goes forward: the time the journal has been in use.

    Args:
        wall: Seconds since 1970; asked once, for the pause since the last run.
        monotonic: Seconds; counts while the process lives.
        last_age_s: What :meth:`now_s` said when it was last written down.
        last_wall: What *wall* said then; None when there was no last time.

    """

    def __init__(
        self,
        wall: Callable[[], float],
        last_age_s: float = 0.0,
        last_wall: float | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        pause_s = 0.0 if last_wall is None else wall() - last_wall
        self._start_s = last_age_s + min(max(pause_s, 0.0), LONGEST_NIGHT_S)
        self._monotonic = monotonic
        self._since_s = monotonic()

    def now_s(self) -> float:
        """Seconds of use, since the journal was made."""
        return self._start_s + self._monotonic() - self._since_s
