"""
Anthropic's computer tool: computer_20241022, 20250124 and 20251124, and the toolset of 2026.

The first three are one name, ``computer``, whose ``action`` says which; the toolset has the same
names as tools of their own. A result is what a ``tool_result`` block needs besides its
``tool_use_id``. Coordinates are pixels of the last ``screenshot`` that the peer's task took this
way; before one was taken they are screen pixels. Who wants smaller images gives
``display_width_px`` and ``display_height_px``, as in the tool's definition, with any call.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, Strict

from ...errors import Failure, ToolError
from ..keyboard import (
    HOLD_KEYS,
    PRESS_KEYS,
    TYPE_TEXT,
    HoldKeysArguments,
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
from ..screen import SCREENSHOT, NoArguments, ScreenshotArguments
from ..system import WAIT, WaitArguments
from ..tool import Arguments, Tool
from .foreign import Dialect, Envelope, Foreign, Name, Speaker
from .images import fitting, in_image, on_screen, shown
from .memory import Json, Memory
from .translated import Answer, OurCall, Program, in_turn

# The API takes images of 5 MB in base64.
MAX_IMAGE_BYTES = 3_700_000
MAX_WHEEL_CLICKS = 100

Coordinate: TypeAlias = Annotated[tuple[float, float], Strict(strict=False)]
Direction: TypeAlias = Literal["up", "down", "left", "right"]


def _failed(error: ToolError) -> dict[str, Any]:
    text = f"{error.failure.value}: {error.detail}"
    return {"type": "tool_result", "is_error": True, "content": [_text(text)]}


SPEAKER = Speaker("anthropic", _failed)


class Sized(Arguments):
    """What every call may say."""

    display_width_px: int | None = Field(
        default=None, ge=16, description="From now on, images fit into this width."
    )
    display_height_px: int | None = Field(
        default=None, ge=16, description="From now on, images fit into this height."
    )


class _Press(Sized):
    text: str = Field(
        min_length=1, description='Keys such as "ctrl+s"; several, with spaces between, in turn.'
    )
    repeat: int = Field(default=1, ge=1, le=1000, description="How often.")


class _Hold(Sized):
    text: str = Field(min_length=1, description='Keys such as "shift".')
    duration: float = Field(gt=0, le=300, description="Seconds.")


class _Type(Sized):
    text: str = Field(description="Typed exactly.")


class _Move(Sized):
    coordinate: Coordinate = Field(description="[x, y] in the last screenshot.")


class _Click(Sized):
    coordinate: Coordinate | None = Field(
        default=None, description="[x, y] in the last screenshot; where the pointer is if null."
    )
    text: str | None = Field(default=None, description="Keys held meanwhile.")
    key: str | None = Field(default=None, description="The same as text.")

    @property
    def held(self) -> str:
        return self.text or self.key or ""


class _Drag(Sized):
    coordinate: Coordinate = Field(description="Where the button is released.")
    start_coordinate: Coordinate | None = Field(
        default=None, description="Where it is pressed; where the pointer is if null."
    )
    text: str | None = Field(default=None, description="Keys held meanwhile.")


class _Scroll(_Click):
    scroll_direction: Direction
    scroll_amount: int = Field(ge=0, le=1000, description="Clicks of the wheel.")


class _Wait(Sized):
    duration: float = Field(ge=0, le=300, description="Seconds.")


class _Zoom(Sized):
    region: Annotated[tuple[float, float, float, float], Strict(strict=False)] = Field(
        description="[x0, y0, x1, y1] in the last screenshot."
    )


def _text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def _image(result: Mapping[str, Any]) -> dict[str, Any]:
    source = {"type": "base64", "media_type": result["mime_type"], "data": result["image"]}
    return {"type": "image", "source": source}


def _result(*content: Json) -> dict[str, Any]:
    return {"type": "tool_result", "is_error": False, "content": list(content)}


def _sized(taken: Sized, memory: Memory) -> Memory:
    if taken.display_width_px is None or taken.display_height_px is None:
        return memory
    return replace(memory, asked_size=(taken.display_width_px, taken.display_height_px))


Steps: TypeAlias = Callable[[Any, Memory], "list[OurCall]"]


def _acting(name: str, summary: str, takes: type[Sized], tool: Tool, steps: Steps) -> Foreign:
    def program(taken: Sized, memory: Memory) -> Program:
        yield from in_turn(steps(taken, memory))
        return Answer(_result(_text(f"{name}: done")), _sized(taken, memory))

    return Foreign(name, summary, takes, (tool,), program, SPEAKER, tool.private)


def _keys(taken: _Press, _: Memory) -> list[OurCall]:
    # A space alone is a key; spaces between keys are xdotool's way to press one after another.
    presses = taken.text.split() or [taken.text]
    return [
        OurCall(PRESS_KEYS, PressKeysArguments(keys=keys))
        for _ in range(taken.repeat)
        for keys in presses
    ]


def _hold(taken: _Hold, _: Memory) -> list[OurCall]:
    return [OurCall(HOLD_KEYS, HoldKeysArguments(keys=taken.text, duration_s=taken.duration))]


def _type(taken: _Type, _: Memory) -> list[OurCall]:
    return [OurCall(TYPE_TEXT, TypeTextArguments(text=taken.text))]


def _move(taken: _Move, memory: Memory) -> list[OurCall]:
    x, y = on_screen(memory, *taken.coordinate)
    return [OurCall(MOUSE_MOVE, MoveArguments(x=x, y=y))]


def _place(memory: Memory, coordinate: Coordinate | None) -> tuple[int | None, int | None]:
    return (None, None) if coordinate is None else on_screen(memory, *coordinate)


def _click(button: Button, count: int) -> Steps:
    def steps(taken: _Click, memory: Memory) -> list[OurCall]:
        x, y = _place(memory, taken.coordinate)
        arguments = ClickArguments(x=x, y=y, button=button, count=count, keys=taken.held or ())
        return [OurCall(MOUSE_CLICK, arguments)]

    return steps


def _button(tool: Tool) -> Steps:
    return lambda _, __: [OurCall(tool, ButtonArguments())]


def _drag(taken: _Drag, memory: Memory) -> Program:
    if taken.start_coordinate is None:
        pointer = yield OurCall(CURSOR_POSITION, NoArguments())
        start = pointer["x"], pointer["y"]
    else:
        start = on_screen(memory, *taken.start_coordinate)
    path = [{"x": x, "y": y} for x, y in (start, on_screen(memory, *taken.coordinate))]
    arguments = DragArguments.model_validate({"path": path, "keys": taken.text or ()})
    yield OurCall(MOUSE_DRAG, arguments)
    return Answer(_result(_text("left_click_drag: done")), _sized(taken, memory))


_WAYS: Mapping[Direction, tuple[int, int]] = {
    "up": (0, -1),
    "down": (0, 1),
    "left": (-1, 0),
    "right": (1, 0),
}


def _scroll(taken: _Scroll, memory: Memory) -> list[OurCall]:
    x, y = _place(memory, taken.coordinate)
    across, down = _WAYS[taken.scroll_direction]
    calls = []
    for start in range(0, taken.scroll_amount, MAX_WHEEL_CLICKS):
        clicks = min(MAX_WHEEL_CLICKS, taken.scroll_amount - start)
        given = {"dx": across * clicks, "dy": down * clicks, "keys": taken.held or ()}
        arguments = ScrollArguments.model_validate({**given, "x": x, "y": y})
        calls.append(OurCall(MOUSE_SCROLL, arguments))
    return calls


def _wait(taken: _Wait, _: Memory) -> list[OurCall]:
    return [OurCall(WAIT, WaitArguments(seconds=taken.duration))] if taken.duration else []


def _cursor(taken: Sized, memory: Memory) -> Program:
    pointer = yield OurCall(CURSOR_POSITION, NoArguments())
    x, y = in_image(memory, pointer["x"], pointer["y"])
    return Answer(_result(_text(f"X={x},Y={y}")), _sized(taken, memory))


def _screenshot(taken: Sized, memory: Memory) -> Program:
    memory = _sized(taken, memory)
    arguments = fitting(memory, cursor=True, max_bytes=MAX_IMAGE_BYTES)
    result = yield OurCall(SCREENSHOT, arguments)
    return Answer(_result(_image(result)), replace(memory, shown=shown(result)))


def _zoom(taken: _Zoom, memory: Memory) -> Program:
    # What is zoomed into is looked at only: places stay those of the last whole screenshot.
    left, top, right, bottom = taken.region
    x0, y0 = on_screen(memory, left, top)
    x1, y1 = on_screen(memory, right - 1, bottom - 1)
    if x1 < x0 or y1 < y0:
        raise ToolError(Failure.BAD_ARGUMENTS, "zoom: argument region: it has no area")
    area = {"x": x0, "y": y0, "width": x1 - x0 + 1, "height": y1 - y0 + 1}
    given = {"region": area, "cursor": True, "max_bytes": MAX_IMAGE_BYTES}
    result = yield OurCall(SCREENSHOT, ScreenshotArguments.model_validate(given))
    return Answer(_result(_image(result)), _sized(taken, memory))


def _other(
    name: str,
    summary: str,
    takes: type[Sized],
    tools: tuple[Tool, ...],
    program: Callable[[Any, Memory], Program],
) -> Foreign:
    return Foreign(name, summary, takes, tools, program, SPEAKER)


_MEMBERS = (
    _acting("key", "Press keys together.", _Press, PRESS_KEYS, _keys),
    _acting("hold_key", "Hold keys down for some seconds.", _Hold, HOLD_KEYS, _hold),
    _acting("type", "Type a text.", _Type, TYPE_TEXT, _type),
    _other("cursor_position", "Tell where the pointer is.", Sized, (CURSOR_POSITION,), _cursor),
    _acting("mouse_move", "Move the pointer.", _Move, MOUSE_MOVE, _move),
    _acting("left_mouse_down", "Press the left button.", Sized, MOUSE_DOWN, _button(MOUSE_DOWN)),
    _acting("left_mouse_up", "Release the left button.", Sized, MOUSE_UP, _button(MOUSE_UP)),
    _acting("left_click", "Click.", _Click, MOUSE_CLICK, _click("left", 1)),
    _acting("right_click", "Click right.", _Click, MOUSE_CLICK, _click("right", 1)),
    _acting("middle_click", "Click the wheel.", _Click, MOUSE_CLICK, _click("middle", 1)),
    _acting("double_click", "Double-click.", _Click, MOUSE_CLICK, _click("left", 2)),
    _acting("triple_click", "Triple-click.", _Click, MOUSE_CLICK, _click("left", 3)),
    _other("left_click_drag", "Drag.", _Drag, (MOUSE_DRAG, CURSOR_POSITION), _drag),
    _acting("scroll", "Turn the wheel.", _Scroll, MOUSE_SCROLL, _scroll),
    _acting("wait", "Wait.", _Wait, WAIT, _wait),
    _other("screenshot", "Show the screen.", Sized, (SCREENSHOT,), _screenshot),
    _other("zoom", "Show a part of the screen in full detail.", _Zoom, (SCREENSHOT,), _zoom),
)
ACTIONS: Mapping[str, Name] = {each.name: each for each in _MEMBERS}

DIALECT = Dialect(
    name="anthropic",
    title="Anthropic",
    text=__doc__ or "",
    names={"computer": Envelope("computer", "action", ACTIONS, SPEAKER), **ACTIONS},
    agents=frozenset({"claude"}),
)
