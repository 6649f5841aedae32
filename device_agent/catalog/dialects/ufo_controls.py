"""What UFO collects about the window that its AppAgent works in: how it looks, what is in it."""

from collections.abc import Generator, Iterable
from dataclasses import replace
from itertools import count
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, Strict

from ..elements import GET_UI_TREE
from ..screen import SCREENSHOT, ScreenshotArguments
from ..tool import Arguments
from ..windows import LIST_WINDOWS
from .foreign import Foreign
from .images import data_url
from .memory import Control, Json, Memory, Window
from .translated import Answer, OurCall, Program
from .ufo_desktop import COLLECTOR
from .ufo_elements import controls, elements_of, tree
from .ufo_wire import APP_ONLY, BOTH, SOURCE, Offer, looked_at

Names = Annotated[tuple[str, ...], Strict(strict=False)]
GROUNDING = "grounding"


class Nothing(Arguments):
    """Takes nothing."""


class Fields(Arguments):
    """What to tell."""

    field_list: Names = Field(
        default=(), description="Such as control_text, control_type, control_rect, source."
    )


class Seen(BaseModel):
    """A control that a model saw in an image, as UFO describes its targets."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = ""
    id: str | None = None
    type: str | None = None
    rect: tuple[int, int, int, int] | None = None
    source: str = GROUNDING


class ControlList(Arguments):
    """Which controls."""

    control_list: Annotated[tuple[Seen, ...], Strict(strict=False)]


def described(control: Control, fields: Iterable[str]) -> dict[str, Any]:
    """What UFO calls the facts about a control; all of them where it names none."""
    left, top, right, bottom = control.rect or (0, 0, 0, 0)
    known: dict[str, Any] = {
        "label": control.label,
        "control_id": control.element_id or control.label,
        "control_text": control.name,
        "control_name": control.name,
        "control_title": control.name,
        "control_type": control.kind,
        "control_class": control.kind,
        "control_rect": None if control.rect is None else [left, top, right, bottom],
        "control_coordinates": None
        if control.rect is None
        else {"left": left, "top": top, "right": right, "bottom": bottom},
        "source": control.source,
    }
    wanted = set(fields)
    return {key: each for key, each in known.items() if not wanted or key in wanted}


def as_control(window: Window) -> Control:
    """The window itself in the same words."""
    return Control(window.label, None, window.title, "Window", window.rect, SOURCE)


def target(control: Control) -> dict[str, Any]:
    """A control as UFO's target."""
    return {
        "kind": "control",
        "name": control.name,
        "id": control.label,
        "type": control.kind,
        "rect": None if control.rect is None else list(control.rect),
        "source": control.source,
    }


def _window_shot(_: Nothing, memory: Memory) -> Program:
    if memory.selected is None:
        result = yield OurCall(SCREENSHOT, ScreenshotArguments())
        return Answer(data_url(result))
    window = yield from looked_at(memory)
    result = yield OurCall(SCREENSHOT, ScreenshotArguments(window_id=window.window_id))
    return Answer(data_url(result), replace(memory, viewed=window))


def _window_info(taken: Fields, memory: Memory) -> Program:
    window = yield from looked_at(memory)
    told = described(as_control(window), taken.field_list)
    return Answer(told, replace(memory, viewed=window))


def _controls(
    memory: Memory,
) -> Generator[OurCall, Json, tuple[tuple[Control, ...], Memory]]:
    window = yield from looked_at(memory)
    elements = yield from elements_of(window, interactive=True)
    found = controls(elements)
    return found, replace(memory, viewed=window, controls=found)


def _controls_info(taken: Fields, memory: Memory) -> Program:
    found, remembered = yield from _controls(memory)
    return Answer([described(each, taken.field_list) for each in found], remembered)


def _target_info(_: Fields, memory: Memory) -> Program:
    found, remembered = yield from _controls(memory)
    return Answer([target(each) for each in found], remembered)


def _ui_tree(_: Nothing, memory: Memory) -> Program:
    window = yield from looked_at(memory)
    elements = yield from elements_of(window, interactive=False)
    return Answer(tree(window, elements), replace(memory, viewed=window))


def _add(taken: ControlList, memory: Memory) -> Program:
    taken_labels = {control.label for control in memory.controls}
    free = (label for number in count(1) if (label := str(number)) not in taken_labels)
    added: list[Control] = []
    for seen in taken.control_list:
        label = seen.id if seen.id and seen.id not in taken_labels else next(free)
        taken_labels.add(label)
        kind = seen.type or "Unknown"
        added.append(Control(label, None, seen.name, kind, seen.rect, seen.source))
    remembered = replace(memory, controls=(*memory.controls, *added))
    return Answer(f"{len(added)} controls were added", remembered)
    yield  # What makes it a program; there is nothing to call.


OFFERS = (
    Offer(
        Foreign(
            "capture_window_screenshot",
            "Show the selected window; the desktop where none is selected.",
            Nothing,
            (SCREENSHOT, LIST_WINDOWS),
            _window_shot,
            COLLECTOR,
        ),
        "data_collection",
        BOTH,
    ),
    Offer(
        Foreign(
            "get_app_window_info",
            "Tell about the selected window.",
            Fields,
            (LIST_WINDOWS,),
            _window_info,
            COLLECTOR,
        ),
        "data_collection",
        APP_ONLY,
    ),
    Offer(
        Foreign(
            "get_app_window_controls_info",
            "List the controls in the selected window.",
            Fields,
            (GET_UI_TREE, LIST_WINDOWS),
            _controls_info,
            COLLECTOR,
        ),
        "data_collection",
        APP_ONLY,
    ),
    Offer(
        Foreign(
            "get_app_window_controls_target_info",
            "List the controls in the selected window, with their places.",
            Fields,
            (GET_UI_TREE, LIST_WINDOWS),
            _target_info,
            COLLECTOR,
        ),
        "data_collection",
        APP_ONLY,
    ),
    Offer(
        Foreign(
            "get_ui_tree",
            "Show everything in the selected window as a tree.",
            Nothing,
            (GET_UI_TREE, LIST_WINDOWS),
            _ui_tree,
            COLLECTOR,
        ),
        "data_collection",
        APP_ONLY,
    ),
    Offer(
        Foreign(
            "add_control_list",
            "Note controls that a model saw in an image.",
            ControlList,
            (),
            _add,
            COLLECTOR,
        ),
        "data_collection",
        APP_ONLY,
    ),
)
