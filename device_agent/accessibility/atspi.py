"""Accessibility on Linux: AT-SPI over D-Bus."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from dbus_fast import Variant

from ..errors import Failure, ToolError
from .atspi_bus import PROPERTIES, AccessibilityBus, Answer, Lack, Ref
from .atspi_read import ACCESSIBLE, ACTION, COMPONENT, EDITABLE, VALUE, Node, Reader, ref_of
from .atspi_walk import Walk
from .base import Accessibility, Element, Query, Snapshot, TextContent, Watched
from .loop import LoopThread
from .session_bus import NO_BUS, absence_in, address_of

T = TypeVar("T")

# An action may open a window before its program answers.
ACT_S = 3.0
# Everything that one question about one element may cost.
QUESTION_S = 6.0
# On top of what a caller allows for a tree, until what was found is given back.
SPARE_S = 2.0
TEXT_CHARS = 200
MAX_DEPTH = 100
WINDOWS = frozenset({"frame", "dialog", "window", "alert", "file chooser"})


class AtSpi(Accessibility):
    """
    What programs expose on the accessibility bus of the session.

    Args:
        environment: Names the session bus; nothing else of it is used.

    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._thread = LoopThread("accessibility")
        self._bus: AccessibilityBus | None = None
        self._connecting: asyncio.Lock | None = None

    def absence(self) -> str:
        return absence_in(self._environment)

    def find(self, query: Query, watched: Watched | None = None) -> Snapshot:
        async def find(bus: AccessibilityBus) -> Snapshot:
            return await Walk(bus, query).snapshot()

        return self._run(find, query.timeout_s + SPARE_S, watched)

    def look(self, element_id: str) -> Element:
        ref = _known(element_id)

        async def look(bus: AccessibilityBus) -> Element:
            node = Node(ref, process=await bus.process(ref.bus))
            reader = Reader(bus, TEXT_CHARS)
            _require(await reader.outline(node))
            await reader.details(node)
            if node.element is None:
                raise _gone()
            return node.element

        return self._run(look, QUESTION_S)

    def window_of(self, element_id: str) -> str:
        async def window_of(bus: AccessibilityBus) -> str:
            ref = _known(element_id)
            for _ in range(MAX_DEPTH):
                node = Node(ref)
                if (await Reader(bus, 0).outline(node)).lack or node.element is None:
                    return ""
                if node.element.role in WINDOWS:
                    return node.element.name
                above = await bus.get(ref, ACCESSIBLE, "Parent")
                if above.lack:
                    return ""
                ref = Ref(*above.value)
            return ""

        return self._run(window_of, QUESTION_S)

    def text(self, element_id: str, limit: int) -> TextContent | None:
        async def text(bus: AccessibilityBus) -> TextContent | None:
            reader = Reader(bus, limit)
            _require(await reader.outline(Node(_known(element_id))))
            return await reader.text(_known(element_id), limit)

        return self._run(text, QUESTION_S)

    def act(self, element_id: str, action: str) -> None:
        async def act(bus: AccessibilityBus) -> None:
            ref = _known(element_id)
            names = await Reader(bus, 0).actions(ref)
            if action not in names:
                told = ", ".join(names) or "none"
                raise ToolError(
                    Failure.BAD_ARGUMENTS, f"the element has no action {action!r}; it has: {told}"
                )
            number = names.index(action)
            done = await bus.call(ref, ACTION, "DoAction", "i", number, timeout_s=ACT_S)
            _require(done, happened=True)
            if not done.value:
                raise ToolError(Failure.FAILED, f"the program refused the action {action!r}")

        self._run(act, QUESTION_S)

    def focus(self, element_id: str) -> bool:
        async def focus(bus: AccessibilityBus) -> bool:
            done = await bus.call(_known(element_id), COMPONENT, "GrabFocus", timeout_s=ACT_S)
            return bool(done.value)

        return self._run(focus, QUESTION_S)

    def set_text(self, element_id: str, text: str) -> bool:
        async def set_text(bus: AccessibilityBus) -> bool:
            ref = _known(element_id)
            done = await bus.call(ref, EDITABLE, "SetTextContents", "s", text, timeout_s=ACT_S)
            if done.lack is not Lack.REFUSED:
                _require(done, happened=True)
            return bool(done.value)

        return self._run(set_text, QUESTION_S)

    def set_value(self, element_id: str, value: float) -> None:
        async def set_value(bus: AccessibilityBus) -> None:
            values = (VALUE, "CurrentValue", Variant("d", value))
            ref = _known(element_id)
            _require(
                await bus.call(ref, PROPERTIES, "Set", "ssv", *values, timeout_s=ACT_S),
                happened=True,
            )

        self._run(set_value, QUESTION_S)

    def close(self) -> None:
        async def close(bus: AccessibilityBus) -> None:
            bus.close()

        if self._bus is not None:
            self._run(close, QUESTION_S)
            self._bus = None

    def _run(
        self,
        work: Callable[[AccessibilityBus], Awaitable[T]],
        timeout_s: float,
        watched: Watched | None = None,
    ) -> T:
        async def connected() -> T:
            return await work(await self._connected())

        return self._thread.run(connected(), timeout_s, watched)

    async def _connected(self) -> AccessibilityBus:
        self._connecting = self._connecting or asyncio.Lock()
        async with self._connecting:
            if self._bus is None or not self._bus.connected:
                address = address_of(self._environment)
                if address is None:
                    raise ToolError(Failure.UNAVAILABLE, NO_BUS)
                self._bus = await AccessibilityBus.connect(address)
            return self._bus


def _known(element_id: str) -> Ref:
    ref = ref_of(element_id)
    if ref is None:
        raise ToolError(
            Failure.BAD_ARGUMENTS,
            "element_id is none; take one that find_elements or get_ui_tree tells, such as :1.5/23",
        )
    return ref


def _require(answer: Answer, *, happened: bool = False) -> None:
    """Raise what a missing *answer* means; one to an action may have *happened* all the same."""
    match answer.lack:
        case None:
            return
        case Lack.GONE:
            raise _gone()
        case Lack.SILENT:
            maybe = "; it may have happened" if happened else ""
            raise ToolError(Failure.TIMED_OUT, f"the element's program does not answer{maybe}")
        case Lack.REFUSED:
            raise ToolError(Failure.FAILED, f"the element's program refused: {answer.detail}")


def _gone() -> ToolError:
    return ToolError(
        Failure.FAILED, "the element is gone; find_elements and get_ui_tree tell what there is"
    )
