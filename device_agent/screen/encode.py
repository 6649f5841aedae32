"""From a frame to a picture file: scaled, and as PNG, JPEG or WebP."""

import importlib.util
import io
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from PIL import Image, features

from ..errors import Failure, ToolError
from .base import Frame
from .png import png

DEFAULT_QUALITY = 75
# WebP's method 0 takes a third of the time of its default and writes a sixth more.
WEBP_METHOD = 0
# A picture that shrinks to less than half is first reduced by whole numbers, which is cheaper.
REDUCING_GAP = 2.0


class PictureFormat(StrEnum):
    """How a picture is stored. The values are what callers say."""

    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"

    @property
    def media_type(self) -> str:
        """Such as ``image/png``."""
        return f"image/{self.value}"


@dataclass(frozen=True, slots=True)
class Shape:
    """
    How large a picture may be. Sides keep their proportion.

    Attributes:
        scale: Factor on both sides, above 0, at most 1.
        max_width: In pixels, None for any.
        max_height: In pixels, None for any.
        enlarge: Fill the bounds, instead of never enlarging; then *scale* does not count.

    """

    scale: float = 1.0
    max_width: int | None = None
    max_height: int | None = None
    enlarge: bool = False

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """
        The picture's width and height for a frame of that size, each at least 1.

        Raises:
            ToolError: ``bad_arguments`` where a bound is not positive.

        """
        bounds = (self.scale, self.max_width, self.max_height)
        if any(bound is not None and bound <= 0 for bound in bounds):
            raise ToolError(Failure.BAD_ARGUMENTS, "scale, max_width and max_height are above 0")
        factor = min((self.max_width or width) / width, (self.max_height or height) / height)
        if not self.enlarge:
            factor = min(1.0, self.scale, factor)
        return max(1, round(width * factor)), max(1, round(height * factor))


@dataclass(frozen=True, slots=True)
class Picture:
    """
    An encoded frame.

    Attributes:
        content: The file's bytes.
        format: What kind of file.
        width: In pixels of the picture.
        height: In pixels of the picture.
        scale: Pixels of the picture for one of the desktop; divide a place in the picture by it
            and add the frame's origin to get a place on the desktop.

    """

    content: bytes
    format: PictureFormat
    width: int
    height: int
    scale: float


FULL = Shape()


def encode(
    frame: Frame,
    picture_format: PictureFormat = PictureFormat.PNG,
    *,
    shape: Shape = FULL,
    quality: int = DEFAULT_QUALITY,
) -> Picture:
    """
    Encode *frame*.

    Args:
        frame: What to encode.
        picture_format: PNG is lossless; JPEG is the fastest and smallest for its time.
        shape: How large it may be.
        quality: 1 to 100, of JPEG and WebP.

    Raises:
        ToolError: ``bad_arguments`` where a number is out of its range, ``unavailable`` where this
            machine cannot write the format.

    """
    if picture_format is PictureFormat.WEBP and not _writes_webp():
        raise ToolError(
            Failure.UNAVAILABLE,
            "Pillow was built without WebP on this machine; ask for png or jpeg",
        )
    if not 1 <= quality <= 100:
        raise ToolError(Failure.BAD_ARGUMENTS, f"quality is 1 to 100, not {quality}")
    full = (frame.region.width, frame.region.height)
    size = shape.fit(*full)
    if picture_format is PictureFormat.JPEG and size == full and _simplejpeg() is not None:
        content = _jpeg_directly(frame, quality)
    else:
        content = _encoded(_image(frame, size), picture_format, quality)
    return Picture(content, picture_format, *size, scale=size[0] / full[0])


def _image(frame: Frame, size: tuple[int, int]) -> Image.Image:
    full = (frame.region.width, frame.region.height)
    image = Image.frombuffer("RGB", full, frame.pixels, "raw", "BGRX", 0, 1)
    if size == full:
        return image
    if size[0] > full[0]:
        return image.resize(size, Image.Resampling.BICUBIC)
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=REDUCING_GAP)


def _encoded(image: Image.Image, picture_format: PictureFormat, quality: int) -> bytes:
    if picture_format is PictureFormat.PNG:
        return png(image)
    target = io.BytesIO()
    if picture_format is PictureFormat.JPEG:
        image.save(target, "JPEG", quality=quality)
    else:
        image.save(target, "WEBP", quality=quality, method=WEBP_METHOD)
    return target.getvalue()


@cache
def _writes_webp() -> bool:
    return bool(features.check("webp"))


@cache
def _simplejpeg() -> Any:  # noqa: ANN401 -- the library ships no types
    """The faster JPEG encoder, which takes frames as they are; None where it is not installed."""
    if importlib.util.find_spec("simplejpeg") is None:
        return None
    import simplejpeg

    return simplejpeg


def _jpeg_directly(frame: Frame, quality: int) -> bytes:
    shape = (frame.region.height, frame.region.width, 4)
    pixels = memoryview(frame.pixels).cast("B", shape)
    content: bytes = _simplejpeg().encode_jpeg(pixels, quality, "BGRX", "420")
    return content
