"""Elements as the catalog tells them."""

from ..accessibility import Box, Element, ValueRange
from ..catalog.elements import ElementEntry, ValueEntry
from ..catalog.parts import Area

# True of nearly every element, told by a field of its own, or of no use to anybody.
UNTOLD = frozenset(
    {
        "enabled",
        "sensitive",
        "visible",
        "showing",
        "editable",
        "opaque",
        "resizable",
        "horizontal",
        "vertical",
        "single line",
        "stale",
        "transient",
        "manages descendants",
        "selectable text",
    }
)


def entry(element: Element) -> ElementEntry:
    """One element; what the catalog lets out is left out."""
    optional: dict[str, object] = {}
    if element.description:
        optional["description"] = element.description
    if element.editable:
        optional["editable"] = True
    if element.text is not None and element.text != element.name:
        optional["text"] = element.text
    if element.value is not None:
        optional["value"] = value_entry(element.value)
    told: dict[str, object] = {
        "element_id": element.id,
        "parent_id": element.parent,
        "depth": element.depth,
        "role": element.role,
        "name": element.name,
        "visible": element.visible,
        "enabled": element.enabled,
        "states": tuple(sorted(element.states - UNTOLD)),
        "region": None if element.box is None else area(element.box),
        "actions": element.actions,
    }
    return ElementEntry.model_validate({**told, **optional})


def area(box: Box) -> Area:
    """A rectangle."""
    return Area(x=box.x, y=box.y, width=box.width, height=box.height)


def value_entry(value: ValueRange) -> ValueEntry:
    """A number."""
    return ValueEntry(now=value.now, least=value.least, most=value.most, step=value.step)
