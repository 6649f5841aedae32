"""Tools that look at the elements of windows through accessibility, and act on them."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from .parts import Area, Button, Keys, Part
from .tool import Arguments, Tier, Tool, ToolResult
from .windows import SomeWindowArguments

# What a question about one element may take while its program hangs.
HUNG_S = 20.0
MAX_TEXT_CHARS = 1_000_000

Words = Annotated[tuple[str, ...], Strict(strict=False)]


class ValueEntry(Part):
    """A number that an element stands for."""

    now: float
    least: float
    most: float
    step: float = Field(description="Smallest change; 0 where the program does not say.")


class ElementEntry(Part):
    """
    One element of a program's user interface.

    Absent are: text, where it has none or the same as its name; value, where it stands for no
    number; description, where it has a name.
    """

    element_id: str = Field(description="For the tools that act on elements; lasts as long as it.")
    parent_id: str | None = Field(description="The element around it; null for a window.")
    depth: int = Field(description="0 for a window, 1 for what is in it, and so on.")
    role: str = Field(description="Such as push button; AT-SPI's words, for every toolkit.")
    name: str = Field(description="What a person would call it; may be empty.")
    description: str = ""
    visible: bool = Field(description="Shown, as far as its program knows; others may cover it.")
    enabled: bool = Field(description="Takes input.")
    states: Words = Field(description="Such as focused, checked, selected, expanded.")
    region: Area | None = Field(description="Screen pixels; null where it is nowhere.")
    actions: Words = Field(description="For perform_action.")
    editable: bool = Field(default=False, description="Its text can be set.")
    text: str | None = Field(default=None, description="Shortened; get_element_text gives it all.")
    value: ValueEntry | None = None


class TreeArguments(SomeWindowArguments):
    """Which elements; those of all windows unless a window is named."""

    visible_only: bool = Field(
        default=True, description="Leave out what is not shown, and all that is in it."
    )
    interactive_only: bool = Field(
        default=False, description="Only what a person would click on or type into."
    )
    max_depth: int = Field(default=50, ge=0, le=100, description="Look no deeper into a window.")
    timeout_s: float = Field(
        default=5.0, gt=0.0, le=60.0, description="Give up after that long, with what was found."
    )

    @property
    def extra_s(self) -> float:
        return self.timeout_s


class UiTreeArguments(TreeArguments):
    """Which elements, and how many."""

    max_elements: int = Field(default=500, ge=1, le=5000, description="Tell no more than these.")


class FindElementsArguments(TreeArguments):
    """What to look for, and where."""

    role: str | None = Field(default=None, min_length=1, description="Only this role.")
    name: str | None = Field(
        default=None,
        min_length=1,
        description="Only with this text in name, description or text, in any case.",
    )
    max_elements: int = Field(default=50, ge=1, le=5000, description="Tell no more than these.")


class ElementsResult(ToolResult):
    """The elements, a window before what is in it."""

    elements: tuple[ElementEntry, ...]
    looked_at: int = Field(description="How many elements were looked at.")
    cut_short: Literal["", "results", "nodes", "depth", "children", "time"] = Field(
        description="The limit that left some out; empty where none did."
    )
    silent: Words = Field(description="Programs that did not answer; their elements are missing.")


class ElementArguments(Arguments):
    """Which element."""

    element_id: str = Field(
        min_length=1, max_length=512, description="As get_ui_tree and find_elements tell it."
    )


class ClickElementArguments(ElementArguments):
    """Which element, and how."""

    button: Button = "left"
    count: int = Field(default=1, ge=1, le=3, description="2 is a double click.")
    keys: Keys = Field(default=(), description="Keys held down meanwhile; the pointer is used.")
    by: Literal["auto", "action", "pointer"] = Field(
        default="auto",
        description="action: the program does what a click does, wherever the window is. pointer: "
        "a real click in the middle of the element, which must be in sight. auto: action for a "
        "simple left click where the element has one, else pointer.",
    )


class SetElementTextArguments(ElementArguments):
    """Which element, and what to put into it."""

    text: str = Field(max_length=MAX_TEXT_CHARS, description="Replaces what is there.")


class ElementTextArguments(ElementArguments):
    """Which element, and how much of it."""

    max_chars: int = Field(
        default=20_000, ge=1, le=MAX_TEXT_CHARS, description="Give no more characters."
    )


class PerformActionArguments(ElementArguments):
    """Which element, and what it shall do."""

    action: str = Field(min_length=1, description="One of its actions.")


class SetValueArguments(ElementArguments):
    """Which element, and its new number."""

    value: float = Field(allow_inf_nan=False, description="Between its least and its most.")


class ClickElementResult(ToolResult):
    """How it was clicked, and what it is afterwards."""

    by: Literal["action", "pointer"]
    action: str | None = Field(description="The action that was done; null for the pointer.")
    x: int | None = Field(description="Where the pointer clicked, screen pixels; null if not.")
    y: int | None
    element: ElementEntry | None = Field(description="As it is now; null where it is gone.")


class ActedElementResult(ToolResult):
    """What it is afterwards."""

    element: ElementEntry | None = Field(description="As it is now; null where it is gone.")


class SetElementTextResult(ToolResult):
    """How it was done; it was read back and is what was asked for."""

    by: Literal["accessibility", "keyboard"]
    length: int = Field(description="Characters in the element now.")


class ElementTextResult(ToolResult):
    """The text of an element."""

    text: str
    length: int = Field(description="Characters in all, also those that were left out.")


class SetValueResult(ToolResult):
    """The number as it was read back."""

    value: ValueEntry


ABOUT_ACCESSIBILITY = (
    "Works for programs that expose their elements (GTK, Qt, browsers and office programs do, "
    "xterm and Tk do not)."
)


def _looking(
    name: str, summary: str, description: str, arguments: type[Arguments], result: type[ToolResult]
) -> Tool:
    return Tool(
        name=name,
        tier=Tier.OBSERVE,
        acts=False,
        summary=summary,
        description=description,
        arguments=arguments,
        result=result,
        deadline_s=HUNG_S,
        smaller="name a window, a role or a name, or lower max_elements or max_chars",
    )


def _acting(
    name: str,
    summary: str,
    description: str,
    arguments: type[Arguments],
    result: type[ToolResult],
    private: frozenset[str] = frozenset(),
) -> Tool:
    return Tool(
        name=name,
        tier=Tier.INPUT,
        acts=True,
        summary=summary,
        description=description,
        arguments=arguments,
        result=result,
        deadline_s=2 * HUNG_S,
        private=private,
    )


GET_UI_TREE = _looking(
    "get_ui_tree",
    "List the elements of windows: buttons, fields, menus, texts, with their places.",
    f"{ABOUT_ACCESSIBILITY} Programs that hang are left out and named.",
    UiTreeArguments,
    ElementsResult,
)
FIND_ELEMENTS = _looking(
    "find_elements",
    "Find elements of windows by role and name.",
    ABOUT_ACCESSIBILITY,
    FindElementsArguments,
    ElementsResult,
)
GET_ELEMENT_TEXT = _looking(
    "get_element_text",
    "Read the text in an element.",
    "Passwords are not told.",
    ElementTextArguments,
    ElementTextResult,
)
CLICK_ELEMENT = _acting(
    "click_element",
    "Click an element.",
    "By its own action where it has one for that, else by the pointer, and then only if it is in "
    "sight and enabled.",
    ClickElementArguments,
    ClickElementResult,
)
SET_ELEMENT_TEXT = _acting(
    "set_element_text",
    "Replace the text in an element.",
    "By accessibility where the program takes that, else by the keyboard; read back afterwards, "
    "passwords by their length.",
    SetElementTextArguments,
    SetElementTextResult,
    frozenset({"text"}),
)
PERFORM_ACTION = _acting(
    "perform_action",
    "Let an element do one of its actions.",
    "The program says that it will; look at the element to see what came of it.",
    PerformActionArguments,
    ActedElementResult,
)
SET_VALUE = _acting(
    "set_value",
    "Set the number of a slider, a spin button or the like.",
    "Read back afterwards, to the element's own step.",
    SetValueArguments,
    SetValueResult,
)

FAMILY = (
    GET_UI_TREE,
    FIND_ELEMENTS,
    GET_ELEMENT_TEXT,
    CLICK_ELEMENT,
    SET_ELEMENT_TEXT,
    PERFORM_ACTION,
    SET_VALUE,
)
