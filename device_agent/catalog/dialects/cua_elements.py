"""cua's commands about the accessibility tree."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pydantic import Field

from ...errors import Failure, ToolError
from ..elements import FIND_ELEMENTS, GET_UI_TREE, FindElementsArguments, UiTreeArguments
from ..screen import NoArguments
from ..tool import Arguments
from .cua_wire import SPEAKER, name, success
from .foreign import Foreign
from .memory import Memory
from .translated import Answer, OurCall, Program

MAX_ELEMENTS = 5000

Entry: TypeAlias = Mapping[str, Any]


class Wanted(Arguments):
    """Which element."""

    role: str | None = Field(default=None, description="AT-SPI's word, such as push button.")
    title: str | None = Field(default=None, description="A part of its name.")
    value: str | None = Field(default=None, description="Its text or number.")


def _shape(entry: Entry) -> dict[str, Any]:
    region = entry.get("region") or {"x": 0, "y": 0, "width": 0, "height": 0}
    value = entry.get("value")
    return {
        "role": entry["role"],
        "title": entry["name"],
        "value": entry.get("text") if value is None else value["now"],
        "position": {"x": region["x"], "y": region["y"]},
        "size": {"width": region["width"], "height": region["height"]},
    }


def _tree(entries: Iterable[Entry]) -> dict[str, Any]:
    root: dict[str, Any] = {"role": "desktop", "title": "", "children": []}
    known: dict[str, dict[str, Any]] = {}
    for entry in entries:
        node = {**_shape(entry), "children": []}
        known[entry["element_id"]] = node
        known.get(entry["parent_id"] or "", root)["children"].append(node)
    return root


def _find(taken: Wanted, _: Memory) -> Program:
    arguments = FindElementsArguments(
        role=taken.role or None, name=taken.title or taken.value or None, max_elements=MAX_ELEMENTS
    )
    found = yield OurCall(FIND_ELEMENTS, arguments)
    for entry in found["elements"]:
        told = _shape(entry)
        if taken.value in {None, told["value"], str(told["value"])}:
            return Answer(success(element=told))
    raise ToolError(Failure.FAILED, "no element is like that")


_NAMES = (
    name(
        "get_accessibility_tree",
        "List the elements of all windows.",
        NoArguments,
        GET_UI_TREE,
        lambda _: UiTreeArguments(max_elements=MAX_ELEMENTS),
        lambda value: success(tree=_tree(value["elements"])),
    ),
    Foreign("find_element", "Find an element.", Wanted, (FIND_ELEMENTS,), _find, SPEAKER),
)

NAMES: Mapping[str, Foreign] = {each.name: each for each in _NAMES}
