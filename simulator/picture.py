"""Draws a scene with Pillow: the same scene always gives the same bytes."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from PIL import Image, ImageDraw, ImageFont

from .machine import TITLE_BAR_PIXELS, Scene, Window

TINTS = ("#2f4858", "#33658a", "#4a5759", "#5b5f97", "#3d5a80", "#6b705c")
TEXT_PIXELS = 16
LINE_PIXELS = 22
MARGIN_PIXELS = 10
MAX_LINES = 60
KEPT = 64
"""Pictures kept: a fleet of one profile shows few different ones."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    How a picture is asked for.

    Attributes:
        format: ``png``, ``jpeg`` or ``webp``.
        box: Left, upper, right and lower edge in screen pixels.
        size: Of the picture, in its own pixels.
        quality: Of jpeg and webp, 1 to 100.

    """

    format: str
    box: Box
    size: tuple[int, int]
    quality: int


def frame_id(scene: Scene, box: Box) -> str:
    """Name what a part of the screen shows; equal views have equal names."""
    return blake2b(repr((scene, box)).encode(), digest_size=8).hexdigest()


@lru_cache(KEPT)
def picture(scene: Scene, wanted: Wanted) -> bytes:
    """Draw a scene, as an image file."""
    image = _drawn(scene).crop(wanted.box)
    if image.size != wanted.size:
        image = image.resize(wanted.size, Image.Resampling.BILINEAR)
    target = io.BytesIO()
    if wanted.format == "png":
        image.save(target, "PNG", compress_level=1)
    else:
        image.save(target, wanted.format.upper(), quality=wanted.quality)
    return target.getvalue()


def lines(scene: Scene) -> Iterator[tuple[str, int, int, int, int]]:
    """Titles and lines of text with their places, from the topmost window down."""
    for window in scene.windows:
        for text, x, y in _written(window):
            if not text.strip():
                continue
            yield text, x, y, round(_font().getlength(text)), TEXT_PIXELS


@lru_cache(4)
def _drawn(scene: Scene) -> Image.Image:
    image = Image.new("RGB", (scene.width, scene.height), TINTS[scene.tint % len(TINTS)])
    draw = ImageDraw.Draw(image)
    for position, window in reversed(tuple(enumerate(scene.windows))):
        _window(draw, window, active=position == 0)
    if scene.pointer is not None:
        x, y = scene.pointer
        draw.polygon([(x, y), (x, y + 16), (x + 11, y + 11)], fill="white", outline="black")
    return image


def _window(draw: ImageDraw.ImageDraw, window: Window, *, active: bool) -> None:
    left, top = window.x, window.y - TITLE_BAR_PIXELS
    right, bottom = window.x + window.width, window.y + window.height
    draw.rectangle((left, top, right, bottom), fill="#fdfdfb", outline="#20262b")
    draw.rectangle((left, top, right, window.y), fill="#3a7ca5" if active else "#8d99a6")
    for text, x, y in _written(window):
        draw.text((x, y), text, fill="white" if y < window.y else "#20262b", font=_font())


def _written(window: Window) -> Iterator[tuple[str, int, int]]:
    """The title and the lines that a window has room for, each with its place."""
    left, bottom = window.x + MARGIN_PIXELS, window.y + window.height
    yield window.title, left, window.y - TITLE_BAR_PIXELS + 4
    for number, line in enumerate(window.text.split("\n")[-MAX_LINES:]):
        y = window.y + MARGIN_PIXELS + number * LINE_PIXELS
        if y + LINE_PIXELS < bottom:
            yield line[:200], left, y


@lru_cache(1)
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(TEXT_PIXELS)
