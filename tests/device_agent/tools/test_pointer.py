"""Using the pointer, on a real window."""

from device_agent.catalog.parts import Spot
from device_agent.catalog.pointer import (
    ButtonArguments,
    ClickArguments,
    DragArguments,
    MoveArguments,
    ScrollArguments,
)
from device_agent.catalog.screen import NoArguments
from device_agent.tools.pointer import (
    cursor_position,
    mouse_click,
    mouse_down,
    mouse_drag,
    mouse_move,
    mouse_scroll,
    mouse_up,
)
from tests.device_agent.tools.conftest import Desk
from tests.device_agent.worker.hosts import pressed
from tests.x11 import wait_until


def _saw(desk: Desk, what: str) -> None:
    desk.window.listen(5.0)
    wait_until(lambda: what in desk.window.text() or not desk.window.listen(5.0), what, 5.0)
    assert what in desk.window.text()


def test_the_pointer_goes_where_it_is_sent(desk: Desk) -> None:
    mouse_move(MoveArguments(x=17, y=23), desk.bench)
    assert cursor_position(NoArguments(), desk.bench).model_dump() == {"x": 17, "y": 23}


def test_M_06_clicks_reach_the_window(desk: Desk) -> None:
    x, y = desk.window.center
    mouse_click(ClickArguments(x=x, y=y, count=2), desk.bench)
    _saw(desk, "[Double-Button-1]")
    mouse_click(ClickArguments(button="right"), desk.bench)
    _saw(desk, "[Button-3]")


def test_buttons_have_numbers_too(desk: Desk) -> None:
    x, y = desk.window.center
    mouse_click(ClickArguments(x=x, y=y, button=3), desk.bench)
    _saw(desk, "[Button-3]")
    mouse_click(ClickArguments(button=4), desk.bench)
    _saw(desk, "[Button-4]")


def test_what_a_call_tells_is_where_the_pointer_is(desk: Desk) -> None:
    x, y = desk.window.center
    told = mouse_click(ClickArguments(x=x + 3, y=y), desk.bench)
    assert told == cursor_position(NoArguments(), desk.bench)
    assert (told.x, told.y) == (x + 3, y)
    assert mouse_scroll(ScrollArguments(dy=1), desk.bench) == told


def test_a_button_stays_down_until_it_is_released(desk: Desk) -> None:
    x, y = desk.window.center
    mouse_down(ButtonArguments(x=x, y=y), desk.bench)
    assert pressed(desk.display)
    assert desk.bench.desktop.held == ((), ("left",))
    mouse_up(ButtonArguments(x=x + 5, y=y), desk.bench)
    assert not pressed(desk.display)
    assert cursor_position(NoArguments(), desk.bench).x == x + 5


def test_a_drag_passes_the_window_with_the_button_down(desk: Desk) -> None:
    x, y = desk.window.center
    path = (Spot(x=x, y=y), Spot(x=x + 60, y=y))
    mouse_drag(DragArguments(path=path, duration_s=0.05), desk.bench)
    _saw(desk, "[B1-Motion]")
    assert not pressed(desk.display)


def test_the_wheel_turns_with_keys_held(desk: Desk) -> None:
    x, y = desk.window.center
    mouse_scroll(ScrollArguments(x=x, y=y, dy=-1, keys="ctrl"), desk.bench)
    _saw(desk, "[Button-4]")
    assert not pressed(desk.display)
