import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import xcffib
import xcffib.xproto

from device_agent.errors import Failure, ToolError
from device_agent.inputs import Button, Held, Point
from device_agent.inputs.x11 import X11Inputs
from tests.end_to_end.desks import cut
from tests.x11 import running_x_server, tk_entry, wait_until, x_server_of_its_own, xterm

BUTTON_1_MASK, SHIFT_MASK = 0x100, 0x01


@pytest.fixture
def inputs(x_server: str) -> Iterator[X11Inputs]:
    opened = X11Inputs(x_server)
    opened.release_all()
    yield opened
    opened.close()


def state(name: str) -> tuple[int, bool]:
    """Modifiers and buttons that are down, and whether any key is."""
    connection = xcffib.connect(name)
    mask = connection.core.QueryPointer(connection.setup.roots[0].root).reply().mask
    keys = any(connection.core.QueryKeymap().reply().keys)
    connection.disconnect()
    return mask, keys


def test_M_06_the_pointer_goes_where_it_is_told(inputs: X11Inputs) -> None:
    inputs.move(123, 456)
    assert inputs.cursor_position() == Point(123, 456)


@pytest.mark.parametrize("place", [(-1, 0), (1280, 0), (0, 800), (100_000, 5)])
def test_a_place_off_the_desktop_is_refused(inputs: X11Inputs, place: tuple[int, int]) -> None:
    inputs.move(10, 10)
    with pytest.raises(ToolError) as refused:
        inputs.click(*place)
    assert refused.value.failure is Failure.BAD_ARGUMENTS
    assert inputs.cursor_position() == (10, 10)


def test_a_place_between_displays_is_refused() -> None:
    with x_server_of_its_own("1000x600x24") as name:
        inputs = X11Inputs(name)
        assert inputs.move(600, 100) == (600, 100)
        cut(name, [(0, 0, 500, 600), (500, 200, 500, 400)])
        inputs.check([Point(499, 0), Point(500, 200), Point(999, 599)])
        with pytest.raises(ToolError, match="500x600 at 0,0, 500x400 at 500,200") as refused:
            inputs.drag([Point(1, 1), Point(600, 100)])
        assert refused.value.failure is Failure.BAD_ARGUMENTS
        assert inputs.desktop() == (0, 0, 1000, 600)
        inputs.close()


def test_a_window_is_somewhere_or_nowhere(x_server: str, inputs: X11Inputs, tmp_path: Path) -> None:
    with tk_entry(x_server, tmp_path) as target:
        box = inputs.window(target.window)
        assert box is not None
        assert box.has(Point(*target.center))
    wait_until(lambda: inputs.window(target.window) is None, "the window is gone")


def test_a_text_is_checked_without_typing_it(
    x_server: str, inputs: X11Inputs, tmp_path: Path
) -> None:
    with tk_entry(x_server, tmp_path) as target:
        inputs.check_text("héllo 你好")
        with pytest.raises(ToolError, match="U\\+0001"):
            inputs.check_text("fine until here \x01")
        inputs.type_text("ok")
        target.expect("ok")


def test_M_06_clicks_arrive_with_their_button_and_count(
    x_server: str, inputs: X11Inputs, tmp_path: Path
) -> None:
    with tk_entry(x_server, tmp_path) as target:
        inputs.click(*target.center)
        target.expect("[Button-1]")
        inputs.click(*target.center, Button.RIGHT)
        target.expect("[Button-1][Button-3]")
        inputs.scroll(0, -1)
        target.expect("[Button-1][Button-3][Button-4]")
        inputs.move(5, 5)
        inputs.click(*target.center, count=2)
        wait_until(lambda: target.listen(1) and "[Double-Button-1]" in target.text(), "a double")


def test_a_drag_is_seen_as_motion_with_the_button_down(
    x_server: str, inputs: X11Inputs, tmp_path: Path
) -> None:
    with tk_entry(x_server, tmp_path) as target:
        x, y = target.center
        inputs.drag([Point(x - 60, y), Point(x + 60, y)])
        wait_until(lambda: target.listen(1) and "[B1-Motion]" in target.text(), "motion")
    assert not inputs.held()


def test_M_06_combinations_arrive_as_such(x_server: str, inputs: X11Inputs, tmp_path: Path) -> None:
    with tk_entry(x_server, tmp_path) as target:
        inputs.press_keys("ctrl+s")
        target.expect("[Control-s]")
    with xterm(x_server, tmp_path) as terminal:
        inputs.press_keys("ctrl+c")
        inputs.press_keys("Return")
        inputs.press_keys("shift+a")
        inputs.press_keys("A")
        inputs.press_keys("?")
        inputs.press_keys(["é"])
        inputs.press_keys("KP_Subtract")
        terminal.expect("\x03\rAA?é-")


