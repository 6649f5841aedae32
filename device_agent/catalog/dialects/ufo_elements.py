"""From the accessibility tree to the controls that UFO knows."""

from collections.abc import Generator, Iterable, Mapping
from typing import Any, TypeAlias

from ...errors import Failure, ToolError
from ..elements import GET_UI_TREE, UiTreeArguments
from .memory import Control, Json, Rect, Window
from .translated import OurCall
from .ufo_wire import SOURCE, rect_of

MAX_CONTROLS = 500
MAX_TREE = 2000

# AT-SPI's words for what an element is, and UI Automation's.
_KINDS: Mapping[str, str] = {
    "push button": "Button",
    "toggle button": "Button",
    "push button menu": "SplitButton",
    "entry": "Edit",
    "password text": "Edit",
    "text": "Edit",
    "paragraph": "Text",
    "label": "Text",
    "static": "Text",
    "heading": "Text",
    "check box": "CheckBox",
    "switch": "CheckBox",
    "radio button": "RadioButton",
    "combo box": "ComboBox",
    "list": "List",
    "list box": "List",
    "list item": "ListItem",
    "menu": "MenuItem",
    "menu item": "MenuItem",
    "check menu item": "MenuItem",
    "radio menu item": "MenuItem",
    "menu bar": "MenuBar",
    "page tab": "TabItem",
    "page tab list": "Tab",
    "tree": "Tree",
    "tree item": "TreeItem",
    "tree table": "DataGrid",
    "table": "Table",
    "table cell": "DataItem",
    "table row": "DataItem",
    "link": "Hyperlink",
    "document web": "Document",
    "document frame": "Document",
    "document text": "Document",
    "terminal": "Document",
    "scroll bar": "ScrollBar",
    "slider": "Slider",
    "spin button": "Spinner",
    "progress bar": "ProgressBar",
    "image": "Image",
    "icon": "Image",
    "tool bar": "ToolBar",
    "status bar": "StatusBar",
    "separator": "Separator",
    "frame": "Window",
    "window": "Window",
    "dialog": "Window",
    "alert": "Window",
    "panel": "Pane",
    "filler": "Pane",
    "grouping": "Group",
}

Entry: TypeAlias = Mapping[str, Any]
Entries: TypeAlias = Generator[OurCall, Json, list[Entry]]


def kind_of(role: str) -> str:
    """UFO's word for what an element is; "Custom" where it has none."""
    return _KINDS.get(role, "Custom")


def elements_of(window: Window, *, interactive: bool) -> Entries:
    """
    The elements of a window; none where this session has no accessibility.

    A window that tells nothing (Tk, xterm) has none either: UFO then goes by its image, and by
    fractions of that.
    """
    arguments = UiTreeArguments(
        window_id=window.window_id,
        interactive_only=interactive,
        max_elements=MAX_CONTROLS if interactive else MAX_TREE,
    )
    try:
        found = yield OurCall(GET_UI_TREE, arguments)
    except ToolError as error:
        if error.failure is not Failure.UNAVAILABLE:
            raise
        return []
    elements: list[Entry] = found["elements"]
    return elements


def controls(elements: Iterable[Entry]) -> tuple[Control, ...]:
    """The same as controls, numbered from 1."""
    shown = [each for each in elements if each.get("region") is not None and each["depth"]]
    return tuple(
        Control(
            str(number),
            each["element_id"],
            each["name"] or each.get("description") or each.get("text") or "",
            kind_of(each["role"]),
            rect_of(each["region"]),
            SOURCE,
        )
        for number, each in enumerate(shown, 1)
    )


def tree(window: Window, elements: Iterable[Entry]) -> dict[str, Any]:
    """The same as UFO's tree: each with what is in it."""
    root = _node("0", window.title, "Window", window.rect, 0)
    known: dict[str, dict[str, Any]] = {}
    for number, each in enumerate(elements, 1):
        region = each.get("region")
        rect = (0, 0, 0, 0) if region is None else rect_of(region)
        node = _node(str(number), each["name"], kind_of(each["role"]), rect, each["depth"])
        known[each["element_id"]] = node
        known.get(each["parent_id"] or "", root)["children"].append(node)
    return root


def _node(label: str, name: str, kind: str, rect: Rect, level: int) -> dict[str, Any]:
    left, top, right, bottom = rect
    return {
        "id": f"node_{label}",
        "name": name,
        "control_type": kind,
        "rectangle": {"left": left, "top": top, "right": right, "bottom": bottom},
        "level": level,
        "children": [],
    }
