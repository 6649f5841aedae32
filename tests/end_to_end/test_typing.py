"""What a hub says arrives letter by letter in the windows that people use."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from tests.end_to_end.applications import chromium, gtk_entry
from tests.end_to_end.rigs import Agent, PlainHub, action, run_async, running
from tests.x11 import set_layout, tk_entry, window_manager, x_server_of_its_own, xterm


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


@contextmanager
def desk(folder: Path, layout: str) -> Iterator[str]:
    """A desktop with a window manager and a keyboard of that layout."""
    with x_server_of_its_own() as display, window_manager(display, folder):
        set_layout(display, layout)
        yield display


@pytest.mark.parametrize("layout", ["us", "de"])
@pytest.mark.parametrize(
    ("name", "window"),
    [("xterm", xterm), ("tk", tk_entry), ("gtk", gtk_entry), ("chromium", chromium)],
)
def test_M_06_every_text_arrives_exactly(
    name: str, window: Window, layout: str, tmp_path: Path
) -> None:
    async def story(display: str, field: Field) -> None:
        async with hub.open():
            with running(Agent(tmp_path, "--hub", hub.url, display=display)):
                await hub.registered()
                x, y = field.center
                await done(hub, "focus", "mouse_click", x=x, y=y)
                whole = ""
                for text in (GREETING, ASCII, three_hundred_code_points(), GREETING):
                    await done(hub, f"r{len(whole)}", "type_text", text=text)
                    whole += text
                    await asyncio.to_thread(field.expect, whole + CLICKED.get(name, ""))

    hub = PlainHub()
    with desk(tmp_path, layout) as display, window(display, tmp_path) as field:
        run_async(lambda: story(display, field))


async def done(hub: PlainHub, name: str, tool: str, **parameters: object) -> None:
    """Have a tool called that succeeds."""
    (result,) = (await hub.command(name, action(tool, **parameters)))["action_results"]
    assert result["status"] == "success", result["error"]
