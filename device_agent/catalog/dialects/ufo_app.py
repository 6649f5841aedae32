"""
What UFO's AppAgent does in a window: click, type and look by a control's id or by fractions.

A control is found by the id that the last list of controls gave it, in the window that the list
was of, wherever that window is now.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pydantic import Field

from ...errors import Failure, ToolError
from ..elements import (
    CLICK_ELEMENT,
    GET_ELEMENT_TEXT,
    SET_ELEMENT_TEXT,
    ClickElementArguments,
    ElementTextArguments,
    SetElementTextArguments,
)
from ..keyboard import PRESS_KEYS, TYPE_TEXT, PressKeysArguments, TypeTextArguments
from ..pointer import (
    MOUSE_CLICK,
    MOUSE_DRAG,
    MOUSE_SCROLL,
    ClickArguments,
    DragArguments,
    ScrollArguments,
)
from ..system import WAIT, WaitArguments
from ..tool import Arguments, Tool
from . import ufo_keys
from .foreign import Foreign, Speaker
from .memory import Control, Json, Memory, Window
from .translated import Answer, OurCall, Program, in_turn
from .ufo_wire import APP_ONLY, FRONT_TOOLS, Offer, in_front

APP = Speaker("AppUIExecutor")
MAX_WHEEL_CLICKS = 100

MouseButton: TypeAlias = Literal["left", "right", "middle", "x"]
Fraction = Field(ge=0.0, le=1.0, description="Of the window, from its upper left corner.")


class Named(Arguments):
    """Which control."""

    id: str = Field(description="As the list of controls has it.")
    name: str = Field(description="As the list of controls has it.")


class ClickInput(Named):
    """Which control, and how."""

    button: MouseButton = "left"
    double: bool = False


class ClickOnCoordinates(Arguments):
    """Where, and how."""

    x: float = Fraction
    y: float = Fraction
    button: MouseButton = "left"
    double: bool = False


class DragOnCoordinates(Arguments):
    """From where to where, and how."""

    start_x: float = Fraction
    start_y: float = Fraction
    end_x: float = Fraction
    end_y: float = Fraction
    button: MouseButton = "left"
    duration: float = Field(default=1.0, ge=0.0, le=60.0, description="Seconds.")
    key_hold: str | None = Field(default=None, description="Keys held meanwhile.")


class SetEditText(Named):
    """Which control, and what to write into it."""

    text: str = Field(description="Typed exactly.")
    clear_current_text: bool = Field(default=False, description="Delete what is there first.")


class KeyboardInput(Arguments):
    """Which keys, and where."""

    id: str = Field(default="", description="As the list of controls has it.")
    name: str = Field(default="", description="As the list of controls has it.")
    keys: str = Field(description="In pywinauto's spelling, such as {ENTER} or {VK_CONTROL}c.")
    control_focus: bool = Field(default=True, description="Give the control the focus first.")


class WheelInput(Named):
    """Which control, and how far."""

    wheel_dist: int = Field(default=0, ge=-1000, le=1000, description="Clicks of the wheel up.")


class Seconds(Arguments):
    """How long."""

    seconds: float = Field(ge=0.0, le=300.0)


class Summary(Arguments):
    """What the model has seen."""

    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """A control and the window that it is in, which is in front now."""

    control: Control
    window: Window

    @property
    def middle(self) -> dict[str, int]:
        """Where to point, as our tools take it: from the window's corner, wherever that is."""
        rect = self.control.rect
        if rect is None:
            raise ToolError(
                Failure.FAILED, f"the control {self.control.label} does not say where it is"
            )
        left, top = self.window.rect[:2]
        return {
            "x": (rect[0] + rect[2]) // 2 - left,
            "y": (rect[1] + rect[3]) // 2 - top,
            "window_id": self.window.window_id,
        }


Found: TypeAlias = Generator[OurCall, Json, Target]


def control_of(memory: Memory, label: str) -> Control:
    """
    The control with that id.

    Raises:
        ToolError: ``bad_arguments``: there is none.

    """
    for control in memory.controls:
        if control.label == label:
            return control
    known = f"1 to {len(memory.controls)}" if memory.controls else "none; list the controls first"
    raise ToolError(Failure.BAD_ARGUMENTS, f"there is no control {label!r}; there are: {known}")


