"""Pictures on their way to and from a clipboard, where they travel as PNG files."""

import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from ..errors import Failure, ToolError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "DIB", "GIF", "TIFF")
MAX_PIXELS = 100_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG file and its size in pixels."""

    png: bytes
    width: int
    height: int


def as_png(content: bytes) -> Picture:
    """
    Make a PNG file of a picture file; one that is PNG already stays as it is.

    Raises:
        ToolError: ``bad_arguments`` where it is no picture, or one of too many pixels.

    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise ToolError(Failure.BAD_ARGUMENTS, f"{width}x{height} pixels are too many")
            image.load()
            if image.format == "PNG":
                return Picture(content, width, height)
            written = io.BytesIO()
            image.convert("RGBA" if "A" in image.getbands() else "RGB").save(
                written, "PNG", compress_level=1
            )
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ) as error:
        raise ToolError(Failure.BAD_ARGUMENTS, f"this is no picture: {error}") from error
    return Picture(written.getvalue(), width, height)
