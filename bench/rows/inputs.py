"""Clicks and typing into real windows, from the COMMAND to its answer."""

import asyncio
import random
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace

import xcffib
import xcffib.xproto
import xcffib.xtest

from ..figures import median, p99, timed_ms
from ..rigs.hub import Hub, action
from ..rigs.rig import Rig
from ..rigs.windows import Window, tk_entry, xterm
from ..row import CannotMeasureError, Measured

PLACE = (1000, 540)
RUNS = 200
TYPING_RUNS = 20
ASCII = (
    "The quick brown fox jumps over the lazy dog, 0123456789; "
    "(a+b)*c = {d} [e] <f> | \"g\" 'h' ~!@#$%^&_-Zzz"
)
LINE = "héllo – 你好 😀"  # noqa: RUF001 -- the dash is what is tested
LINES = 3
SCRAPS = 2
SCRAP_CHARS = 200


async def click(rig: Rig) -> Measured:
    """Move there, press, release."""
    display = rig.need_display()
    connected = await rig.connected()
    x, y = PLACE
    found = await connected.hub.measure(RUNS, action("mouse_click", x=x, y=y))
    raw = await asyncio.to_thread(_with_xtest, display, lambda fake: fake.click(*PLACE))
    return replace(found, raw=raw, raw_what="three XTEST events and an answer")


async def ascii_text(rig: Rig) -> Measured:
    """100 ASCII characters; the slower of the two windows."""
    display = rig.need_display()
    slowest = Measured(0.0)
    wrong = 0
    async with AsyncExitStack() as stack:
        hub = (await rig.connected()).hub
        for window in await _windows(stack, rig):
            await _focus(hub, window)
            took = []
            for _ in range(TYPING_RUNS):
                answer = await hub.ask(action("type_text", text=ASCII))
                answer.results()
                took.append(answer.took_ms)
                wrong += await asyncio.to_thread(window.typed_like, ASCII) != ASCII
            if median(took) > slowest.value:
                slowest = Measured(median(took), p99=p99(took), runs=TYPING_RUNS)
        raw = await asyncio.to_thread(_with_xtest, display, lambda fake: fake.type(len(ASCII)))
    shown = f"{slowest.value:.1f}" + (f", {wrong} texts WRONG" if wrong else ", all exact")
    what = "200 XTEST events and an answer"
    return replace(slowest, raw=raw, raw_what=what, shown=shown)


async def unicode_text(rig: Rig) -> Measured:
    """Characters that did not arrive, of the line and of 400 with 300 distinct code points."""
    chance = random.Random(7)  # noqa: S311 -- the same text in every run
    lines = right = chars = 0
    async with AsyncExitStack() as stack:
        hub = (await rig.connected()).hub
        windows = await _windows(stack, rig)
        for window in windows:
            await _focus(hub, window)
            for _ in range(LINES):
                lines += await _arrives(hub, window, LINE) == len(LINE)
            for _ in range(SCRAPS):
                chars += SCRAP_CHARS
                right += await _arrives(
                    hub, window, "".join(chance.choices(_pool(), k=SCRAP_CHARS))
                )
        # The rows after this one are to find a window manager that has caught up.
        await _focus(hub, windows[0])
    every_line = len(windows) * LINES
    shown = f"{lines}/{every_line} lines, {right}/{chars} characters"
    return Measured(every_line - lines + chars - right, shown=shown)


async def _windows(stack: AsyncExitStack, rig: Rig) -> list[Window]:
    """Both, open for as long as *stack* is."""
    display = rig.need_display()
    return [
        await stack.enter_async_context(open_window(display, rig.directory))
        for open_window in (xterm, tk_entry)
    ]


async def _focus(hub: Hub, window: Window) -> None:
    x, y = window.place
    (await hub.ask(action("mouse_click", x=x, y=y))).results()
    if not await asyncio.to_thread(window.is_active):
        raise CannotMeasureError(f"the {window.name} window does not get the focus")


async def _arrives(hub: Hub, window: Window, text: str) -> int:
    """How many characters came to stand where they belong."""
    (await hub.ask(action("type_text", text=text))).results()
    found = await asyncio.to_thread(window.typed_like, text)
    return sum(one == other for one, other in zip(text, found, strict=False))


def _pool() -> list[str]:
    """300 distinct characters of four scripts."""
    chinese = [chr(0x4E00 + number) for number in range(240)]
    greek = [chr(0x391 + number) for number in range(16)]
    latin = list("äöüßñçéèàåøłžšđ")
    emoji = [chr(0x1F600 + number) for number in range(29)]
    return chinese + greek + latin + emoji


class _Fake:
    """XTEST on one connection, and nothing around it."""

    def __init__(self, connection: xcffib.Connection) -> None:
        self._connection = connection
        self._xtest = connection(xcffib.xtest.key)

    def click(self, x: int, y: int) -> None:
        self._xtest.FakeInput(6, 0, 0, 0, x, y, 0)
        self._xtest.FakeInput(4, 1, 0, 0, 0, 0, 0)
        self._xtest.FakeInput(5, 1, 0, 0, 0, 0, 0)
        self._connection.core.GetInputFocus().reply()

    def type(self, count: int) -> None:
        for _ in range(count):
            self._xtest.FakeInput(2, 38, 0, 0, 0, 0, 0)
            self._xtest.FakeInput(3, 38, 0, 0, 0, 0, 0)
        self._connection.core.GetInputFocus().reply()


def _with_xtest(display: str, do: Callable[[_Fake], None]) -> float:
    connection = xcffib.connect(display)
    try:
        fake = _Fake(connection)
        return timed_ms(lambda: do(fake), TYPING_RUNS)
    finally:
        connection.disconnect()