def found(memory: Memory, label: str) -> Found:
    """The control with that id, in its window brought to the front."""
    control = control_of(memory, label)
    yield from in_front(memory)
    # Its place was told with the window where it was then; clicks count from the window's corner.
    window = memory.viewed or memory.selected
    if window is None:
        raise ToolError(Failure.BAD_ARGUMENTS, "no window is selected")
    return Target(control, window)


def _button(taken: ClickInput | ClickOnCoordinates | DragOnCoordinates) -> str:
    return "back" if taken.button == "x" else taken.button


def _said(words: str, target: Target, name: str) -> str:
    """UFO tells the model where the name it gave is not that of the control."""
    real = target.control.name
    if name in {real, ""}:
        return words
    return f"{words} Warning: control {target.control.label} is called {real!r}, not {name!r}."


def _click_input(taken: ClickInput, memory: Memory) -> Program:
    target = yield from found(memory, taken.id)
    how = {"button": _button(taken), "count": 2 if taken.double else 1}
    element = target.control.element_id
    if element is None:
        yield OurCall(MOUSE_CLICK, ClickArguments.model_validate({**target.middle, **how}))
    else:
        given = {"element_id": element, **how}
        yield OurCall(CLICK_ELEMENT, ClickElementArguments.model_validate(given))
    return Answer(_said(f"Clicked control {taken.id}.", target, taken.name))


def _click_on(taken: ClickOnCoordinates, memory: Memory) -> Program:
    window = yield from in_front(memory)
    place = {"x": taken.x, "y": taken.y, "window_id": window.window_id, "unit": "fraction"}
    how = {"button": _button(taken), "count": 2 if taken.double else 1}
    yield OurCall(MOUSE_CLICK, ClickArguments.model_validate({**place, **how}))
    return Answer(f"Clicked at {taken.x:g}, {taken.y:g} of the window.")


def _drag_on(taken: DragOnCoordinates, memory: Memory) -> Program:
    window = yield from in_front(memory)
    path = [{"x": taken.start_x, "y": taken.start_y}, {"x": taken.end_x, "y": taken.end_y}]
    given = {
        "path": path,
        "window_id": window.window_id,
        "unit": "fraction",
        "button": _button(taken),
        "duration_s": taken.duration,
        "keys": taken.key_hold or (),
    }
    yield OurCall(MOUSE_DRAG, DragArguments.model_validate(given))
    return Answer(f"Dragged to {taken.end_x:g}, {taken.end_y:g} of the window.")


def _set_edit_text(taken: SetEditText, memory: Memory) -> Program:
    target = yield from found(memory, taken.id)
    element = target.control.element_id
    if element is not None and (taken.clear_current_text or (yield from _is_empty(element))):
        # Read back by the tool: it fails where the text has not come to stand there.
        arguments = SetElementTextArguments(element_id=element, text=taken.text)
        yield OurCall(SET_ELEMENT_TEXT, arguments)
        return Answer(_said(f"Set the text of control {taken.id}.", target, taken.name))
    yield from _pointed_at(target)
    if taken.clear_current_text:
        yield OurCall(PRESS_KEYS, PressKeysArguments(keys=("ctrl", "a")))
        yield OurCall(PRESS_KEYS, PressKeysArguments(keys=("delete",)))
    else:
        yield OurCall(PRESS_KEYS, PressKeysArguments(keys=("ctrl", "end")))
    if taken.text:
        yield OurCall(TYPE_TEXT, TypeTextArguments(text=taken.text))
    return Answer(_said(f"Typed into control {taken.id}.", target, taken.name))


def _is_empty(element: str) -> Generator[OurCall, Json, bool]:
    try:
        told = yield OurCall(GET_ELEMENT_TEXT, ElementTextArguments(element_id=element))
    except ToolError as error:
        if error.failure in {Failure.CANCELLED, Failure.PAUSED}:
            raise
        return False  # A password's text is not told, for one.
    return bool(told["length"] == 0)


def _pointed_at(target: Target) -> Generator[OurCall, Json, None]:
    """A click where it gives the control the focus."""
    element = target.control.element_id
    if element is None:
        yield OurCall(MOUSE_CLICK, ClickArguments.model_validate(target.middle))
    else:
        yield OurCall(CLICK_ELEMENT, ClickElementArguments(element_id=element, by="pointer"))


