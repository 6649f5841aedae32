"""cua's commands for pointer, keyboard, screen and shell. Places are screen pixels."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, Strict

from ..keyboard import (
    KEY_DOWN,
    KEY_UP,
    PRESS_KEYS,
    TYPE_TEXT,
    KeyArguments,
    PressKeysArguments,
    TypeTextArguments,
)
from ..parts import Button
from ..pointer import (
    CURSOR_POSITION,
    MOUSE_CLICK,
    MOUSE_DOWN,
    MOUSE_DRAG,
    MOUSE_MOVE,
    MOUSE_SCROLL,
    MOUSE_UP,
    ButtonArguments,
    ClickArguments,
    DragArguments,
    MoveArguments,
    ScrollArguments,
)
from ..screen import SCREEN_SIZE, SCREENSHOT, NoArguments, ScreenshotArguments
from ..shell import SHELL, ShellArguments
from ..tool import Arguments
from .cua_wire import SPEAKER, name, success
from .foreign import Foreign
from .memory import Json, Memory
from .translated import Answer, OurCall, Program

PROTOCOL = 1
DEFAULT_TIMEOUT_S = 60.0
MAX_WHEEL_CLICKS = 100

MouseButton: TypeAlias = Literal["left", "right", "middle"]


class At(Arguments):
    """A place, or where the pointer is."""

    x: float | None = Field(default=None, description="Screen pixels; the pointer's if null.")
    y: float | None = Field(default=None, description="Screen pixels; the pointer's if null.")

    @property
    def place(self) -> dict[str, int]:
        """As our tools take it."""
        return {
            name: round(each) for name, each in (("x", self.x), ("y", self.y)) if each is not None
        }


class Pressed(At):
    """A place and a button."""

    button: MouseButton = "left"


class To(Arguments):
    """A place."""

    x: float = Field(description="Screen pixels.")
    y: float = Field(description="Screen pixels.")


class DragTo(To):
    """From where the pointer is."""

    button: MouseButton = "left"
    duration: float = Field(default=0.5, ge=0, le=60, description="Seconds.")


Pair: TypeAlias = Annotated[tuple[float, float], Strict(strict=False)]


class Drag(Arguments):
    """Along a path."""

    path: Annotated[tuple[Pair, ...], Strict(strict=False)] = Field(
        min_length=2, max_length=1000, description="[[x, y], ...] in screen pixels."
    )
    button: MouseButton = "left"
    duration: float = Field(default=0.5, ge=0, le=60, description="Of the whole way, seconds.")


class OneKey(Arguments):
    """Which key."""

    key: str = Field(min_length=1)


class SomeKeys(Arguments):
    """Which keys."""

    keys: Annotated[tuple[str, ...], Strict(strict=False)] = Field(
        min_length=1, description="Pressed together."
    )


class Text(Arguments):
    """What to type."""

    text: str


class Amount(Arguments):
    """How far."""

    x: int = Field(ge=-MAX_WHEEL_CLICKS, le=MAX_WHEEL_CLICKS, description="Clicks to the right.")
    y: int = Field(ge=-MAX_WHEEL_CLICKS, le=MAX_WHEEL_CLICKS, description="Clicks up.")


class Clicks(Arguments):
    """How far."""

    clicks: int = Field(default=1, ge=-MAX_WHEEL_CLICKS, le=MAX_WHEEL_CLICKS)


class Direction(Clicks):
    """How far, and where to."""

    direction: Literal["up", "down", "left", "right"]


def _jpeg(name: object) -> object:
    return "jpeg" if name == "jpg" else name


class Picture(Arguments):
    """How to pack it."""

    format: Annotated[Literal["png", "jpeg"], BeforeValidator(_jpeg)] = "png"
    quality: int = Field(default=95, ge=1, le=100, description="Of jpeg.")


class Command(Arguments):
    """What to run."""

    command: str = Field(min_length=1, description="Command line for the system's shell.")
    timeout: float = Field(default=DEFAULT_TIMEOUT_S, gt=0, le=3600, description="Seconds.")


def _click(button: Button, count: int = 1) -> Callable[[At], Arguments]:
    def arguments(taken: At) -> Arguments:
        return ClickArguments.model_validate({**taken.place, "button": button, "count": count})

    return arguments


def _button(taken: Pressed) -> Arguments:
    return ButtonArguments.model_validate({**taken.place, "button": taken.button})


def _move(taken: To) -> Arguments:
    return MoveArguments(x=round(taken.x), y=round(taken.y))


def _drag(taken: Drag) -> Arguments:
    path = [{"x": round(x), "y": round(y)} for x, y in taken.path]
    given = {"path": path, "button": taken.button, "duration_s": taken.duration}
    return DragArguments.model_validate(given)


def _drag_to(taken: DragTo, _: Memory) -> Program:
    pointer = yield OurCall(CURSOR_POSITION, NoArguments())
    path = [{"x": pointer["x"], "y": pointer["y"]}, {"x": round(taken.x), "y": round(taken.y)}]
    given = {"path": path, "button": taken.button, "duration_s": taken.duration}
    yield OurCall(MOUSE_DRAG, DragArguments.model_validate(given))
    return Answer(success())


def _wheel(ways: Callable[[Any], tuple[int, int]]) -> Callable[[Any, Memory], Program]:
    def program(taken: Arguments, _: Memory) -> Program:
        dx, dy = ways(taken)
        if dx or dy:
            yield OurCall(MOUSE_SCROLL, ScrollArguments(dx=dx, dy=dy))
        return Answer(success())

    return program


def _way(taken: Direction) -> tuple[int, int]:
    clicks = abs(taken.clicks)
    ways = {"up": (0, -clicks), "down": (0, clicks), "left": (-clicks, 0), "right": (clicks, 0)}
    return ways[taken.direction]


def _scroll(
    foreign: str, summary: str, takes: type[Arguments], ways: Callable[[Any], tuple[int, int]]
) -> Foreign:
    return Foreign(foreign, summary, takes, (MOUSE_SCROLL,), _wheel(ways), SPEAKER)


def _picture(taken: Picture) -> Arguments:
    return ScreenshotArguments(format=taken.format, quality=taken.quality)


def _shown(value: Json) -> Json:
    return success(image_data=value["image"], format=value["format"])


def _ran(value: Json) -> Json:
    return success(stdout=value["stdout"], stderr=value["stderr"], return_code=value["exit_code"])


def _version(_: NoArguments, __: Memory) -> Program:
    return Answer(success(protocol=PROTOCOL, package="device-agent"))
    yield  # What makes it a program; there is nothing to call.


_NAMES = (
    Foreign("version", "Tell the protocol's version.", NoArguments, (), _version, SPEAKER),
    name(
        "run_command",
        "Run a command line.",
        Command,
        SHELL,
        lambda taken: ShellArguments(command=taken.command, timeout_s=taken.timeout),
        _ran,
    ),
    name("mouse_down", "Press a button.", Pressed, MOUSE_DOWN, _button),
    name("mouse_up", "Release a button.", Pressed, MOUSE_UP, _button),
    name("left_click", "Click.", At, MOUSE_CLICK, _click("left")),
    name("right_click", "Click right.", At, MOUSE_CLICK, _click("right")),
    name("middle_click", "Click the wheel.", At, MOUSE_CLICK, _click("middle")),
    name("double_click", "Double-click.", At, MOUSE_CLICK, _click("left", 2)),
    name("move_cursor", "Move the pointer.", To, MOUSE_MOVE, _move),
    Foreign(
        "drag_to",
        "Drag from where the pointer is.",
        DragTo,
        (MOUSE_DRAG, CURSOR_POSITION),
        _drag_to,
        SPEAKER,
    ),
    name("drag", "Drag along a path.", Drag, MOUSE_DRAG, _drag),
    name("key_down", "Press a key.", OneKey, KEY_DOWN, lambda taken: KeyArguments(key=taken.key)),
    name("key_up", "Release a key.", OneKey, KEY_UP, lambda taken: KeyArguments(key=taken.key)),
    name(
        "type_text",
        "Type a text.",
        Text,
        TYPE_TEXT,
        lambda taken: TypeTextArguments(text=taken.text),
    ),
    name(
        "press_key",
        "Press and release a key.",
        OneKey,
        PRESS_KEYS,
        lambda taken: PressKeysArguments(keys=taken.key),
    ),
    name(
        "hotkey",
        "Press keys together.",
        SomeKeys,
        PRESS_KEYS,
        lambda taken: PressKeysArguments(keys=taken.keys),
    ),
    _scroll("scroll", "Turn the wheel.", Amount, lambda taken: (taken.x, -taken.y)),
    _scroll("scroll_down", "Scroll down.", Clicks, lambda taken: (0, abs(taken.clicks))),
    _scroll("scroll_up", "Scroll up.", Clicks, lambda taken: (0, -abs(taken.clicks))),
    _scroll("scroll_direction", "Scroll in a direction.", Direction, _way),
    name("screenshot", "Show the screen.", Picture, SCREENSHOT, _picture, _shown),
    name(
        "get_cursor_position",
        "Tell where the pointer is.",
        NoArguments,
        CURSOR_POSITION,
        lambda taken: taken,
        lambda value: success(position={"x": value["x"], "y": value["y"]}),
    ),
    name(
        "get_screen_size",
        "Tell how large the screen is.",
        NoArguments,
        SCREEN_SIZE,
        lambda taken: taken,
        lambda value: success(size={"width": value["width"], "height": value["height"]}),
    ),
)

NAMES: Mapping[str, Foreign] = {each.name: each for each in _NAMES}
