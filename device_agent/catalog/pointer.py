"""Tools that use the pointer. All places are screen pixels."""

from typing import Annotated, Any, Self

from pydantic import Field, Strict, model_validator

from .parts import HELD, Button, Keys, Nothing, Point
from .screen import NoArguments
from .tool import Arguments, Tier, Tool, ToolResult


class MoveArguments(Arguments):
    """Where to."""

    x: int = Field(description="Screen pixels from the left.")
    y: int = Field(description="Screen pixels from the top.")


class _AtArguments(Arguments):
    """A place that may be left out: then it is where the pointer is."""

    x: int | None = Field(default=None, description="Screen pixels; where the pointer is if null.")
    y: int | None = Field(default=None, description="Screen pixels; where the pointer is if null.")

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.x is None) != (self.y is None):
            raise ValueError("x and y belong together: give both or neither")
        return self

    @property
    def at(self) -> tuple[int, int] | None:
        """The place, or None for where the pointer is."""
        return None if self.x is None or self.y is None else (self.x, self.y)


class ClickArguments(_AtArguments):
    """Where, with what, how often."""

    button: Button = "left"
    count: int = Field(default=1, ge=1, le=3, description="2 is a double click.")
    keys: Keys = Field(default=(), description=HELD)


class ButtonArguments(_AtArguments):
    """Which button, and where."""

    button: Button = "left"


class DragArguments(Arguments):
    """From where, over what, to where."""

    path: Annotated[tuple[Point, ...], Strict(strict=False)] = Field(
        min_length=2, max_length=1000, description="The button goes down at the first point."
    )
    button: Button = "left"
    duration_s: float = Field(default=0.2, ge=0.0, le=60.0, description="Of the way, seconds.")
    keys: Keys = Field(default=(), description=HELD)

    @property
    def extra_s(self) -> float:
        return self.duration_s + 0.01 * len(self.path)


class ScrollArguments(_AtArguments):
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
    """Where the pointer is, in screen pixels."""

    x: int
    y: int


def _acting(name: str, summary: str, arguments: type[Arguments], description: str = "") -> Tool:
    return Tool(
        name=name,
        tier=Tier.INPUT,
        acts=True,
        summary=summary,
        description=description,
        arguments=arguments,
        result=Nothing,
    )


MOUSE_MOVE = _acting("mouse_move", "Move the pointer.", MoveArguments)
MOUSE_CLICK = _acting(
    "mouse_click", "Click, double-click or triple-click with a button.", ClickArguments
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