def _texts(taken: Named, memory: Memory) -> Program:
    control = control_of(memory, taken.id)
    if control.element_id is None:
        raise ToolError(
            Failure.UNAVAILABLE,
            f"control {taken.id} is known from an image alone; read it there",
        )
    try:
        told = yield OurCall(GET_ELEMENT_TEXT, ElementTextArguments(element_id=control.element_id))
    except ToolError as error:
        if error.failure is not Failure.FAILED or not control.name:
            raise
        return Answer(control.name)
    return Answer(told["text"])


def _keyboard_input(taken: KeyboardInput, memory: Memory) -> Program:
    calls = ufo_keys.calls(taken.keys)
    if taken.control_focus and taken.id:
        target = yield from found(memory, taken.id)
        if target.control.kind in FOCUSED_BY_CLICK:
            yield from _pointed_at(target)
    else:
        yield from in_front(memory)
    yield from in_turn(calls)
    return Answer(taken.keys)


FOCUSED_BY_CLICK = frozenset({"Edit", "Document", "Text", "ComboBox", "Spinner"})
"""Controls that a click gives the focus and does nothing else to."""


def _wheel(taken: WheelInput, memory: Memory) -> Program:
    target = yield from found(memory, taken.id)
    left = -taken.wheel_dist
    while left:
        clicks = max(-MAX_WHEEL_CLICKS, min(MAX_WHEEL_CLICKS, left))
        left -= clicks
        yield OurCall(MOUSE_SCROLL, ScrollArguments.model_validate({**target.middle, "dy": clicks}))
    return Answer(_said(f"Turned the wheel on control {taken.id}.", target, taken.name))


def _wait(taken: Seconds, _: Memory) -> Program:
    if taken.seconds:
        yield OurCall(WAIT, WaitArguments(seconds=taken.seconds))
    return Answer(f"Successfully waited for {taken.seconds:g} second(s)")


def _summary(taken: Summary, _: Memory) -> Program:
    return Answer(taken.text)
    yield  # What makes it a program; there is nothing to call.


def _offer(
    name: str,
    summary: str,
    takes: type[Arguments],
    tools: tuple[Tool, ...],
    program: Callable[[Any, Memory], Program],
    private: frozenset[str] = frozenset(),
) -> Offer:
    return Offer(Foreign(name, summary, takes, tools, program, APP, private), "action", APP_ONLY)


OFFERS = (
    _offer(
        "click_input",
        "Click a control.",
        ClickInput,
        (MOUSE_CLICK, CLICK_ELEMENT, *FRONT_TOOLS),
        _click_input,
    ),
    _offer(
        "click_on_coordinates",
        "Click at a place in the window.",
        ClickOnCoordinates,
        (MOUSE_CLICK, *FRONT_TOOLS),
        _click_on,
    ),
    _offer(
        "drag_on_coordinates",
        "Drag from one place in the window to another.",
        DragOnCoordinates,
        (MOUSE_DRAG, *FRONT_TOOLS),
        _drag_on,
    ),
    _offer(
        "set_edit_text",
        "Type a text into a control.",
        SetEditText,
        (
            TYPE_TEXT,
            PRESS_KEYS,
            MOUSE_CLICK,
            SET_ELEMENT_TEXT,
            GET_ELEMENT_TEXT,
            CLICK_ELEMENT,
            *FRONT_TOOLS,
        ),
        _set_edit_text,
        frozenset({"text"}),
    ),
    _offer(
        "keyboard_input",
        "Send keys to a control or to the window.",
        KeyboardInput,
        (*ufo_keys.TOOLS, MOUSE_CLICK, CLICK_ELEMENT, *FRONT_TOOLS),
        _keyboard_input,
        frozenset({"keys"}),
    ),
    _offer(
        "wheel_mouse_input",
        "Turn the wheel on a control.",
        WheelInput,
        (MOUSE_SCROLL, *FRONT_TOOLS),
        _wheel,
    ),
    _offer("texts", "Read the text of a control.", Named, (GET_ELEMENT_TEXT,), _texts),
    _offer("wait", "Wait.", Seconds, (WAIT,), _wait),
    _offer("summary", "Note what was seen for later steps.", Summary, (), _summary),
)