def test_a_held_key_is_lifted_while_text_is_typed(
    x_server: str, inputs: X11Inputs, tmp_path: Path
) -> None:
    with xterm(x_server, tmp_path) as terminal:
        inputs.key_down("Shift_L")
        inputs.type_text("abc")
        assert inputs.held() == Held(keys=("shift",))
        assert state(x_server) == (SHIFT_MASK, True)
        inputs.key_up("shift")
        terminal.expect("abc")
    assert state(x_server) == (0, False)


def test_release_all_releases_keys_and_buttons(x_server: str, inputs: X11Inputs) -> None:
    inputs.key_down("shift")
    inputs.press()
    assert state(x_server) == (SHIFT_MASK | BUTTON_1_MASK, True)
    inputs.release_all()
    assert state(x_server) == (0, False)
    assert not inputs.held()


def test_closing_releases_everything(x_server: str) -> None:
    inputs = X11Inputs(x_server)
    inputs.key_down("a")
    inputs.press(Button.MIDDLE)
    inputs.close()
    assert state(x_server) == (0, False)
    inputs.close()


HOLD_AND_DIE = """
import os, signal, sys
from device_agent.inputs.x11 import X11Inputs
inputs = X11Inputs(sys.argv[1])
inputs.key_down("shift")
inputs.key_down("h")
inputs.press()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_down_is_lifted_by_the_next(x_server: str) -> None:
    killed = subprocess.run([sys.executable, "-c", HOLD_AND_DIE, x_server], check=False)
    assert killed.returncode < 0
    assert state(x_server) == (SHIFT_MASK | BUTTON_1_MASK, True)
    successor = X11Inputs(x_server)
    successor.release_all()
    assert state(x_server) == (0, False)
    successor.close()


def test_keys_that_get_stuck_meanwhile_are_lifted_by_any_call(
    x_server: str, inputs: X11Inputs
) -> None:
    inputs.key_down("ctrl")
    subprocess.run([sys.executable, "-c", HOLD_AND_DIE, x_server], check=False)
    inputs.move(1, 1)
    assert inputs.held() == Held(keys=("ctrl",))
    mask, _ = state(x_server)
    assert not mask & (SHIFT_MASK | BUTTON_1_MASK)


def test_no_server_is_no_session() -> None:
    inputs = X11Inputs(":54321")
    with pytest.raises(ToolError) as refused:
        inputs.type_text("a")
    assert refused.value.failure is Failure.NO_SESSION
    inputs.close()


def test_a_lost_server_is_reported_and_a_new_one_used(tmp_path: Path) -> None:
    with running_x_server() as (name, server):
        inputs = X11Inputs(name)
        inputs.key_down("shift")
        server.kill()
        server.wait()
        with pytest.raises(ToolError) as lost:
            inputs.move(1, 1)
        assert lost.value.failure is Failure.NO_SESSION
        assert not inputs.held()
    Path(f"/tmp/.X{name[1:]}-lock").unlink(missing_ok=True)
    with running_x_server(at=name), xterm(name, tmp_path) as target:
        inputs.type_text("back again")
        target.expect("back again")
        inputs.close()


def test_a_thousand_clicks_open_nothing_new(inputs: X11Inputs) -> None:
    inputs.click(1, 1)
    before = sum(1 for _ in Path("/proc/self/fd").iterdir())
    for place in range(1000):
        inputs.click(place, 5)
    assert sum(1 for _ in Path("/proc/self/fd").iterdir()) == before


PYAUTOGUI_FIRST = """
import sys
import Xlib
import pyautogui
from device_agent.inputs.x11 import X11Inputs
inputs = X11Inputs(sys.argv[1])
inputs.type_text("<ok>")
inputs.close()
"""


def test_pyautogui_beside_it_changes_nothing(tmp_path: Path) -> None:
    authority = tmp_path / "authority"
    authority.touch()
    with x_server_of_its_own() as name, xterm(name, tmp_path) as target:
        subprocess.run(
            [sys.executable, "-c", PYAUTOGUI_FIRST, name],
            env={"DISPLAY": name, "XAUTHORITY": str(authority), "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
        )
        target.expect("<ok>")
