"""Read single elements from the accessibility bus."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .atspi_bus import REGISTRY, ROOT, AccessibilityBus, Answer, Lack, Ref, together
from .atspi_words import role_named, states_of
from .base import Box, Element, TextContent, ValueRange

ACCESSIBLE = "org.a11y.atspi.Accessible"
ACTION = "org.a11y.atspi.Action"
COMPONENT = "org.a11y.atspi.Component"
EDITABLE = "org.a11y.atspi.EditableText"
TEXT = "org.a11y.atspi.Text"
VALUE = "org.a11y.atspi.Value"

PATH_PREFIX = "/org/a11y/atspi/accessible/"
NOWHERE = "/org/a11y/atspi/null"
SCREEN_COORDINATES = 0
PASSWORD = "password text"  # noqa: S105 -- a role
# Tables of millions of cells count as many children; nobody lists those.
MAX_CHILDREN = 500
MAX_ACTIONS = 16
# X11 windows lie within 16 bits; toolkits say "nowhere" by numbers far outside.
FAR_PIXELS = 1 << 16


def id_of(ref: Ref) -> str:
    """A short name for an element."""
    return ref.bus + "/" + ref.path.removeprefix(PATH_PREFIX)


def ref_of(element_id: str) -> Ref | None:
    """The element of that name; None where it is no name."""
    bus, slash, rest = element_id.partition("/")
    if not (slash and rest and bus.startswith(":") and bus[1:].replace(".", "").isdigit()):
        return None
    path = rest if rest.startswith("/") else PATH_PREFIX + rest
    plain = path.replace("/", "").replace("_", "")
    legal = plain.isascii() and plain.isalnum() and "//" not in path and not path.endswith("/")
    return Ref(bus, path) if legal else None


@dataclass(slots=True)
class Node:
    """
    An element while it is looked at.

    Attributes:
        ref: Where it is on the bus.
        parent: The element around it, if it is no window.
        depth: 0 for a window, -1 for a program.
        process: Of its program.
        element: What was read of it so far; None where nothing could be.
        offered: Interfaces that it has.
        count: How many elements are in it.
        children: Those that were looked for.

    """

    ref: Ref
    parent: "Node | None" = None
    depth: int = 0
    process: int | None = None
    element: Element | None = None
    offered: frozenset[str] = frozenset()
    count: int = 0
    children: list["Node"] = field(default_factory=list)


class Reader:
    """
    Reads elements for one call. A program that did not answer once is not asked again.

    Args:
        bus: The connection.
        text_chars: Of each text no more than that.

    Attributes:
        silent: Names on the bus of programs that did not answer.

    """

    def __init__(self, bus: AccessibilityBus, text_chars: int) -> None:
        self._bus = bus
        self._text_chars = text_chars
        self.silent: set[str] = set()

    async def outline(self, node: Node) -> Answer:
        """Read what every element has; the answer says why that could not be."""
        ref = node.ref
        name, role, states, count, interfaces = await together(
            self._get(ref, ACCESSIBLE, "Name"),
            self._call(ref, ACCESSIBLE, "GetRole"),
            self._call(ref, ACCESSIBLE, "GetState"),
            self._get(ref, ACCESSIBLE, "ChildCount"),
            self._call(ref, ACCESSIBLE, "GetInterfaces"),
        )
        for needed in (role, states):
            if needed.lack:
                return needed
        node.count = max(0, count.value or 0)
        node.offered = frozenset(interfaces.value or ())
        node.element = Element(
            id=id_of(ref),
            parent=None if node.parent is None else id_of(node.parent.ref),
            depth=node.depth,
            role=role_named(role.value),
            name=name.value or "",
            description="",
            states=states_of(states.value),
            box=await self._box(ref) if COMPONENT in node.offered else None,
            actions=(),
            text=None,
            value=None,
            editable=EDITABLE in node.offered,
            process=node.process,
        )
        return role

    async def details(self, node: Node) -> None:
        """Add actions, text, value and, where it has no name, its description."""
        element = node.element
        if element is None:
            return
        if ACTION in node.offered:
            element = replace(element, actions=await self.actions(node.ref))
        if TEXT in node.offered and element.role != PASSWORD:
            content = await self.text(node.ref, self._text_chars)
            element = replace(element, text=None if content is None else content.text)
        if VALUE in node.offered:
            element = replace(element, value=await self.value(node.ref))
        if not element.name:
            said = await self._get(node.ref, ACCESSIBLE, "Description")
            element = replace(element, description=said.value or "")
        node.element = element

    async def actions(self, ref: Ref) -> tuple[str, ...]:
        """Names of what it can be told to do, in their order; the same in every language."""
        count = await self._get(ref, ACTION, "NActions")
        numbers = range(min(count.value or 0, MAX_ACTIONS))
        asked = (self._call(ref, ACTION, "GetName", "i", number) for number in numbers)
        return tuple(answer.value or "" for answer in await together(*asked))

    async def text(self, ref: Ref, limit: int) -> TextContent | None:
        """Its text up to *limit* characters; None where it cannot be read."""
        count = await self._get(ref, TEXT, "CharacterCount")
        if count.lack:
            return None
        length = max(0, count.value)
        if not length:
            return TextContent("", 0)
        found = await self._call(ref, TEXT, "GetText", "ii", 0, min(length, limit))
        return None if found.lack else TextContent(found.value, length)

    async def children(self, node: Node) -> list[Ref]:
        """The elements in it."""
        if not node.count:
            return []
        if node.count <= MAX_CHILDREN:
            found = await self._call(node.ref, ACCESSIBLE, "GetChildren")
            return _refs(found.value or ())
        asked = (
            self._call(node.ref, ACCESSIBLE, "GetChildAtIndex", "i", number)
            for number in range(MAX_CHILDREN)
        )
        return _refs([each.value for each in await together(*asked) if not each.lack])

    async def programs(self) -> list[Node]:
        """All programs that expose themselves."""
        found = await self._call(Ref(REGISTRY, ROOT), ACCESSIBLE, "GetChildren")
        refs = _refs(found.value or ())
        processes = await together(*(self._bus.process(ref.bus) for ref in refs))
        return [
            Node(ref, depth=-1, process=process)
            for ref, process in zip(refs, processes, strict=True)
        ]

    async def value(self, ref: Ref) -> ValueRange | None:
        """The number it stands for; None where it cannot be read."""
        names = ("CurrentValue", "MinimumValue", "MaximumValue", "MinimumIncrement")
        found = await together(*(self._get(ref, VALUE, name) for name in names))
        if found[0].lack:
            return None
        return ValueRange(*(float(each.value or 0.0) for each in found))

    async def _box(self, ref: Ref) -> Box | None:
        found = await self._call(ref, COMPONENT, "GetExtents", "u", SCREEN_COORDINATES)
        if found.lack:
            return None
        box = Box(*found.value)
        there = box.width > 0 and box.height > 0 and max(abs(box.x), abs(box.y)) < FAR_PIXELS
        return box if there else None

    async def _get(self, ref: Ref, interface: str, name: str) -> Answer:
        if ref.bus in self.silent:
            return Answer(lack=Lack.SILENT)
        return self._noted(ref, await self._bus.get(ref, interface, name))

    async def _call(self, ref: Ref, interface: str, member: str, *more: object) -> Answer:
        if ref.bus in self.silent:
            return Answer(lack=Lack.SILENT)
        signature, *values = more or ("",)
        found = await self._bus.call(ref, interface, member, str(signature), *values)
        return self._noted(ref, found)

    def _noted(self, ref: Ref, answer: Answer) -> Answer:
        if answer.lack is Lack.SILENT:
            self.silent.add(ref.bus)
        return answer


def _refs(found: Sequence[Sequence[str]]) -> list[Ref]:
    refs = (Ref(*pair) for pair in found)
    return [ref for ref in refs if ref.bus and ref.path != NOWHERE]
