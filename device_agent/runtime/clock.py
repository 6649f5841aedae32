"""The wall clock. Whoever needs one gets it handed in from here."""

import time
from datetime import UTC, datetime


def wall() -> float:
    """Seconds since 1970."""
    return time.time()  # noqa: TID251 -- this is where the clock is reached for


def now_text() -> str:
    """Now as AIP writes it: ISO 8601 in UTC."""
    return datetime.fromtimestamp(wall(), UTC).isoformat()
