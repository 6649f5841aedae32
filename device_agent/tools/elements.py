"""Look at the elements of windows, and act on them."""

from collections.abc import Callable
from dataclasses import astuple

from ..accessibility import Accessibility, Box, Element, Query, Snapshot, WindowHint
from ..catalog.elements import (
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
)
from ..catalog.parts import button_name
from ..errors import Failure, ToolError
from ..inputs import Button
from .bench import Bench
from .choosing import chosen
from .element_entries import entry, value_entry
from .element_input import click_point, owner, require_input, type_over
from .keyboard import held_meanwhile

PASSWORD = "password text"  # noqa: S105 -- a role
# What programs call the action that a left click is, the surest first. A text field's "activate"
# is Enter, so that one counts only for what holds no text.
CLICKS = ("click", "press", "toggle", "jump", "dodefault", "doDefault", "select", "open")
ACTIVATE = "activate"
# How long a program may take to show what it was told.
READ_BACK_S = 1.5
LOOK_S = 0.02


def get_ui_tree(arguments: UiTreeArguments, bench: Bench) -> ElementsResult:
    """The elements of a window, or of all."""
    return _found(arguments, bench, arguments.max_elements)


def find_elements(arguments: FindElementsArguments, bench: Bench) -> ElementsResult:
    """Elements by role and name."""
    return _found(arguments, bench, arguments.max_elements, arguments.role, arguments.name)


def get_element_text(arguments: ElementTextArguments, bench: Bench) -> ElementTextResult:
    """The text in an element; its name stands for it where it has none."""
    accessibility = bench.desktop.accessibility
    element = accessibility.look(arguments.element_id)
    if element.role == PASSWORD:
        raise ToolError(Failure.UNAVAILABLE, "this is a password field, whose text is not told")
    content = accessibility.text(arguments.element_id, arguments.max_chars)
    if content is not None:
        return ElementTextResult(text=content.text, length=content.length)
    return ElementTextResult(text=element.name[: arguments.max_chars], length=len(element.name))


def click_element(arguments: ClickElementArguments, bench: Bench) -> ClickElementResult:
    """Click an element by its action or by the pointer."""
    inputs = bench.desktop.live_inputs
    element = _ready(arguments, bench)
    simple = (arguments.button, arguments.count, arguments.keys) == ("left", 1, ())
    action = _click_action(element) if simple and arguments.by != "pointer" else None
    if action is not None:
        bench.desktop.accessibility.act(element.id, action)
        return ClickElementResult(
            by="action", action=action, x=None, y=None, element=_again(element, bench)
        )
    if arguments.by == "action":
        told = ", ".join(element.actions) or "none"
        raise ToolError(
            Failure.UNAVAILABLE, f"the element has no action for that click; its actions: {told}"
        )
    x, y = click_point(element, bench)
    with held_meanwhile(inputs, arguments.keys):
        at = inputs.click(x, y, Button(button_name(arguments.button)), arguments.count)
    return ClickElementResult(
        by="pointer", action=None, x=at.x, y=at.y, element=_again(element, bench)
    )


def perform_action(arguments: PerformActionArguments, bench: Bench) -> ActedElementResult:
    """Let an element do one of its actions."""
    element = _ready(arguments, bench)
    bench.desktop.accessibility.act(element.id, arguments.action)
    return ActedElementResult(element=_again(element, bench))


def set_element_text(arguments: SetElementTextArguments, bench: Bench) -> SetElementTextResult:
    """Replace an element's text, and read it back."""
    element = _ready(arguments, bench)
    if not (element.editable or "editable" in element.states):
        raise ToolError(Failure.UNAVAILABLE, "the element holds no text that can be set")
    accessibility, text = bench.desktop.accessibility, arguments.text

    def settled() -> bool:
        return _holds(accessibility, element, text)

    if element.editable and accessibility.set_text(element.id, text) and _comes(settled, bench):
        return SetElementTextResult(by="accessibility", length=len(text))
    type_over(element, text, bench)
    if not _comes(settled, bench):
        content = accessibility.text(element.id, 1)
        length = "cannot be read" if content is None else f"has {content.length} characters"
        raise ToolError(
            Failure.FAILED,
            f"the element did not take the text: {len(text)} characters were set and typed, and "
            f"what is in it now is another text or {length}",
        )
    return SetElementTextResult(by="keyboard", length=len(text))


