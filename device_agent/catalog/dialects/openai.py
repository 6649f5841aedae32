"""
OpenAI's computer tool: one ``action``, or a batch of ``actions``.

Both come as ``computer_call`` (or ``computer``) with the call's own fields; each kind of action is
a name of its own, too. A batch runs in order and ends at the first failure; the answer is what a
``computer_call_output`` needs besides its ``call_id``: one screenshot, taken at the end.
Coordinates are pixels of the last screenshot that the peer's task was given; before the first they
are screen pixels. ``display_width`` and ``display_height``, as in the tool's definition, given
with a call make images fit from then on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, Strict

from ...errors import Failure, ToolError
from ..keyboard import PRESS_KEYS, TYPE_TEXT, PressKeysArguments, TypeTextArguments
from ..lookup import checked, unknown
from ..parts import Button, Part
from ..pointer import (
    MOUSE_CLICK,
    MOUSE_DRAG,
    MOUSE_MOVE,
    MOUSE_SCROLL,
    ClickArguments,
    DragArguments,
    MoveArguments,
    ScrollArguments,
)
from ..schema import Schema
from ..screen import SCREENSHOT
from ..system import WAIT, WaitArguments
from ..tool import Arguments, Tool
from ..watching import WAIT_FOR_SCREEN, WaitForScreenArguments
from .foreign import About, Dialect, Given, Name, Speaker, about, shaped
from .images import data_url, fitting, on_screen, shown
from .memory import Memory
from .translated import Answer, OurCall, Program, Translated, in_turn

WAIT_S = 1.0
PIXELS_PER_WHEEL_CLICK = 100
MAX_WHEEL_CLICKS = 100
MAX_ACTIONS = 100
# What was done shows a little later; a text cursor may blink all the while.
SETTLED = WaitForScreenArguments(until="still", still_s=0.15, tolerance_pixels=200, timeout_s=1.5)
# Where one is given, a person has to have agreed before anything is done.
CHECKS, AGREED = "pending_safety_checks", "acknowledged_safety_checks"
LABELS = frozenset({"type", "id", "call_id", "status"})
SIZES = ("display_width", "display_height")

KeyList: TypeAlias = Annotated[tuple[str, ...], Strict(strict=False)]
ForeignButton: TypeAlias = Literal["left", "right", "wheel", "back", "forward"]


def _failed(error: ToolError) -> dict[str, Any]:
    text = f"{error.failure.value}: {error.detail}"
    return {"type": "computer_call_output", "status": "incomplete", "error": text}


SPEAKER = Speaker("openai", _failed)


class _Bare(Arguments):
    """Takes nothing."""


class _At(Arguments):
    x: float = Field(description="Pixels of the last screenshot.")
    y: float = Field(description="Pixels of the last screenshot.")
    keys: KeyList | None = Field(default=None, description="Keys held meanwhile.")


class _Click(_At):
    button: ForeignButton = Field(description="wheel is the middle one.")


class _Spot(Part):
    x: float
    y: float


class _Drag(Arguments):
    path: Annotated[tuple[_Spot, ...], Strict(strict=False)] = Field(
        min_length=2, max_length=1000, description="Places, the first is where it starts."
    )
    keys: KeyList | None = Field(default=None, description="Keys held meanwhile.")


class _Press(Arguments):
    keys: KeyList = Field(min_length=1, description="Pressed together.")


class _Scroll(_At):
    scroll_x: float = Field(description="Pixels to the right.")
    scroll_y: float = Field(description="Pixels down.")


class _Type(Arguments):
    text: str = Field(description="Typed exactly.")


def _click(taken: _Click, memory: Memory) -> list[OurCall]:
    x, y = on_screen(memory, taken.x, taken.y)
    button: Button = "middle" if taken.button == "wheel" else taken.button
    return [OurCall(MOUSE_CLICK, ClickArguments(x=x, y=y, button=button, keys=taken.keys or ()))]


def _double_click(taken: _At, memory: Memory) -> list[OurCall]:
    x, y = on_screen(memory, taken.x, taken.y)
    return [OurCall(MOUSE_CLICK, ClickArguments(x=x, y=y, count=2, keys=taken.keys or ()))]


def _drag(taken: _Drag, memory: Memory) -> list[OurCall]:
    places = (on_screen(memory, spot.x, spot.y) for spot in taken.path)
    path = [{"x": x, "y": y} for x, y in places]
    given = {"path": path, "keys": taken.keys or ()}
    return [OurCall(MOUSE_DRAG, DragArguments.model_validate(given))]


def _keypress(taken: _Press, _: Memory) -> list[OurCall]:
    return [OurCall(PRESS_KEYS, PressKeysArguments(keys=taken.keys))]


def _move(taken: _At, memory: Memory) -> list[OurCall]:
    x, y = on_screen(memory, taken.x, taken.y)
    # Nothing is clicked here: keys held while the pointer moves make no difference to a desktop.
    return [OurCall(MOUSE_MOVE, MoveArguments(x=x, y=y))]


def _wheel_clicks(pixels: float) -> int:
    clicks = round(abs(pixels) / PIXELS_PER_WHEEL_CLICK)
    least = 1 if pixels else 0
    return min(max(clicks, least), MAX_WHEEL_CLICKS) * (1 if pixels > 0 else -1)


def _scroll(taken: _Scroll, memory: Memory) -> list[OurCall]:
    x, y = on_screen(memory, taken.x, taken.y)
    wheel = {"dx": _wheel_clicks(taken.scroll_x), "dy": _wheel_clicks(taken.scroll_y)}
    if not any(wheel.values()):
        return [OurCall(MOUSE_MOVE, MoveArguments(x=x, y=y))]
    given = {**wheel, "x": x, "y": y, "keys": taken.keys or ()}
    return [OurCall(MOUSE_SCROLL, ScrollArguments.model_validate(given))]


def _type(taken: _Type, _: Memory) -> list[OurCall]:
    return [OurCall(TYPE_TEXT, TypeTextArguments(text=taken.text))]


def _wait(_: _Bare, __: Memory) -> list[OurCall]:
    return [OurCall(WAIT, WaitArguments(seconds=WAIT_S))]


def _nothing(_: _Bare, __: Memory) -> list[OurCall]:
    # The screenshot at the end of every call is the one that was asked for.
    return []


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of action."""

    summary: str
    takes: type[Arguments]
    tools: tuple[Tool, ...]
    calls: Callable[[Any, Memory], list[OurCall]]
    private: frozenset[str] = frozenset()


