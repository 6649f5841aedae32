"""The elements of a simulated machine's windows: a field, a button and a slider in each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from device_agent.catalog import ToolResult
from device_agent.catalog.elements import (
    ActedElementResult,
    ClickElementArguments,
    ClickElementResult,
    ElementArguments,
    ElementEntry,
    ElementsResult,
    ElementTextArguments,
    ElementTextResult,
    FindElementsArguments,
    PerformActionArguments,
    SetElementTextArguments,
    SetElementTextResult,
    SetValueArguments,
    SetValueResult,
    TreeArguments,
    UiTreeArguments,
    ValueEntry,
)
from device_agent.catalog.parts import Area
from device_agent.errors import Failure, ToolError

from .machine import FIRST_WINDOW_ID, MOST_ZOOM, Machine, Screen, Window
from .windowing import chosen

FRAME, FIELD, CLOSE, ZOOM = range(1, 5)
ROW_PIXELS = 40
CLICK = "click"
INTERACTIVE = frozenset({"text", "push button", "slider"})


def _elements(window: Window, screen: Screen) -> Iterator[ElementEntry]:
    """The elements of one window, the window itself first."""
    bus = f":1.{window.window_id - FIRST_WINDOW_ID}"
    row = min(ROW_PIXELS, max(1, window.height // 4))
    top = Area(x=window.x, y=window.y, width=window.width, height=row)
    common: dict[str, Any] = {"visible": not window.minimised, "enabled": True, "actions": ()}
    inner = {**common, "depth": 1, "parent_id": f"{bus}/{FRAME}", "states": ("focusable",)}
    yield ElementEntry(
        **common,
        element_id=f"{bus}/{FRAME}",
        parent_id=None,
        depth=0,
        role="frame",
        name=window.title,
        states=("active",) if window is screen.active else (),
        region=Area(x=window.x, y=window.y, width=window.width, height=window.height),
    )
    yield ElementEntry(
        **inner,
        element_id=f"{bus}/{FIELD}",
        role="text",
        name="",
        description="Content",
        region=top,
        editable=True,
        text=window.text,
    )
    yield ElementEntry(
        **{**inner, "actions": (CLICK,)},
        element_id=f"{bus}/{CLOSE}",
        role="push button",
        name="Close",
        region=top.model_copy(update={"y": window.y + row}),
    )
    yield ElementEntry(
        **inner,
        element_id=f"{bus}/{ZOOM}",
        role="slider",
        name="Zoom",
        region=top.model_copy(update={"y": window.y + 2 * row}),
        value=ValueEntry(now=window.zoom, least=0.0, most=MOST_ZOOM, step=1.0),
    )


def _found(
    arguments: TreeArguments, machine: Machine, most: int, role: str | None, name: str | None
) -> ElementsResult:
    screen = machine.screen
    windows = [chosen(arguments, screen)] if arguments.names_a_window else screen.windows
    looked_at = [each for window in windows for each in _elements(window, screen)]
    wanted = [
        each
        for each in looked_at
        if each.depth <= arguments.max_depth
        and (each.visible or not arguments.visible_only)
        and (each.role in INTERACTIVE or not arguments.interactive_only)
        and role in {None, each.role}
        and (name or "").casefold() in f"{each.name}\n{each.text}".casefold()
    ]
    return ElementsResult(
        elements=tuple(wanted[:most]),
        looked_at=len(looked_at),
        cut_short="results" if len(wanted) > most else "",
        silent=(),
    )


def _get_ui_tree(arguments: UiTreeArguments, machine: Machine) -> ToolResult:
    return _found(arguments, machine, arguments.max_elements, None, None)


def _find_elements(arguments: FindElementsArguments, machine: Machine) -> ToolResult:
    return _found(arguments, machine, arguments.max_elements, arguments.role, arguments.name)


def _get_element_text(arguments: ElementTextArguments, machine: Machine) -> ToolResult:
    _, element = _meant(arguments, machine)
    text = element.name if element.text is None else element.text
    return ElementTextResult(text=text[: arguments.max_chars], length=len(text))


def _click_element(arguments: ClickElementArguments, machine: Machine) -> ToolResult:
    window, element = _meant(arguments, machine)
    if element.actions and arguments.by != "pointer":
        _act(window, machine.screen)
        return ClickElementResult(by="action", action=CLICK, x=None, y=None, element=None)
    if arguments.by == "action":
        raise ToolError(Failure.UNAVAILABLE, "the element has no action for that click")
    if element.region is None or not element.visible:
        raise ToolError(Failure.FAILED, "the element is not shown, so it cannot be clicked")
    x = element.region.x + element.region.width // 2
    y = element.region.y + element.region.height // 2
    machine.screen.move(x, y)
    machine.screen.click()
    if element.actions:
        _act(window, machine.screen)
    after = _now(arguments, machine)
    return ClickElementResult(by="pointer", action=None, x=x, y=y, element=after)


def _perform_action(arguments: PerformActionArguments, machine: Machine) -> ToolResult:
    window, element = _meant(arguments, machine)
    if arguments.action not in element.actions:
        told = ", ".join(element.actions) or "none"
        raise ToolError(Failure.BAD_ARGUMENTS, f"the element has no such action; it has: {told}")
    _act(window, machine.screen)
    return ActedElementResult(element=_now(arguments, machine))


def _set_element_text(arguments: SetElementTextArguments, machine: Machine) -> ToolResult:
    window, element = _meant(arguments, machine)
    if not element.editable:
        raise ToolError(Failure.UNAVAILABLE, "the element holds no text that can be set")
    machine.screen.put(window, replace(window, text=arguments.text))
    return SetElementTextResult(by="accessibility", length=len(arguments.text))


def _set_value(arguments: SetValueArguments, machine: Machine) -> ToolResult:
    window, element = _meant(arguments, machine)
    value = element.value
    if value is None:
        raise ToolError(Failure.UNAVAILABLE, "the element stands for no number")
    if not value.least <= arguments.value <= value.most:
        detail = f"the element takes {value.least:g} to {value.most:g}"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)
    machine.screen.put(window, replace(window, zoom=arguments.value))
    return SetValueResult(value=value.model_copy(update={"now": arguments.value}))


def _meant(arguments: ElementArguments, machine: Machine) -> tuple[Window, ElementEntry]:
    for window in machine.screen.windows:
        for element in _elements(window, machine.screen):
            if element.element_id == arguments.element_id:
                return window, element
    raise ToolError(Failure.FAILED, "the element is gone")


def _now(arguments: ElementArguments, machine: Machine) -> ElementEntry | None:
    try:
        return _meant(arguments, machine)[1]
    except ToolError:
        return None


def _act(window: Window, screen: Screen) -> None:
    """The only action there is: the Close button's."""
    # A pointer's click has put it on top, and so made it another object.
    number = window.window_id
    screen.windows[:] = [each for each in screen.windows if each.window_id != number]


RESULTS: Mapping[str, Callable[[Any, Machine], ToolResult]] = {
    "get_ui_tree": _get_ui_tree,
    "find_elements": _find_elements,
    "get_element_text": _get_element_text,
    "click_element": _click_element,
    "perform_action": _perform_action,
    "set_element_text": _set_element_text,
    "set_value": _set_value,
}
"""What each tool gives; none takes longer than the machine's pace."""
