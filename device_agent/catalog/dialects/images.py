"""Images that peers are shown, and places that they name by the pixels of those images."""

import math
from collections.abc import Mapping
from typing import Any

from ...errors import Failure, ToolError
from ..screen import ScreenshotArguments
from .memory import Memory, Shown


def fitting(memory: Memory, **more: Any) -> ScreenshotArguments:  # noqa: ANN401 -- see there
    """Ask for an image in the size that the peer wants; *more* as in ScreenshotArguments."""
    width, height = memory.asked_size or (None, None)
    return ScreenshotArguments(max_width=width, max_height=height, **more)


def shown(result: Mapping[str, Any]) -> Shown:
    """What the peer sees from now on, of a screenshot's result."""
    origin = result["origin"]
    return Shown(
        origin["x"], origin["y"], result["width"], result["height"], float(result["scale"])
    )


def data_url(result: Mapping[str, Any]) -> str:
    """A screenshot's result as a URL that holds the image itself."""
    return f"data:{result['mime_type']};base64,{result['image']}"


def on_screen(memory: Memory, x: float, y: float) -> tuple[int, int]:
    """
    The screen pixel that a peer means.

    That is done here and not by ``frame_id``, because the desktop process forgets frames when it
    is started anew or others look often, and a peer's next click must not depend on that.

    Raises:
        ToolError: ``bad_arguments``: the place is outside of the image that the peer was shown.

    """
    image = memory.shown
    if image is None:
        return round(x), round(y)
    if not (0 <= x < image.width and 0 <= y < image.height):
        raise ToolError(
            Failure.BAD_ARGUMENTS,
            f"({x:g}, {y:g}) is outside of the screenshot, which is {image.width} x "
            f"{image.height} pixels",
        )
    # The middle of the image's pixel, which may show several of the screen.
    return (
        image.x + math.floor((x + 0.5) / image.scale),
        image.y + math.floor((y + 0.5) / image.scale),
    )


def in_image(memory: Memory, x: int, y: int) -> tuple[int, int]:
    """The pixel, in the image that the peer was shown, of a screen pixel."""
    image = memory.shown
    if image is None:
        return x, y
    return (
        math.floor((x - image.x + 0.5) * image.scale),
        math.floor((y - image.y + 0.5) * image.scale),
    )
