"""The one way from places as callers mean them to pixels of the desktop."""

from collections.abc import Iterable
from dataclasses import astuple, replace
from math import floor

from ..catalog.parts import Counted, Place, Zone
from ..catalog.places import Box, View, box_in, pixel_in, plain
from ..errors import Failure, ToolError
from ..inputs import Inputs, Point
from ..screen import Region, Screen
from .views import Views

SCREEN = "the screen"


def point_of(place: Place, inputs: Inputs, views: Views) -> Point:
    """
    The screen pixel that *place* means; whether a display shows it is not looked at.

    Raises:
        ToolError: ``bad_arguments`` where the frame is unknown or the place outside of it;
            ``failed`` where the window has gone, is not as large as in the frame any more, or is
            hidden there by another one.

    """
    return points_of([place], inputs, views)[0]


def points_of(places: Iterable[Place], inputs: Inputs, views: Views) -> list[Point]:
    """The same for several places, which all count the same; only the first must be visible."""
    view: View | None = None
    points = []
    for place in places:
        if _counts_screen_pixels(place):
            points.append(Point(floor(place.x + 0.5), floor(place.y + 0.5)))
            continue
        view = view or _pointed_at(place, inputs, views)
        points.append(Point(*pixel_in(place, view)))
    if view is not None and view.window_id is not None:
        _require_uncovered(view.window_id, points[0], inputs)
    return points


def region_of(zone: Zone, screen: Screen, views: Views) -> Region:
    """
    The rectangle of the desktop that *zone* means.

    Raises:
        ToolError: As :func:`point_of`.

    """
    if _counts_screen_pixels(zone):
        x, y = floor(zone.x), floor(zone.y)
        return Region(x, y, max(1, floor(zone.width)), max(1, floor(zone.height)))
    return Region(*box_in(zone, _looked_at(zone, screen, views)))


def box_of(region: Region) -> Box:
    """A rectangle of the screen as the catalog has it."""
    x, y, width, height = astuple(region)
    return x, y, width, height


def _counts_screen_pixels(counted: Counted) -> bool:
    bare = counted.frame_id is None and counted.window_id is None
    return bare and counted.unit == "pixels"


def _pointed_at(counted: Counted, inputs: Inputs, views: Views) -> View:
    if counted.frame_id is not None:
        view = views.find(counted.frame_id)
        return view if view.window_id is None else _followed(view, inputs.window(view.window_id))
    if counted.window_id is not None:
        return _window(counted.window_id, inputs.window(counted.window_id))
    return plain(inputs.desktop(), SCREEN)


def _looked_at(counted: Counted, screen: Screen, views: Views) -> View:
    if counted.frame_id is not None:
        return views.find(counted.frame_id)
    if counted.window_id is None:
        return plain(box_of(screen.size()), SCREEN)
    shown = (each for each in screen.windows() if each.id == counted.window_id)
    window = next((each for each in shown if not each.minimised), None)
    return _window(counted.window_id, None if window is None else box_of(window.region))


def _require_uncovered(window_id: int, point: Point, inputs: Inputs) -> None:
    other = inputs.covering(window_id, point)
    if other is not None:
        raise ToolError(
            Failure.FAILED,
            f"window {window_id} is hidden at {point.x},{point.y} by window {other}, which would "
            "get this instead; activate the window first",
        )


def _window(window_id: int, box: Box | None) -> View:
    if box is None:
        raise ToolError(
            Failure.FAILED, f"window {window_id} has gone or is minimised; see list_windows"
        )
    return plain(box, f"window {window_id}", window_id)


def _followed(view: View, box: Box | None) -> View:
    """The view of a window where that is now: it may have moved since, but not changed its size."""
    if box is None:
        raise ToolError(
            Failure.FAILED,
            f"window {view.window_id} has gone or was minimised since {view.name} was taken",
        )
    if box[2:] != view.shown[2:]:
        raise ToolError(
            Failure.FAILED,
            f"window {view.window_id} has another size than when {view.name} was taken; "
            "take another screenshot",
        )
    left, top, width, height = view.box
    moved = (left + box[0] - view.shown[0], top + box[1] - view.shown[1], width, height)
    return replace(view, box=moved)
