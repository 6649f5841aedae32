"""Look at the screen."""

import base64
import importlib.util
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import cache

from ..catalog.parts import Area, Point
from ..catalog.screen import (
    DisplayEntry,
    DisplaysResult,
    NoArguments,
    ScreenshotArguments,
    ScreenshotResult,
    ScreenSizeResult,
)
from ..errors import Failure, ToolError
from ..screen import Frame, Region, Screen
from ..screen.encode import Picture, PictureFormat, Shape, encode
from .bench import Bench

# How a picture is made smaller, one step at a time, until it fits.
QUALITY_STEP = 0.7
LEAST_QUALITY = 20
SCALE_STEP = 0.75
LEAST_SIDE_PIXELS = 16


def screenshot(arguments: ScreenshotArguments, bench: Bench) -> ScreenshotResult:
    """An image of the screen, or word that it has not changed."""
    screen = bench.desktop.screen
    frame = screen.grab(_region(arguments, screen), cursor=arguments.cursor)
    frame_id = bench.desktop.seen.identify(frame)
    if arguments.if_changed_since == frame_id:
        return ScreenshotResult(frame_id=frame_id, not_modified=True)
    picture = _picture(frame, arguments, bench)
    return ScreenshotResult(
        frame_id=frame_id,
        format=arguments.format,
        mime_type=picture.format.media_type,
        width=picture.width,
        height=picture.height,
        scale=picture.scale,
        origin=Point(x=frame.region.x, y=frame.region.y),
        display=arguments.display,
        size_bytes=len(picture.content),
        image=_base64()(picture.content).decode("ascii"),
    )


def screen_size(_: NoArguments, bench: Bench) -> ScreenSizeResult:
    """How large the desktop is."""
    return ScreenSizeResult(**asdict(bench.desktop.screen.size()))


def list_displays(_: NoArguments, bench: Bench) -> DisplaysResult:
    """All displays, the primary one first."""
    displays = bench.desktop.screen.displays()
    return DisplaysResult(displays=tuple(DisplayEntry(**asdict(each)) for each in displays))


def _region(arguments: ScreenshotArguments, screen: Screen) -> Region | None:
    region = _as_region(arguments.region)
    if arguments.display is None:
        return region
    if region is not None:
        raise ToolError(
            Failure.BAD_ARGUMENTS, "screenshot: region and display exclude each other: give one"
        )
    displays = screen.displays()
    for display in displays:
        if display.name == arguments.display:
            return display.region
    names = ", ".join(display.name for display in displays)
    raise ToolError(
        Failure.BAD_ARGUMENTS,
        f"screenshot: argument display: there is no display of that name; there are: {names}",
    )


def _as_region(area: Area | None) -> Region | None:
    return None if area is None else Region(area.x, area.y, area.width, area.height)


def _picture(frame: Frame, arguments: ScreenshotArguments, bench: Bench) -> Picture:
    picture_format = PictureFormat(arguments.format)
    shape = Shape(arguments.scale, arguments.max_width, arguments.max_height)
    quality = arguments.quality
    while True:
        picture = encode(frame, picture_format, shape=shape, quality=quality)
        limit = arguments.max_bytes
        if limit is None or len(picture.content) <= limit:
            return picture
        bench.cancellation.check()
        if picture_format is not PictureFormat.PNG and quality > LEAST_QUALITY:
            quality = max(LEAST_QUALITY, int(quality * QUALITY_STEP))
        elif min(picture.width, picture.height) > LEAST_SIDE_PIXELS:
            shape = replace(shape, scale=picture.scale * SCALE_STEP)
        else:
            raise ToolError(
                Failure.RESULT_TOO_LARGE,
                f"no image of this is as small as {limit} bytes; the smallest tried has "
                f"{len(picture.content)}",
            )


@cache
def _base64() -> Callable[[bytes], bytes]:
    """The fastest encoder that is installed."""
    if importlib.util.find_spec("pybase64") is None:
        return base64.b64encode
    import pybase64

    fast: Callable[[bytes], bytes] = pybase64.b64encode
    return fast
