"""From a place as a caller means it to a pixel of the desktop. Pure."""

from dataclasses import dataclass
from math import ceil, floor

from ..errors import Failure, ToolError
from .parts import Place, Zone

Box = tuple[int, int, int, int]
"""Left and upper edge, width and height, in screen pixels."""


@dataclass(frozen=True, slots=True)
class View:
    """
    A picture of a part of the desktop, or that part itself.

    Attributes:
        name: What to call it in errors.
        box: What it shows, in screen pixels.
        size: Width and height of the picture in its own pixels.
        window_id: The window it shows; None where it shows whatever was there.
        window: Where that window was, which may stick out of the picture.
        cursor: Whether the pointer is drawn into it.

    """

    name: str
    box: Box
    size: tuple[int, int]
    window_id: int | None = None
    window: Box | None = None
    cursor: bool = False

    @property
    def shown(self) -> Box:
        """Where the window was that it shows, else what it shows."""
        return self.window or self.box


def plain(box: Box, name: str, window_id: int | None = None) -> View:
    """A view that shows each pixel of *box* as one of its own."""
    return View(name, box, (box[2], box[3]), window_id)


def pixel_in(place: Place, view: View) -> tuple[int, int]:
    """
    The screen pixel that *place* means in *view*.

    Raises:
        ToolError: ``bad_arguments`` where it lies outside.

    """
    left, top, width, height = view.box
    across, down = _extent(place.unit == "fraction", view)
    if not _within(place, across, down, place.unit == "fraction"):
        raise _outside(f"{place.x:g},{place.y:g}", view, place.unit)
    # A pixel of a shrunk picture stands for several of the screen: its middle is meant.
    middle = 0.0 if place.unit == "fraction" else 0.5
    x = floor((place.x + middle) * width / across)
    y = floor((place.y + middle) * height / down)
    return left + min(max(x, 0), width - 1), top + min(max(y, 0), height - 1)


def box_in(zone: Zone, view: View) -> Box:
    """
    The screen pixels that *zone* touches in *view*; at least one.

    Raises:
        ToolError: ``bad_arguments`` where it sticks out.

    """
    left, top, width, height = view.box
    across, down = _extent(zone.unit == "fraction", view)
    right, lower = zone.x + zone.width, zone.y + zone.height
    # Shares that add up to one in decimal do not always in binary.
    slack = 1e-9 * max(across, down)
    if zone.x < 0 or zone.y < 0 or right > across + slack or lower > down + slack:
        shown = f"the region {zone.width:g}x{zone.height:g} at {zone.x:g},{zone.y:g}"
        raise _outside(shown, view, zone.unit)
    x0, y0 = floor(zone.x * width / across + slack), floor(zone.y * height / down + slack)
    x1, y1 = ceil(right * width / across - slack), ceil(lower * height / down - slack)
    x0, y0 = min(x0, width - 1), min(y0, height - 1)
    return left + x0, top + y0, max(1, min(x1, width) - x0), max(1, min(y1, height) - y0)


def _extent(fraction: bool, view: View) -> tuple[float, float]:
    return (1.0, 1.0) if fraction else (float(view.size[0]), float(view.size[1]))


def _within(place: Place, across: float, down: float, fraction: bool) -> bool:
    if fraction:
        return 0.0 <= place.x <= across and 0.0 <= place.y <= down
    return 0.0 <= place.x < across and 0.0 <= place.y < down


def _outside(what: str, view: View, unit: str) -> ToolError:
    limits = "0.0 to 1.0" if unit == "fraction" else f"{view.size[0]}x{view.size[1]} pixels"
    return ToolError(Failure.BAD_ARGUMENTS, f"{what} is not within {view.name} ({limits})")
