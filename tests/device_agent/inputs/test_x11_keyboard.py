import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import xcffib
import xcffib.xkb

from device_agent.inputs.x11 import X11Inputs
from tests.x11 import Target, set_layout, tk_entry, x_server_of_its_own, xterm

ASCII = "".join(chr(code) for code in range(0x20, 0x7F))
GREETING = "héllo \N{EN DASH} 你好 \N{GRINNING FACE}"
Window = Callable[[str, Path], AbstractContextManager[Target]]
WINDOWS = pytest.mark.parametrize("window", [xterm, tk_entry])
LOCK, ALL_LOCKS, CORE_KEYBOARD = 0x02, 0xFF, 0x100


def three_hundred_code_points() -> str:
    """400 characters, 300 of them different: Chinese, Greek, accented, and beyond the BMP."""
    pool = [chr(code) for code in range(0x4E00, 0x4E00 + 240)]
    pool += [chr(code) for code in range(0x391, 0x3A1)]
    pool += list("äöüßñçéèàåøłžšđ") + [chr(0x1F600 + place) for place in range(29)]
    chosen = random.Random(7)
    text = pool[:] + chosen.choices(pool, k=400 - len(pool))
    chosen.shuffle(text)
    return "".join(text)


@pytest.fixture
def inputs(x_server: str) -> Iterator[X11Inputs]:
    opened = X11Inputs(x_server)
    opened.release_all()
    yield opened
    opened.close()


@WINDOWS
def test_M_06_every_ascii_character_is_typed_as_itself(
    window: Window, x_server: str, inputs: X11Inputs, tmp_path: Path
) -> None:
    with window(x_server, tmp_path) as target:
        inputs.type_text(ASCII)
        target.expect(ASCII)


@WINDOWS
def test_M_06_text_is_exact_beyond_the_layout(
    window: Window, x_server: str, inputs: X11Inputs, tmp_path: Path
) -> None:
    with window(x_server, tmp_path) as target:
        for count in (1, 2, 3):
            inputs.type_text(GREETING)
            target.expect(GREETING * count)


@WINDOWS
def test_M_06_three_hundred_different_code_points_are_exact(
    window: Window, x_server: str, inputs: X11Inputs, tmp_path: Path
) -> None:
    text = three_hundred_code_points()
    assert (len(text), len(set(text))) == (400, 300)
    with window(x_server, tmp_path) as target:
        inputs.type_text(text)
        target.expect(text)


def test_line_breaks_and_tabs_are_keys(x_server: str, inputs: X11Inputs, tmp_path: Path) -> None:
    with xterm(x_server, tmp_path) as target:
        inputs.type_text("a\tb\nc\r\nd")
        target.expect("a\tb\rc\rd")


@pytest.mark.parametrize("layout", [("de",), ("fr",), ("ru",), ("us,ru",), ("in",)])
@WINDOWS
def test_text_is_exact_on_other_layouts(window: Window, layout: tuple[str], tmp_path: Path) -> None:
    text = ASCII + GREETING + "Привет"
    with x_server_of_its_own() as name:
        set_layout(name, *layout)
        inputs = X11Inputs(name)
        with window(name, tmp_path) as target:
            inputs.type_text(text)
            target.expect(text)
        inputs.close()


def test_a_layout_that_changes_meanwhile_is_noticed(tmp_path: Path) -> None:
    with x_server_of_its_own() as name:
        inputs = X11Inputs(name)
        with xterm(name, tmp_path) as target:
            inputs.type_text("yz" + GREETING)
            target.expect("yz" + GREETING)
            set_layout(name, "de")
            inputs.type_text("yz@" + GREETING)
            target.expect("yz" + GREETING + "yz@" + GREETING)
        inputs.close()


def lock(name: str, modifiers: int, group: int) -> None:
    connection = xcffib.connect(name)
    keyboard = connection(xcffib.xkb.key)
    keyboard.UseExtension(1, 0).reply()
    keyboard.LatchLockState(
        CORE_KEYBOARD, ALL_LOCKS, modifiers, True, group, 0, False, 0, is_checked=True
    ).check()
    connection.disconnect()


def locks(name: str) -> tuple[int, int]:
    connection = xcffib.connect(name)
    keyboard = connection(xcffib.xkb.key)
    keyboard.UseExtension(1, 0).reply()
    state = keyboard.GetState(CORE_KEYBOARD).reply()
    connection.disconnect()
    return state.lockedMods, state.lockedGroup


@WINDOWS
def test_caps_lock_and_another_group_change_nothing_and_stay(
    window: Window, tmp_path: Path
) -> None:
    with x_server_of_its_own() as name:
        set_layout(name, "us,ru")
        lock(name, LOCK, 1)
        inputs = X11Inputs(name)
        with window(name, tmp_path) as target:
            inputs.type_text("aBc <é你>")
            target.expect("aBc <é你>")
        assert locks(name) == (LOCK, 1)
        inputs.close()


def spare_rows(name: str) -> list[tuple[int, ...]]:
    """What stands on keycodes that carry nothing on a fresh server."""
    connection = xcffib.connect(name)
    first = connection.setup.min_keycode
    count = connection.setup.max_keycode - first + 1
    told = connection.core.GetKeyboardMapping(first, count).reply()
    connection.disconnect()
    flat = list(told.keysyms)
    width = told.keysyms_per_keycode
    return [tuple(flat[start : start + width]) for start in range(0, len(flat), width)]


def test_bindings_are_taken_back_at_the_end() -> None:
    with x_server_of_its_own() as name:
        fresh = [any(row) for row in spare_rows(name)]
        inputs = X11Inputs(name)
        inputs.type_text("你好")
        assert [any(row) for row in spare_rows(name)] != fresh
        inputs.close()
        assert [any(row) for row in spare_rows(name)] == fresh


BIND_AND_DIE = """
import os, signal, sys
from device_agent.inputs.x11 import X11Inputs
X11Inputs(sys.argv[1]).type_text("".join(chr(0x4e00 + place) for place in range(60)))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_bindings_of_a_process_that_was_killed_are_used_again(tmp_path: Path) -> None:
    text = three_hundred_code_points()
    with x_server_of_its_own() as name:
        fresh = [any(row) for row in spare_rows(name)]
        for _ in range(2):
            subprocess.run([sys.executable, "-c", BIND_AND_DIE, name], check=False)
        assert [any(row) for row in spare_rows(name)] != fresh
        inputs = X11Inputs(name)
        with xterm(name, tmp_path) as target:
            inputs.type_text(text)
            target.expect(text)
        inputs.close()
        assert [any(row) for row in spare_rows(name)] == fresh