KINDS: Mapping[str, Kind] = {
    "click": Kind("Click.", _Click, (MOUSE_CLICK,), _click),
    "double_click": Kind("Double-click.", _At, (MOUSE_CLICK,), _double_click),
    "drag": Kind("Drag along a path.", _Drag, (MOUSE_DRAG,), _drag),
    "keypress": Kind("Press keys together.", _Press, (PRESS_KEYS,), _keypress),
    "move": Kind("Move the pointer.", _At, (MOUSE_MOVE,), _move),
    "screenshot": Kind("Show the screen.", _Bare, (SCREENSHOT,), _nothing),
    "scroll": Kind("Scroll by pixels.", _Scroll, (MOUSE_SCROLL, MOUSE_MOVE), _scroll),
    "type": Kind("Type a text.", _Type, (TYPE_TEXT,), _type, frozenset({"text"})),
    "wait": Kind("Wait a second.", _Bare, (WAIT,), _wait),
}


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    kind: Kind
    taken: Arguments


def _step(name: object, parameters: Given) -> _Step:
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise unknown(str(name), KINDS)
    return _Step(str(name), kind, checked(kind.takes, parameters, str(name)))


def _program(
    steps: tuple[_Step, ...], agreed: list[Any], size: tuple[int, int] | None, memory: Memory
) -> Program:
    if size is not None:
        memory = replace(memory, asked_size=size)
    for number, step in enumerate(steps, 1):
        try:
            yield from in_turn(step.kind.calls(step.taken, memory))
        except ToolError as error:
            if len(steps) == 1:
                raise
            where = f"action {number} of {len(steps)}, {step.name}"
            raise ToolError(error.failure, f"{where}: {error.detail}") from None
    if any(tool.acts for step in steps for tool in step.kind.tools):
        yield OurCall(WAIT_FOR_SCREEN, SETTLED)
    result = yield OurCall(SCREENSHOT, fitting(memory, cursor=True))
    output = {"type": "computer_screenshot", "image_url": data_url(result)}
    value: dict[str, Any] = {"type": "computer_call_output", "output": output}
    if agreed:
        value[AGREED] = agreed
    return Answer(value, replace(memory, shown=shown(result)))


@dataclass(frozen=True, slots=True)
class Single(Name):
    """A kind of action under its own name."""

    name: str

    def about(self) -> About:
        kind = KINDS[self.name]
        return about(kind.summary, kind.takes, kind.tools)

    def translate(self, parameters: Given) -> Translated:
        try:
            step = _step(self.name, parameters)
        except ToolError as error:
            raise shaped(error, SPEAKER) from None
        return _translated((step,), [], None, step.kind.private)

    def takes_of(self, parameters: Given) -> frozenset[str]:
        del parameters
        return frozenset(KINDS[self.name].takes.model_fields)


