"""Look at the screen."""

import base64
import importlib.util
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache
from math import sqrt

from ..catalog.parts import Point
from ..catalog.places import View
from ..catalog.screen import (
    DisplayEntry,
    DisplaysResult,
    ImageArguments,
    NoArguments,
    ScreenshotArguments,
    ScreenshotResult,
    ScreenSizeResult,
    ZoomArguments,
)
from ..errors import Failure, ToolError
from ..screen import Frame
from ..screen.encode import Picture, PictureFormat, Shape, encode
from ..screen.seen import content_of, shaped
from .bench import Bench
from .places import box_of
from .targets import Target, target_of

# How a picture is made smaller, one step at a time, until it fits.
QUALITY_STEP = 0.7
LEAST_QUALITY = 20
SCALE_STEP = 0.75
LEAST_SCALE_STEP = 0.25
LEAST_SIDE_PIXELS = 16


def screenshot(arguments: ScreenshotArguments, bench: Bench) -> ScreenshotResult:
    """An image of the screen, or word that it has not changed."""
    target, frame = _captured(arguments, bench)
    known = arguments.if_changed_since
    content_id = bench.desktop.seen.identify(frame)
    if known is not None and content_of(known) == content_id:
        bench.desktop.views.keep(known)
        return ScreenshotResult(frame_id=known, not_modified=True)
    shape = Shape(arguments.scale, arguments.max_width, arguments.max_height)
    return _result(arguments, target, frame, _Wanted(content_id, shape), bench)


def zoom(arguments: ZoomArguments, bench: Bench) -> ScreenshotResult:
    """An enlarged image of a part of the screen."""
    target, frame = _captured(arguments, bench)
    content_id = bench.desktop.seen.identify(frame)
    shape = Shape(max_width=arguments.width, max_height=arguments.height, enlarge=True)
    return _result(arguments, target, frame, _Wanted(content_id, shape), bench)


def screen_size(_: NoArguments, bench: Bench) -> ScreenSizeResult:
    """How large the desktop is."""
    return ScreenSizeResult(**asdict(bench.desktop.screen.size()))


def list_displays(_: NoArguments, bench: Bench) -> DisplaysResult:
    """All displays, the primary one first."""
    displays = bench.desktop.screen.displays()
    return DisplaysResult(
        displays=tuple(
            DisplayEntry(number=number, **asdict(each)) for number, each in enumerate(displays, 1)
        )
    )


def _captured(arguments: ImageArguments, bench: Bench) -> tuple[Target, Frame]:
    screen = bench.desktop.screen
    target = target_of(arguments, screen, bench.desktop.views)
    window = target.window
    if window is not None and not target.is_seen_whole and not arguments.cursor:
        frame = screen.own_pixels(window)
        if frame is not None:
            return replace(target, obscured=False), frame
    return target, screen.grab(target.region, cursor=arguments.cursor)


@dataclass(frozen=True, slots=True)
class _Wanted:
    content_id: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class _Fitted:
    picture: Picture
    quality: int
    reduced: bool


def _result(
    arguments: ImageArguments, target: Target, frame: Frame, wanted: _Wanted, bench: Bench
) -> ScreenshotResult:
    fitted = _fitted(frame, arguments, wanted.shape, bench)
    picture, window = fitted.picture, target.window
    size = (picture.width, picture.height)
    frame_id = shaped(wanted.content_id, frame, size, None if window is None else window.id)
    bench.desktop.views.remember(frame_id, _view(frame_id, frame, size, target))
    lossless = picture.format is PictureFormat.PNG
    result = ScreenshotResult(
        frame_id=frame_id,
        format=arguments.format,
        mime_type=picture.format.media_type,
        width=picture.width,
        height=picture.height,
        scale=picture.scale,
        quality=None if lossless else fitted.quality,
        origin=Point(x=frame.region.x, y=frame.region.y),
        display=target.display,
        size_bytes=len(picture.content),
        image=_base64()(picture.content).decode("ascii"),
    )
    more: dict[str, object] = {"reduced": True} if fitted.reduced else {}
    if window is not None:
        more |= {"window_id": window.id, "obscured": target.obscured}
    return result.model_copy(update=more)


def _view(frame_id: str, frame: Frame, size: tuple[int, int], target: Target) -> View:
    window = target.window
    return View(
        f"frame {frame_id}",
        box_of(frame.region),
        size,
        window_id=None if window is None else window.id,
        window=None if window is None else box_of(window.region),
        cursor=frame.cursor,
    )


def _fitted(frame: Frame, arguments: ImageArguments, shape: Shape, bench: Bench) -> _Fitted:
    picture_format = PictureFormat(arguments.format)
    quality, limit, reduced = arguments.quality, arguments.max_bytes, False
    while True:
        picture = encode(frame, picture_format, shape=shape, quality=quality)
        size_bytes = len(picture.content)
        if limit is None or size_bytes <= limit:
            return _Fitted(picture, quality, reduced)
        bench.cancellation.check()
        reduced = True
        if picture_format is not PictureFormat.PNG and quality > LEAST_QUALITY:
            quality = max(LEAST_QUALITY, int(quality * QUALITY_STEP))
        elif min(picture.width, picture.height) > LEAST_SIDE_PIXELS:
            shape = _smaller(picture, size_bytes / limit)
        else:
            raise ToolError(
                Failure.RESULT_TOO_LARGE,
                f"no image of this is as small as {limit} bytes; the smallest tried has "
                f"{size_bytes}",
            )


def _smaller(picture: Picture, too_large_by: float) -> Shape:
    step = min(SCALE_STEP, max(LEAST_SCALE_STEP, sqrt(1 / too_large_by)))
    width, height = (max(1, int(side * step)) for side in (picture.width, picture.height))
    return Shape(max_width=width, max_height=height, enlarge=True)


@cache
def _base64() -> Callable[[bytes], bytes]:
    """The fastest encoder that is installed."""
    if importlib.util.find_spec("pybase64") is None:
        return base64.b64encode
    import pybase64

    fast: Callable[[bytes], bytes] = pybase64.b64encode
    return fast
