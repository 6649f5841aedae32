"""What a hub says arrives letter by letter in the windows that people use."""

import asyncio
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import pytest

from tests.end_to_end.applications import chromium, gtk_entry
from tests.end_to_end.desks import desk, driven
from tests.end_to_end.rigs import run_async
from tests.x11 import tk_entry, xterm


class Field(Protocol):
    """Something that takes text and tells what it was given."""

    @property
    def center(self) -> tuple[int, int]: ...

    def expect(self, text: str, timeout_s: float = 10.0) -> None: ...


Window = Callable[[str, Path], AbstractContextManager[Field]]

GREETING = "héllo \N{EN DASH} 你好 \N{GRINNING FACE}"
ASCII = "".join(chr(code) for code in range(0x20, 0x7F))
CLICKED = {"tk": "[Button-1]"}
"""What a window tells of the click besides its text."""


def three_hundred_code_points() -> str:
    """400 characters, 300 of them different: Chinese, Greek, accented, and beyond the BMP."""
    pool = [chr(code) for code in range(0x4E00, 0x4E00 + 240)]
    pool += [chr(code) for code in range(0x391, 0x3A1)]
    pool += list("äöüßñçéèàåøłžšđ") + [chr(0x1F600 + place) for place in range(29)]
    chosen = random.Random(11)
    text = pool + chosen.choices(pool, k=400 - len(pool))
    chosen.shuffle(text)
    assert (len(text), len(set(text))) == (400, 300)
    return "".join(text)


@pytest.mark.parametrize("layout", ["us", "de"])
@pytest.mark.parametrize(
    ("name", "window"),
    [("xterm", xterm), ("tk", tk_entry), ("gtk", gtk_entry), ("chromium", chromium)],
)
def test_M_06_every_text_arrives_exactly(
    name: str, window: Window, layout: str, tmp_path: Path
) -> None:
    async def story(display: str, field: Field) -> None:
        async with driven(tmp_path, display) as device:
            x, y = field.center
            await device.call("mouse_click", x=x, y=y)
            whole = ""
            for text in (GREETING, ASCII, three_hundred_code_points(), GREETING):
                await device.call("type_text", text=text)
                whole += text
                await asyncio.to_thread(field.expect, whole + CLICKED.get(name, ""))

    with desk(tmp_path, layout) as display, window(display, tmp_path) as field:
        run_async(lambda: story(display, field))
