"""Rectangles on the desktop: which may be captured, and which display shows a window."""

from collections.abc import Iterable, Sequence

from ..errors import Failure, ToolError
from .base import Display, Region


def around(regions: Iterable[Region]) -> Region:
    """The smallest rectangle with all *regions* in it; there is at least one."""
    boxes = list(regions)
    left = min(box.x for box in boxes)
    top = min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Region(left, top, right - left, bottom - top)


def overlap(one: Region, other: Region) -> int:
    """How many pixels two rectangles share."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(width, 0) * max(height, 0)


def common(one: Region, other: Region) -> Region | None:
    """What two rectangles share; None where that is nothing."""
    if overlap(one, other) == 0:
        return None
    left, top = max(one.x, other.x), max(one.y, other.y)
    right = min(one.x + one.width, other.x + other.width)
    lower = min(one.y + one.height, other.y + other.height)
    return Region(left, top, right - left, lower - top)


def checked(region: Region | None, desktop: Region) -> Region:
    """
    What to capture: *region*, or all of *desktop* if None.

    Raises:
        ToolError: ``bad_arguments`` where it is empty or sticks out of the desktop.

    """
    if region is None:
        return desktop
    size = region.width * region.height if region.width > 0 and region.height > 0 else 0
    if size == 0 or overlap(region, desktop) != size:
        raise ToolError(
            Failure.BAD_ARGUMENTS,
            f"region {region.width}x{region.height} at {region.x},{region.y} is not on the desktop "
            f"({desktop.width}x{desktop.height} at {desktop.x},{desktop.y})",
        )
    return region


def display_of(region: Region, displays: Sequence[Display]) -> str | None:
    """Name of the display that shows most of *region*; None where none shows any of it."""
    best = max(displays, key=lambda display: overlap(region, display.region), default=None)
    if best is None or overlap(region, best.region) == 0:
        return None
    return best.name
