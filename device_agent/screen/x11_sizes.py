"""Which sizes a window takes, as it says in WM_NORMAL_HINTS (ICCCM, section 4.1.2.3)."""

from collections.abc import Sequence

P_MIN_SIZE, P_MAX_SIZE, P_RESIZE_INC, P_BASE_SIZE = 1 << 4, 1 << 5, 1 << 6, 1 << 8
# Words of the property.
FLAGS, MIN_SIZE, MAX_SIZE, INCREMENT, BASE_SIZE, WORDS = 0, 5, 7, 9, 15, 18


def taken_size(hints: Sequence[int], width: int, height: int) -> tuple[int, int]:
    """The size that a window with these *hints* will have when asked for that one."""
    if len(hints) < WORDS:
        return width, height
    return _taken(hints, 0, width), _taken(hints, 1, height)


def _taken(hints: Sequence[int], way: int, wanted: int) -> int:
    flags = hints[FLAGS]
    least = hints[MIN_SIZE + way] if flags & P_MIN_SIZE else 1
    most = hints[MAX_SIZE + way] if flags & P_MAX_SIZE else wanted
    size = max(min(wanted, most), least)
    step = hints[INCREMENT + way] if flags & P_RESIZE_INC else 1
    if step <= 1:
        return size
    # Each stands in for the other where one is missing.
    start = hints[BASE_SIZE + way] if flags & P_BASE_SIZE else least
    return max(least, start + (size - start) // step * step)
