"""Tools that look at the screen."""

from typing import Literal

from pydantic import Field

from .parts import Area, Part, Point
from .tool import Arguments, Tier, Tool, ToolResult


class ScreenshotArguments(Arguments):
    """What to show, and how to pack it."""

    format: Literal["png", "jpeg", "webp"] = Field(
        default="png", description="png is lossless; jpeg and webp are smaller."
    )
    quality: int = Field(default=75, ge=1, le=100, description="Of jpeg and webp.")
    region: Area | None = Field(
        default=None, description="Only this part of the desktop, in screen pixels."
    )
    display: str | None = Field(
        default=None, description="Only this display, by its name in list_displays."
    )
    scale: float = Field(
        default=1.0, gt=0.0, le=1.0, description="Shrink the image to this share of its size."
    )
    max_width: int | None = Field(
        default=None, ge=16, description="Shrink the image until it is this narrow, in pixels."
    )
    max_height: int | None = Field(
        default=None, ge=16, description="Shrink the image until it is this low, in pixels."
    )
    max_bytes: int | None = Field(
        default=None,
        ge=1024,
        description="Lower the quality, then the size, until the image file is this small.",
    )
    cursor: bool = Field(default=False, description="Draw the pointer into the image.")
    if_changed_since: str | None = Field(
        default=None,
        description="A frame_id: if this part of the screen still looks the same, the answer is "
        "not_modified and no image.",
    )


class ScreenshotResult(ToolResult):
    """
    An image of the screen, or word that it has not changed.

    The pixel (x, y) of the image shows the screen pixel (origin.x + x / scale, origin.y + y /
    scale).
    """

    frame_id: str = Field(description="Names this image; good for if_changed_since.")
    not_modified: bool = Field(
        default=False, description="The screen looks as in the frame asked about; no image."
    )
    format: Literal["png", "jpeg", "webp"] | None = None
    mime_type: str | None = None
    width: int | None = Field(default=None, description="Of the image, in its own pixels.")
    height: int | None = Field(default=None, description="Of the image, in its own pixels.")
    scale: float | None = Field(default=None, description="Image pixels per screen pixel.")
    origin: Point | None = Field(default=None, description="What its upper left pixel shows.")
    display: str | None = Field(default=None, description="The display asked for; null for all.")
    size_bytes: int | None = Field(default=None, description="Of the image file.")
    image: str | None = Field(default=None, description="The image file, base64.")


class NoArguments(Arguments):
    """Takes nothing."""


class ScreenSizeResult(ToolResult):
    """The whole desktop: the smallest rectangle with all displays in it, in screen pixels."""

    x: int = Field(description="Left edge; negative where a display lies left of the origin.")
    y: int = Field(description="Upper edge.")
    width: int
    height: int


class DisplayEntry(Part):
    """One monitor."""

    name: str
    x: int = Field(description="Left edge, screen pixels.")
    y: int = Field(description="Upper edge, screen pixels.")
    width: int = Field(description="Physical pixels.")
    height: int = Field(description="Physical pixels.")
    scale: float = Field(description="1.5 where the desktop draws at 150 %.")
    primary: bool


class DisplaysResult(ToolResult):
    """All displays, the primary one first."""

    displays: tuple[DisplayEntry, ...]


SCREENSHOT = Tool(
    name="screenshot",
    tier=Tier.OBSERVE,
    acts=False,
    summary="Take an image of the screen.",
    description="The whole desktop, unless region or display says less. Lossless by default.",
    arguments=ScreenshotArguments,
    result=ScreenshotResult,
    smaller="ask for jpeg, for a region, or set max_width or max_bytes",
)

SCREEN_SIZE = Tool(
    name="screen_size",
    tier=Tier.OBSERVE,
    acts=False,
    summary="Tell how large the desktop is, in screen pixels.",
    arguments=NoArguments,
    result=ScreenSizeResult,
)

LIST_DISPLAYS = Tool(
    name="list_displays",
    tier=Tier.OBSERVE,
    acts=False,
    summary="List the displays with their places, sizes and scales.",
    arguments=NoArguments,
    result=DisplaysResult,
)

FAMILY = (SCREENSHOT, SCREEN_SIZE, LIST_DISPLAYS)
