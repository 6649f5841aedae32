"""Read a tree from the accessibility bus, within limits."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from .atspi_bus import AccessibilityBus, together
from .atspi_read import FAR_PIXELS, MAX_CHILDREN, Node, Reader
from .base import Box, CutShort, Element, Query, Snapshot, WindowHint


class Walk:
    """
    One look at the tree, level by level, so that what a limit cuts off is the deepest.

    Args:
        bus: The connection.
        query: What is wanted.

    """

    def __init__(self, bus: AccessibilityBus, query: Query) -> None:
        self._reader = Reader(bus, query.text_chars)
        self._query = query
        self._cut: CutShort = ""
        self._nodes = 0
        self._tops: list[Node] = []

    async def snapshot(self) -> Snapshot:
        """Look, within the limits."""
        names: dict[str, str] = {}
        try:
            async with asyncio.timeout(self._query.timeout_s):
                programs = await self._reader.programs()
                names = {node.ref.bus: f"process {node.process}" for node in programs}
                await self._down(await self._windows(programs))
        except TimeoutError:
            self._cut = "time"
        found = [each for top in self._tops for each in _in_order(top)]
        wanted = [each for each in found if self._query.wants(each)]
        if len(wanted) > self._query.max_results:
            self._cut = self._cut or "results"
        return Snapshot(
            elements=tuple(wanted[: self._query.max_results]),
            windows=len(self._tops),
            looked_at=self._nodes,
            cut_short=self._cut,
            silent=tuple(sorted(names.get(bus, bus) for bus in self._reader.silent)),
        )

    async def _windows(self, programs: list[Node]) -> list[Node]:
        """The windows to look into."""
        hint = self._query.window
        if hint is not None and hint.pid is not None:
            owners = [node for node in programs if node.process == hint.pid]
            if not owners:
                # A sandbox may hide the number; then every program may be the one.
                hint = replace(hint, pid=None)
            programs = owners or programs
        await together(*(self._reader.outline(node) for node in programs))
        levels = await together(*(self._children(node) for node in programs))
        windows = [node for level in levels for node in level]
        await self._look_at(windows)
        if hint is not None:
            windows = _fitting(hint, [node for node in windows if node.element is not None])
        self._tops = windows
        return windows

    async def _down(self, level: list[Node]) -> None:
        while level := [node for node in level if self._goes_on(node)]:
            if level[0].depth >= self._query.max_depth:
                self._cut = self._cut or "depth"
                return
            found = await together(*(self._children(node) for node in level))
            level = [node for children in found for node in children]
            room = self._query.max_nodes - self._nodes
            if len(level) > room:
                self._cut = self._cut or "nodes"
                level = level[: max(0, room)]
            await self._look_at(level)

    def _goes_on(self, node: Node) -> bool:
        if node.element is None or not node.count:
            return False
        return not self._query.visible_only or _shown(node.element)

    async def _children(self, node: Node) -> list[Node]:
        if node.count > MAX_CHILDREN:
            self._cut = self._cut or "children"
        above = None if node.depth < 0 else node
        refs = await self._reader.children(node)
        node.children = [Node(ref, above, node.depth + 1, node.process) for ref in refs]
        return node.children

    async def _look_at(self, nodes: Sequence[Node]) -> None:
        self._nodes += len(nodes)
        await together(*(self._fill(node) for node in nodes))

    async def _fill(self, node: Node) -> None:
        await self._reader.outline(node)
        # Nobody is told of what is not shown, if only what is shown is wanted.
        if node.element is not None and (not self._query.visible_only or _shown(node.element)):
            await self._reader.details(node)


def _shown(element: Element) -> bool:
    return {"visible", "showing"} <= element.states


def _fitting(hint: WindowHint, windows: list[Node]) -> list[Node]:
    """The window that is meant; several where nothing tells them apart."""
    titled = [node for node in windows if node.element and node.element.name == hint.title]
    near = [node for node in titled or windows if _overlaps(node, hint.box)]
    exact = titled and (near or titled)
    if exact:
        # Of two of the same name, the one that lies where the window does.
        return sorted(exact, key=lambda node: _distance(node, hint.box))[:1]
    return near if hint.pid is not None else []


def _overlaps(node: Node, box: Box) -> bool:
    mine = node.element.box if node.element is not None else None
    if mine is None:
        return False
    across = mine.x < box.x + box.width and box.x < mine.x + mine.width
    return across and mine.y < box.y + box.height and box.y < mine.y + mine.height


def _distance(node: Node, box: Box) -> int:
    mine = node.element.box if node.element is not None else None
    if mine is None:
        return FAR_PIXELS * 4
    return sum(abs(one - other) for one, other in zip(mine, box, strict=True))


def _in_order(node: Node) -> list[Element]:
    mine = [] if node.element is None else [node.element]
    return [*mine, *(each for child in node.children for each in _in_order(child))]
