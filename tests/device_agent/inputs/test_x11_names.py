"""Windows that the owner has closed to input get none; asked on real windows, just before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from device_agent.catalog.guard import Guard, WindowRule
from device_agent.errors import Failure, ToolError
from device_agent.inputs import Point
from device_agent.inputs.none import NoInputs
from device_agent.inputs.x11 import X11Inputs
from tests.x11 import Target, tk_entry, window_manager, x_server_of_its_own, xterm

NO_XTERM = Guard(deny=(WindowRule(app="^XTerm$"),), source="F")
ONLY_XTERM = Guard(allow=(WindowRule(app="(?i)^xterm$", title="xterm target"),), source="F")
ELSEWHERE = Point(1270, 790)


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    with x_server_of_its_own() as name, window_manager(name, tmp_path):
        yield name


@pytest.fixture
def inputs(display: str) -> Iterator[X11Inputs]:
    opened = X11Inputs(display)
    yield opened
    opened.close()


@pytest.fixture
def terminal(display: str, inputs: X11Inputs, tmp_path: Path) -> Iterator[Target]:
    with xterm(display, tmp_path) as target:
        inputs.click(*target.center)
        yield target


def _acts(inputs: X11Inputs, at: Point) -> dict[str, Callable[[], object]]:
    return {
        "click": lambda: inputs.click(*at),
        "scroll": lambda: inputs.scroll(0, 1, *at),
        "drag into it": lambda: inputs.drag([ELSEWHERE, at]),
        "drag out of it": lambda: inputs.drag([at, ELSEWHERE]),
        "type": lambda: inputs.type_text("secret"),
        "press": lambda: inputs.press_keys("ctrl+s"),
        "hold": lambda: inputs.key_down("a"),
    }


def test_a_denied_window_gets_nothing_and_nothing_stays_down(
    inputs: X11Inputs, terminal: Target
) -> None:
    inputs.guard = NO_XTERM
    for name, act in _acts(inputs, Point(*terminal.center)).items():
        with pytest.raises(ToolError, match=r"rule `input\.deny_windows\.0` in F") as caught:
            act()
        assert caught.value.failure is Failure.DENIED, name
        assert not inputs.held()
    inputs.guard = Guard()
    inputs.type_text("ok")
    terminal.expect("ok")


def test_only_a_named_window_gets_input_and_the_desktop_none(
    inputs: X11Inputs, terminal: Target
) -> None:
    inputs.guard = ONLY_XTERM
    inputs.click(*terminal.center)
    inputs.type_text("ok")
    terminal.expect("ok")
    with pytest.raises(ToolError, match="the desktop takes no input"):
        inputs.click(*ELSEWHERE)


def test_the_frame_around_a_window_counts_as_the_window(
    inputs: X11Inputs, terminal: Target
) -> None:
    box = inputs.window(terminal.window)
    assert box is not None
    inputs.guard = NO_XTERM
    with pytest.raises(ToolError, match="XTerm takes no input"):
        inputs.click(box.x + 40, box.y - 8)


def test_another_window_is_not_concerned(display: str, inputs: X11Inputs, tmp_path: Path) -> None:
    inputs.guard = NO_XTERM
    with tk_entry(display, tmp_path) as target:
        inputs.click(*target.center)
        inputs.type_text("ok")
        target.expect("ok[Button-1]")


def test_a_button_that_is_down_may_always_be_released(inputs: X11Inputs, terminal: Target) -> None:
    inputs.move(*terminal.center)
    inputs.press()
    inputs.guard = NO_XTERM
    inputs.release()
    assert not inputs.held()


def test_where_nobody_can_look_named_windows_mean_no_input_at_all() -> None:
    inputs = NoInputs(Failure.NO_SESSION, "none")
    inputs.guard = NO_XTERM
    with pytest.raises(ToolError, match="cannot be seen"):
        inputs._admit(None)
    inputs.guard = Guard(secret=(WindowRule(app="x"),))
    inputs._admit(None)
