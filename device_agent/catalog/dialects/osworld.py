"""
OSWorld's actions, and the ways of its server that come to one call.

Actions are names (``CLICK`` and its parameters); ``computer_13`` takes them whole, as
``{action_type, parameters}`` or flat. They mean what OSWorld does with them through pyautogui, such
as positive ``dy`` scrolling up, and give what its server answers to a command. Places are screen
pixels.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, Strict

from ...errors import Failure, ToolError
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
from ..screen import SCREENSHOT, NoArguments, ScreenshotArguments
from ..shell import SHELL, ShellArguments
from ..system import WAIT, WaitArguments
from ..tool import Arguments, Tool
from .foreign import Dialect, Envelope, Foreign, Name, Speaker
from .memory import Json, Memory
from .translated import Answer, OurCall, Program, in_turn

WAIT_S = 2.0
DRAG_S = 1.0
COMMAND_S = 120.0
MAX_WHEEL_CLICKS = 100

MouseButton: TypeAlias = Literal["left", "right", "middle"]


def _failed(error: ToolError) -> dict[str, Any]:
    return {"status": "error", "message": f"{error.failure.value}: {error.detail}"}


SPEAKER = Speaker("osworld", _failed)
DONE: Mapping[str, Any] = {"status": "success", "output": "", "error": "", "returncode": 0}


class _At(Arguments):
    x: float | None = Field(default=None, description="Screen pixels; the pointer's if null.")
    y: float | None = Field(default=None, description="Screen pixels; the pointer's if null.")

    @property
    def place(self) -> dict[str, int]:
        places = (("x", self.x), ("y", self.y))
        return {axis: round(pixels) for axis, pixels in places if pixels is not None}


class _Click(_At):
    button: MouseButton = "left"
    num_clicks: int = Field(default=1, ge=1, le=3)


class _To(Arguments):
    x: float = Field(description="Screen pixels.")
    y: float = Field(description="Screen pixels.")


class _Button(Arguments):
    button: MouseButton = "left"


class _Scroll(Arguments):
    dx: int = Field(default=0, description="Clicks to the right.")
    dy: int = Field(default=0, description="Clicks up.")


class _Typing(Arguments):
    text: str = Field(description="Typed exactly.")


class _Key(Arguments):
    key: str = Field(min_length=1)


class _Keys(Arguments):
    keys: Annotated[tuple[str, ...], Strict(strict=False)] = Field(
        min_length=1, description="Pressed together."
    )


class _Wait(Arguments):
    time: float = Field(default=WAIT_S, gt=0, le=300, description="Seconds.")


class _Execute(Arguments):
    command: str | Annotated[tuple[str, ...], Strict(strict=False)] = Field(
        description="A command line (shell true), or a program with its arguments as a list."
    )
    shell: bool = Field(default=False, description="Whether the system's shell reads it.")


Calls: TypeAlias = Callable[[Any], list[OurCall]]


def _name(
    foreign: str, summary: str, takes: type[Arguments], tool: Tool | None, calls: Calls
) -> Foreign:
    def program(taken: Arguments, _: Memory) -> Program:
        yield from in_turn(calls(taken))
        return Answer(dict(DONE))

    tools = () if tool is None else (tool,)
    private = frozenset[str]() if tool is None else tool.private
    return Foreign(foreign, summary, takes, tools, program, SPEAKER, private)


def _click(taken: _Click) -> list[OurCall]:
    given = {**taken.place, "button": taken.button, "count": taken.num_clicks}
    return [OurCall(MOUSE_CLICK, ClickArguments.model_validate(given))]


def _clicks(button: Button, count: int) -> Calls:
    def calls(taken: _At) -> list[OurCall]:
        given = {**taken.place, "button": button, "count": count}
        return [OurCall(MOUSE_CLICK, ClickArguments.model_validate(given))]

    return calls


def _move(taken: _To) -> list[OurCall]:
    return [OurCall(MOUSE_MOVE, MoveArguments(x=round(taken.x), y=round(taken.y)))]


def _button(tool: Tool) -> Calls:
    return lambda taken: [OurCall(tool, ButtonArguments(button=taken.button))]


def _drag(taken: _To, _: Memory) -> Program:
    pointer = yield OurCall(CURSOR_POSITION, NoArguments())
    path = [{"x": pointer["x"], "y": pointer["y"]}, {"x": round(taken.x), "y": round(taken.y)}]
    yield OurCall(MOUSE_DRAG, DragArguments.model_validate({"path": path, "duration_s": DRAG_S}))
    return Answer(dict(DONE))


def _scroll(taken: _Scroll) -> list[OurCall]:
    calls = []
    left = {"dx": taken.dx, "dy": -taken.dy}
    while any(left.values()):
        now = {
            way: max(-MAX_WHEEL_CLICKS, min(MAX_WHEEL_CLICKS, clicks))
            for way, clicks in left.items()
        }
        calls.append(OurCall(MOUSE_SCROLL, ScrollArguments.model_validate(now)))
        left = {way: clicks - now[way] for way, clicks in left.items()}
    return calls


def _ran(value: Json) -> Json:
    return {
        "status": "success",
        "output": value["stdout"],
        "error": value["stderr"],
        "returncode": value["exit_code"],
    }


def _execute(taken: _Execute, _: Memory) -> Program:
    command = taken.command
    if not taken.shell and isinstance(command, str):
        raise ToolError(
            Failure.BAD_ARGUMENTS, "EXECUTE: a command line needs shell true; else give a list"
        )
    if taken.shell and not isinstance(command, str):
        command = " ".join(command)
    arguments = ShellArguments.model_validate({"command": command, "timeout_s": COMMAND_S})
    value = yield OurCall(SHELL, arguments)
    return Answer(_ran(value))


def _nothing(_: NoArguments) -> list[OurCall]:
    return []


def _screenshot(_: NoArguments, __: Memory) -> Program:
    value = yield OurCall(SCREENSHOT, ScreenshotArguments(cursor=True))
    return Answer({"status": "success", "mime_type": value["mime_type"], "image": value["image"]})


_NAMES = (
    _name("MOVE_TO", "Move the pointer.", _To, MOUSE_MOVE, _move),
    _name("CLICK", "Click.", _Click, MOUSE_CLICK, _click),
    _name("MOUSE_DOWN", "Press a button.", _Button, MOUSE_DOWN, _button(MOUSE_DOWN)),
    _name("MOUSE_UP", "Release a button.", _Button, MOUSE_UP, _button(MOUSE_UP)),
    _name("RIGHT_CLICK", "Click right.", _At, MOUSE_CLICK, _clicks("right", 1)),
    _name("DOUBLE_CLICK", "Double-click.", _At, MOUSE_CLICK, _clicks("left", 2)),
    Foreign(
        "DRAG_TO",
        "Drag from where the pointer is.",
        _To,
        (MOUSE_DRAG, CURSOR_POSITION),
        _drag,
        SPEAKER,
    ),
    _name("SCROLL", "Turn the wheel.", _Scroll, MOUSE_SCROLL, _scroll),
    _name(
        "TYPING",
        "Type a text.",
        _Typing,
        TYPE_TEXT,
        lambda taken: [OurCall(TYPE_TEXT, TypeTextArguments(text=taken.text))],
    ),
    _name(
        "PRESS",
        "Press and release a key.",
        _Key,
        PRESS_KEYS,
        lambda taken: [OurCall(PRESS_KEYS, PressKeysArguments(keys=taken.key))],
    ),
    _name(
        "KEY_DOWN",
        "Press a key.",
        _Key,
        KEY_DOWN,
        lambda taken: [OurCall(KEY_DOWN, KeyArguments(key=taken.key))],
    ),
    _name(
        "KEY_UP",
        "Release a key.",
        _Key,
        KEY_UP,
        lambda taken: [OurCall(KEY_UP, KeyArguments(key=taken.key))],
    ),
    _name(
        "HOTKEY",
        "Press keys together.",
        _Keys,
        PRESS_KEYS,
        lambda taken: [OurCall(PRESS_KEYS, PressKeysArguments(keys=taken.keys))],
    ),
    _name(
        "WAIT",
        "Wait.",
        _Wait,
        WAIT,
        lambda taken: [OurCall(WAIT, WaitArguments(seconds=taken.time))],
    ),
    _name("FAIL", "Say that the task cannot be done; does nothing.", NoArguments, None, _nothing),
    _name("DONE", "Say that the task is done; does nothing.", NoArguments, None, _nothing),
    Foreign("EXECUTE", "Run a command.", _Execute, (SHELL,), _execute, SPEAKER),
)
ACTIONS: Mapping[str, Name] = {each.name: each for each in _NAMES}

_WAYS = (
    Foreign("/execute", "Run a command.", _Execute, (SHELL,), _execute, SPEAKER),
    Foreign("/screenshot", "Show the screen.", NoArguments, (SCREENSHOT,), _screenshot, SPEAKER),
)

DIALECT = Dialect(
    name="osworld",
    title="OSWorld",
    text=__doc__ or "",
    names={
        "computer_13": Envelope("computer_13", "action_type", ACTIONS, SPEAKER, "parameters"),
        **ACTIONS,
        **{each.name: each for each in _WAYS},
    },
)