@dataclass(frozen=True, slots=True)
class ComputerCall(Name):
    """The whole call, as the model made it."""

    name: str

    def about(self) -> About:
        takes: Schema = {
            "action": {"type": "object", "default": None},
            "actions": {"type": "array", "items": {"type": "object"}, "default": None},
            **{label: {"type": "string", "default": None} for label in sorted(LABELS)},
            **{size: {"type": "integer", "default": None} for size in SIZES},
            **{checks: {"type": "array", "default": None} for checks in (CHECKS, AGREED)},
        }
        return About("One action or a batch, each with its type.", takes, (), ())

    def translate(self, parameters: Given) -> Translated:
        try:
            agreed = _agreed(parameters)
            size = _size(parameters)
            steps = tuple(self._steps(parameters))
        except ToolError as error:
            raise shaped(error, SPEAKER) from None
        typed = any(step.kind.private for step in steps)
        private = frozenset({"action", "actions", "text"}) if typed else frozenset()
        return _translated(steps, agreed, size, private)

    def takes_of(self, parameters: Given) -> frozenset[str]:
        outer = {"action", "actions", CHECKS, AGREED, *LABELS, *SIZES}
        kind = KINDS.get(str(parameters.get("type")))
        return frozenset(outer | set(kind.takes.model_fields if kind else ()))

    def _steps(self, parameters: Given) -> list[_Step]:
        actions = parameters.get("actions")
        if "action" in parameters:
            actions = [parameters["action"]]
        if actions is None and parameters.get("type") in KINDS:
            apart = {CHECKS, AGREED, *SIZES}
            actions = [{key: each for key, each in parameters.items() if key not in apart}]
        elif strange := set(parameters) - {"action", "actions", CHECKS, AGREED, *LABELS, *SIZES}:
            raise _bad(f"{self.name}: there is no argument {min(strange)[:64]!r}")
        if not isinstance(actions, list) or not all(isinstance(each, dict) for each in actions):
            raise _bad(f"{self.name}: it takes action, an object, or actions, a list of objects")
        if len(actions) > MAX_ACTIONS:
            raise _bad(f"{self.name}: {len(actions)} actions are too many, {MAX_ACTIONS} is most")
        return [self._one(number, len(actions), each) for number, each in enumerate(actions, 1)]

    @staticmethod
    def _one(number: int, total: int, action: Given) -> _Step:
        inner = {key: each for key, each in action.items() if key != "type"}
        try:
            return _step(action.get("type"), inner)
        except ToolError as error:
            detail = error.detail if total == 1 else f"action {number} of {total}: {error.detail}"
            raise ToolError(error.failure, detail) from None


def _translated(
    steps: tuple[_Step, ...],
    agreed: list[Any],
    size: tuple[int, int] | None,
    private: frozenset[str],
) -> Translated:
    tools = tuple(tool for step in steps for tool in step.kind.tools)

    def start(memory: Memory) -> Program:
        return _program(steps, agreed, size, memory)

    return Translated(
        start, (*tools, WAIT_FOR_SCREEN, SCREENSHOT), SPEAKER.namespace, _failed, private
    )


def _agreed(parameters: Given) -> list[Any]:
    pending, agreed = parameters.get(CHECKS) or [], parameters.get(AGREED) or []
    if not isinstance(pending, list) or not isinstance(agreed, list):
        raise _bad(f"{CHECKS} and {AGREED} are lists")
    known = [_check_id(check) for check in agreed]
    if any(_check_id(check) not in known for check in pending):
        raise ToolError(
            Failure.DENIED,
            f"the model asks for a person's consent first; show {CHECKS} to one, and send them "
            f"as {AGREED} with the call",
        )
    return agreed


def _check_id(check: object) -> object:
    return check.get("id") if isinstance(check, dict) else check


def _size(parameters: Given) -> tuple[int, int] | None:
    width, height = (parameters.get(name) for name in SIZES)
    if width is None and height is None:
        return None
    if type(width) is not int or type(height) is not int or min(width, height) < 16:
        raise _bad(f"{' and '.join(SIZES)} belong together and are pixels, 16 or more")
    return width, height


def _bad(detail: str) -> ToolError:
    return ToolError(Failure.BAD_ARGUMENTS, detail)


DIALECT = Dialect(
    name="openai",
    title="OpenAI",
    text=__doc__ or "",
    names={
        "computer_call": ComputerCall("computer_call"),
        "computer": ComputerCall("computer"),
        "computer_use_preview": ComputerCall("computer_use_preview"),
        **{name: Single(name) for name in KINDS},
    },
    agents=frozenset({"computer-use-preview", "operator"}),
)
