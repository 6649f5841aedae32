"""Pieces that the arguments and results of several tools are made of."""

from typing import Annotated, Any, Literal, Self, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator

from .tool import Arguments, ToolResult


class Part(BaseModel):
    """A piece of arguments or results: strict and closed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)


class Point(Part):
    """A place on the desktop, in screen pixels from the desktop's origin."""

    x: int = Field(description="Screen pixels from the left.")
    y: int = Field(description="Screen pixels from the top.")


class Area(Part):
    """A rectangle on the desktop, in screen pixels."""

    x: int = Field(description="Left edge, screen pixels.")
    y: int = Field(description="Upper edge, screen pixels.")
    width: int = Field(ge=1, description="Screen pixels.")
    height: int = Field(ge=1, description="Screen pixels.")


Coordinate: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]
FrameId: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]
Unit: TypeAlias = Literal["pixels", "fraction"]

FRAME = (
    "Places are pixels of this image, a frame_id of a screenshot, whatever its scale; null: of the "
    "screen."
)
WINDOW = "Places are counted from this window's upper left corner; it has to be still there."
UNIT = "fraction: places are shares, 0.0 to 1.0, of the frame, the window, else the whole screen."


class Spot(Part):
    """A place, in whatever the arguments around it count."""

    x: Coordinate = Field(description="From the left.")
    y: Coordinate = Field(description="From the top.")

    @model_validator(mode="before")
    @classmethod
    def _of_point(cls, given: Any) -> Any:  # noqa: ANN401 -- whatever the caller gave
        return {"x": given.x, "y": given.y} if isinstance(given, Point) else given


class Counted(Part):
    """What the numbers of a place count: pixels of the screen unless it says otherwise."""

    frame_id: FrameId | None = Field(default=None, description=FRAME)
    window_id: int | None = Field(default=None, description=WINDOW)
    unit: Unit = Field(default="pixels", description=UNIT)

    @model_validator(mode="after")
    def _one_reference(self) -> Self:
        if self.frame_id is not None and self.window_id is not None:
            raise ValueError("frame_id and window_id exclude each other: give one")
        return self


class Place(Counted):
    """A place on the desktop as a caller means it."""

    x: Coordinate = Field(description="From the left.")
    y: Coordinate = Field(description="From the top.")


class Zone(Counted):
    """A rectangle on the desktop as a caller means it."""

    x: Coordinate = Field(description="Left edge.")
    y: Coordinate = Field(description="Upper edge.")
    width: Coordinate = Field(gt=0, description="More than nothing.")
    height: Coordinate = Field(gt=0, description="More than nothing.")

    @model_validator(mode="before")
    @classmethod
    def _of_area(cls, given: Any) -> Any:  # noqa: ANN401 -- whatever the caller gave
        return given.model_dump() if isinstance(given, Area) else given


class PlacedArguments(Counted, Arguments):
    """Arguments with places that count what :class:`Counted` says."""

    def meant(self, x: float, y: float) -> Place:
        """The place of that name in what these arguments count."""
        return Place(x=x, y=y, frame_id=self.frame_id, window_id=self.window_id, unit=self.unit)


class AtArguments(PlacedArguments):
    """A place that may be left out: then it is where the pointer is."""

    x: Coordinate | None = Field(
        default=None, description="From the left; where the pointer is if null."
    )
    y: Coordinate | None = Field(
        default=None, description="From the top; where the pointer is if null."
    )

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y belong together: give both or neither")
        return self

    @property
    def place(self) -> Place | None:
        """The place, or None for where the pointer is."""
        return None if self.x is None or self.y is None else self.meant(self.x, self.y)


class Nothing(ToolResult):
    """Nothing but that it has happened: an empty object."""


ButtonName: TypeAlias = Literal[
    "left",
    "middle",
    "right",
    "wheel_up",
    "wheel_down",
    "wheel_left",
    "wheel_right",
    "back",
    "forward",
]
Button: TypeAlias = ButtonName | Annotated[int, Field(ge=1, le=9)]
"""A button by its name, or by its number on X: 1 to 9 in the order of the names."""

BUTTON_NAMES: tuple[ButtonName, ...] = get_args(ButtonName)


def button_name(button: Button) -> ButtonName:
    """The name of a button."""
    return BUTTON_NAMES[button - 1] if isinstance(button, int) else button


Key: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]
Keys: TypeAlias = Key | Annotated[tuple[Key, ...], Strict(strict=False), Field(max_length=8)]
"""Keys that go down in this order and up in the reverse one: a list, or a text with pluses."""

HELD = 'Keys held down meanwhile, such as "ctrl" or "ctrl+shift".'
