"""Images that peers are shown, and places that they name by the pixels of those images."""

import math
from collections.abc import Mapping
from typing import Any

from ..parts import Place
from ..places import View, pixel_in
from ..screen import ScreenshotArguments
from .memory import Memory


def fitting(memory: Memory, **more: Any) -> ScreenshotArguments:  # noqa: ANN401 -- see there
    """Ask for an image in the size that the peer wants; *more* as in ScreenshotArguments."""
    width, height = memory.asked_size or (None, None)
    return ScreenshotArguments(max_width=width, max_height=height, **more)


def shown(result: Mapping[str, Any]) -> View:
    """What the peer sees from now on, of a screenshot's result."""
    origin, scale = result["origin"], result["scale"]
    size = (result["width"], result["height"])
    box = (origin["x"], origin["y"], round(size[0] / scale), round(size[1] / scale))
    return View("the last screenshot", box, size)


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
    if memory.shown is None:
        return round(x), round(y)
    return pixel_in(Place(x=x, y=y), memory.shown)


def in_image(memory: Memory, x: int, y: int) -> tuple[int, int]:
    """The pixel, in the image that the peer was shown, of a screen pixel."""
    view = memory.shown
    if view is None:
        return x, y
    left, top, width, height = view.box
    across, down = view.size
    return (
        math.floor((x - left + 0.5) * across / width),
        math.floor((y - top + 0.5) * down / height),
    )
