"""Tools that use the pointer."""

from typing import Annotated, Any

from pydantic import Field, Strict, model_validator

from .parts import HELD, AtArguments, Button, Coordinate, Keys, Place, PlacedArguments, Spot
from .screen import NoArguments
from .tool import Arguments, Tier, Tool, ToolResult

BUTTON = "By name, or by number: 1 left, 2 middle, 3 right, 4 to 7 the wheel, 8 back, 9 forward."
PLACES = (
    "Places are screen pixels, pixels of a screenshot (frame_id) or of a window (window_id), or "
    "with unit fraction shares of these. One on no display is refused before anything moves."
)


class MoveArguments(PlacedArguments):
    """Where to."""

    x: Coordinate = Field(description="From the left.")
    y: Coordinate = Field(description="From the top.")

    @property
    def place(self) -> Place:
        """The place."""
        return self.meant(self.x, self.y)


class ClickArguments(AtArguments):
    """Where, with what, how often."""

    button: Button = Field(default="left", description=BUTTON)
    count: int = Field(default=1, ge=1, le=10, description="2 is a double click, 3 a triple one.")
    keys: Keys = Field(default=(), description=HELD)


class ButtonArguments(AtArguments):
    """Which button, and where."""

    button: Button = Field(default="left", description=BUTTON)


class DragArguments(PlacedArguments):
    """From where, over what, to where."""

    path: Annotated[tuple[Spot, ...], Strict(strict=False)] = Field(
        min_length=2, max_length=1000, description="The button goes down at the first point."
    )
    button: Button = Field(default="left", description=BUTTON)
    duration_s: float = Field(default=0.2, ge=0.0, le=60.0, description="Of the way, seconds.")
    keys: Keys = Field(default=(), description=HELD)

    @property
    def places(self) -> tuple[Place, ...]:
        """The way."""
        return tuple(self.meant(spot.x, spot.y) for spot in self.path)

    @property
    def extra_s(self) -> float:
        return self.duration_s + 0.01 * len(self.path)


class ScrollArguments(AtArguments):
    """How far, and where."""

    dx: int = Field(default=0, ge=-100, le=100, description="Wheel clicks to the right.")
    dy: int = Field(default=0, ge=-100, le=100, description="Wheel clicks down.")
    keys: Keys = Field(default=(), description=HELD)

    @model_validator(mode="before")
    @classmethod
    def _somewhere(cls, given: Any) -> Any:  # noqa: ANN401 -- whatever the caller gave
        if isinstance(given, dict) and not (given.get("dx") or given.get("dy")):
            raise ValueError("dx and dy are both 0 or missing: there is nothing to scroll")
        return given


class PointerResult(ToolResult):
    """Where the pointer is, in screen pixels, read back after the call."""

    x: int
    y: int


def _acting(name: str, summary: str, arguments: type[Arguments], description: str = "") -> Tool:
    return Tool(
        name=name,
        tier=Tier.INPUT,
        acts=True,
        summary=summary,
        description=f"{description} {PLACES}".strip(),
        arguments=arguments,
        result=PointerResult,
    )


MOUSE_MOVE = _acting("mouse_move", "Move the pointer.", MoveArguments)
MOUSE_CLICK = _acting(
    "mouse_click", "Click with a button: once, twice or more often.", ClickArguments
)
MOUSE_DOWN = _acting(
    "mouse_down",
    "Press a button and keep it down until mouse_up.",
    ButtonArguments,
    "A button that stays down for long, or whose sender leaves, is released by itself.",
)
MOUSE_UP = _acting("mouse_up", "Release a button.", ButtonArguments)
MOUSE_DRAG = _acting(
    "mouse_drag", "Drag with a button held down along a path of points.", DragArguments
)
MOUSE_SCROLL = _acting("mouse_scroll", "Turn the wheel.", ScrollArguments)
CURSOR_POSITION = Tool(
    name="cursor_position",
    tier=Tier.OBSERVE,
    acts=False,
    summary="Tell where the pointer is.",
    arguments=NoArguments,
    result=PointerResult,
)

FAMILY = (
    MOUSE_MOVE,
    MOUSE_CLICK,
    MOUSE_DOWN,
    MOUSE_UP,
    MOUSE_DRAG,
    MOUSE_SCROLL,
    CURSOR_POSITION,
)