def set_value(arguments: SetValueArguments, bench: Bench) -> SetValueResult:
    """Set an element's number, and read it back."""
    element = _ready(arguments, bench)
    value, wanted = element.value, arguments.value
    if value is None:
        raise ToolError(Failure.UNAVAILABLE, "the element stands for no number")
    if value.least < value.most and not value.least <= wanted <= value.most:
        raise ToolError(
            Failure.BAD_ARGUMENTS,
            f"set_value: argument value: the element takes {value.least:g} to {value.most:g}",
        )
    accessibility = bench.desktop.accessibility
    accessibility.set_value(element.id, wanted)
    near = max(value.step, 1e-6 * max(abs(wanted), 1.0))

    def settled() -> bool:
        now = accessibility.look(element.id).value
        return now is not None and abs(now.now - wanted) <= near

    _comes(settled, bench)
    now = accessibility.look(element.id).value
    if now is None or abs(now.now - wanted) > near:
        told = "cannot be read" if now is None else f"is {now.now:g}"
        raise ToolError(Failure.FAILED, f"the element did not take the number: it {told}")
    return SetValueResult(value=value_entry(now))


def _found(
    arguments: TreeArguments,
    bench: Bench,
    max_elements: int,
    role: str | None = None,
    name: str | None = None,
) -> ElementsResult:
    query = Query(
        window=_hint(arguments, bench),
        role=role,
        name=name,
        visible_only=arguments.visible_only,
        interactive_only=arguments.interactive_only,
        max_results=max_elements,
        max_depth=arguments.max_depth,
        timeout_s=arguments.timeout_s,
    )
    snapshot = bench.desktop.accessibility.find(query, bench.cancellation.watched)
    if query.window is not None and not snapshot.windows:
        raise _unexposed(query.window, snapshot)
    return ElementsResult(
        elements=tuple(entry(element) for element in snapshot.elements),
        looked_at=snapshot.looked_at,
        cut_short=snapshot.cut_short,
        silent=snapshot.silent,
    )


def _hint(arguments: TreeArguments, bench: Bench) -> WindowHint | None:
    if not arguments.names_a_window:
        return None
    with bench.desktop.windows_apart() as control:
        window = chosen(arguments, control.windows())
    return WindowHint(window.pid, window.title, Box(*astuple(window.region)))


def _unexposed(window: WindowHint, snapshot: Snapshot) -> ToolError:
    if snapshot.silent or snapshot.cut_short == "time":
        silent = ", ".join(snapshot.silent) or "it"
        return ToolError(
            Failure.TIMED_OUT, f"{silent} did not answer, so the window's elements are not known"
        )
    return ToolError(
        Failure.UNAVAILABLE,
        f"the program of window {window.title!r} exposes no elements; some do so only when they "
        "are started for it (Chromium with --force-renderer-accessibility, or by "
        "launch_application), xterm and Tk never",
    )


def _ready(arguments: ElementArguments, bench: Bench) -> Element:
    """The element, if it may be given input now."""
    element = bench.desktop.accessibility.look(arguments.element_id)
    require_input(owner(element, bench), bench)
    if not element.enabled:
        what = f"{element.role} {element.name!r}" if element.name else element.role
        raise ToolError(Failure.FAILED, f"the {what} is disabled: it takes no input now")
    return element


def _click_action(element: Element) -> str | None:
    named = {action.casefold(): action for action in reversed(element.actions)}
    words = CLICKS if "editable" not in element.states else ()
    if "editable" not in element.states and element.role != "text":
        words = (*words, ACTIVATE)
    return next((named[word.casefold()] for word in words if word.casefold() in named), None)


def _again(element: Element, bench: Bench) -> ElementEntry | None:
    """The element as it is now; its click may have been its end."""
    try:
        return entry(bench.desktop.accessibility.look(element.id))
    except ToolError as error:
        if error.failure not in {Failure.FAILED, Failure.TIMED_OUT}:
            raise
        return None


def _holds(accessibility: Accessibility, element: Element, text: str) -> bool:
    content = accessibility.text(element.id, len(text) + 2)
    if content is None:
        return False
    if element.role == PASSWORD:
        return content.length == len(text)
    # Rich text editors end what they hold with a line break of their own.
    return content.text in {text, f"{text}\n"} and content.length == len(content.text)


def _comes(condition: Callable[[], bool], bench: Bench) -> bool:
    """Whether *condition* comes true within READ_BACK_S; programs take texts in their own time."""
    for _ in range(int(READ_BACK_S / LOOK_S)):
        if condition():
            return True
        bench.cancellation.wait(LOOK_S)
    return condition()
