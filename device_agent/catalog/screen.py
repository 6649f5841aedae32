"""Tools that look at the screen."""

from typing import Literal, Self, TypeAlias

from pydantic import Field, model_validator

from .parts import Part, Point, Zone
from .tool import Arguments, Tier, Tool, ToolResult

ImageFormat: TypeAlias = Literal["png", "jpeg", "webp"]


class NoArguments(Arguments):
    """Takes nothing."""


class ShownArguments(Arguments):
    """Which part of the desktop: at most one of them, the whole desktop without any."""

    region: Zone | None = Field(
        default=None, description="Only this rectangle; screen pixels unless it says otherwise."
    )
    display: int | str | None = Field(
        default=None, description="Only this display: its name or number in list_displays."
    )
    window_id: int | None = Field(
        default=None, description="Only this window, without the frame around it."
    )
    window_title: str | None = Field(
        default=None,
        min_length=1,
        description="Only the topmost window with this text in its title, in any case.",
    )

    @model_validator(mode="after")
    def _at_most_one(self) -> Self:
        if sum(each is not None for each in self._parts) > 1:
            raise ValueError(
                "region, display, window_id and window_title exclude each other: give one"
            )
        return self

    @property
    def shows_a_part(self) -> bool:
        """Whether it is less than the whole desktop."""
        return any(each is not None for each in self._parts)

    @property
    def _parts(self) -> tuple[object, ...]:
        return (self.region, self.display, self.window_id, self.window_title)


class ImageArguments(ShownArguments):
    """What to show, and how to pack it."""

    format: ImageFormat = Field(
        default="png", description="png is lossless; jpeg and webp are smaller."
    )
    quality: int = Field(default=75, ge=1, le=100, description="Of jpeg and webp.")
    max_bytes: int | None = Field(
        default=None,
        ge=1024,
        description="Lower the quality, then the size, until the image file is this small; the "
        "result tells by quality, scale and reduced.",
    )
    cursor: bool = Field(default=False, description="Draw the pointer into the image.")


class ScreenshotArguments(ImageArguments):
    """What to show, and how to pack it."""

    scale: float = Field(
        default=1.0, gt=0.0, le=1.0, description="Shrink the image to this share of its size."
    )
    max_width: int | None = Field(
        default=None, ge=16, description="Shrink the image until it is this narrow, in pixels."
    )
    max_height: int | None = Field(
        default=None, ge=16, description="Shrink the image until it is this low, in pixels."
    )
    if_changed_since: str | None = Field(
        default=None,
        description="A frame_id: if this part of the screen still looks the same, the answer is "
        "not_modified and no image.",
    )


class ZoomArguments(ImageArguments):
    """What to enlarge, and how far."""

    width: int = Field(
        default=1280, ge=16, le=8192, description="The image is at most this wide, in pixels."
    )
    height: int = Field(
        default=800, ge=16, le=8192, description="The image is at most this high, in pixels."
    )


class ScreenshotResult(ToolResult):
    """
    An image of the screen, or word that it has not changed.

    The pixel (x, y) of the image shows the screen pixel (origin.x + x / scale, origin.y + y /
    scale).
    """

    frame_id: str = Field(
        description="Names this image; good for if_changed_since and for places in the image."
    )
    not_modified: bool = Field(
        default=False, description="The screen looks as in the frame asked about; no image."
    )
    format: ImageFormat | None = None
    mime_type: str | None = None
    width: int | None = Field(default=None, description="Of the image, in its own pixels.")
    height: int | None = Field(default=None, description="Of the image, in its own pixels.")
    scale: float | None = Field(default=None, description="Image pixels per screen pixel.")
    quality: int | None = Field(default=None, description="Of jpeg and webp; null for png.")
    reduced: bool = Field(
        default=False, description="max_bytes has lowered the quality or the size."
    )
    origin: Point | None = Field(default=None, description="What its upper left pixel shows.")
    display: str | None = Field(default=None, description="The display asked for; null for all.")
    window_id: int | None = Field(default=None, description="The window asked for.")
    obscured: bool | None = Field(
        default=None,
        description="Of a window: whether others hide some of it, which the image then shows "
        "instead. Never where a compositor keeps the window's own pixels.",
    )
    size_bytes: int | None = Field(default=None, description="Of the image file.")
    image: str | None = Field(default=None, description="The image file, base64.")


class ScreenSizeResult(ToolResult):
    """The whole desktop: the smallest rectangle with all displays in it, in screen pixels."""

    x: int = Field(description="Left edge; negative where a display lies left of the origin.")
    y: int = Field(description="Upper edge.")
    width: int
    height: int


class DisplayEntry(Part):
    """One monitor."""

    number: int = Field(description="Its place in this list, from 1.")
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
    description="The whole desktop, unless region, display or a window says less. Lossless by "
    "default.",
    arguments=ScreenshotArguments,
    result=ScreenshotResult,
    smaller="ask for jpeg, for a region, or set max_width or max_bytes",
)

ZOOM = Tool(
    name="zoom",
    tier=Tier.OBSERVE,
    acts=False,
    summary="Take an enlarged image of a part of the screen.",
    description="The part fills the image's width or height, in proportion. Places can be given "
    "as pixels of it by its frame_id.",
    arguments=ZoomArguments,
    result=ScreenshotResult,
    smaller="ask for jpeg, or set a smaller width or max_bytes",
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

FAMILY = (SCREENSHOT, ZOOM, SCREEN_SIZE, LIST_DISPLAYS)
