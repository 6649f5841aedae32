"""What callers of the inputs speak of: buttons, places, and what is held."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Button(StrEnum):
    """A button of the pointer, in the order of X's numbers. The values are what callers say."""

    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    WHEEL_UP = "wheel_up"
    WHEEL_DOWN = "wheel_down"
    WHEEL_LEFT = "wheel_left"
    WHEEL_RIGHT = "wheel_right"
    BACK = "back"
    FORWARD = "forward"


class Point(NamedTuple):
    """A place on the desktop in physical pixels; its origin is the desktop's top left corner."""

    x: int
    y: int


class Box(NamedTuple):
    """A rectangle on the desktop in physical pixels."""

    x: int
    y: int
    width: int
    height: int

    def has(self, point: Point) -> bool:
        """Whether a pixel lies in it."""
        across, down = point.x - self.x, point.y - self.y
        return 0 <= across < self.width and 0 <= down < self.height


@dataclass(frozen=True, slots=True)
class Held:
    """What is down because it was pressed and not yet released, in the order of pressing."""

    keys: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keys or self.buttons)


@dataclass(frozen=True, slots=True)
class Named:
    """What a window is called: its class, mostly in two spellings, and its title."""

    apps: tuple[str, ...] = ()
    title: str = ""
