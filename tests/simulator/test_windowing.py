from dataclasses import replace

import pytest

from device_agent.catalog.windows import WindowEntry
from device_agent.errors import Failure, ToolError
from simulator.machine import FIRST_WINDOW_ID, TITLE_BAR_PIXELS, Machine
from tests.simulator.support import machine
from tests.simulator.test_body import call


def windows(on: Machine) -> tuple[WindowEntry, ...]:
    found: tuple[WindowEntry, ...] = call(on, "list_windows").windows
    return found


def test_what_is_activated_is_on_top_and_takes_the_keys() -> None:
    desk = machine()
    below = windows(desk)[1]
    assert call(desk, "activate_window", title=below.title.upper()[1:]).window.active
    call(desk, "type_text", text="hi")
    assert desk.screen.windows[0].text == "hi"
    assert windows(desk)[0].window_id == below.window_id


def test_a_minimised_window_is_last_not_shown_and_takes_no_keys() -> None:
    desk = machine()
    for window in windows(desk):
        call(desk, "minimise_window", window_id=window.window_id)
    assert all(window.minimised and not window.active for window in windows(desk))
    assert desk.screen.scene(cursor=False).windows == ()
    call(desk, "type_text", text="lost")
    assert not desk.screen.shows("lost")
    restored = call(desk, "restore_window", window_id=FIRST_WINDOW_ID).window
    assert restored.active
    assert not restored.minimised


def test_maximise_and_restore_give_back_the_old_size() -> None:
    desk = machine()
    before = windows(desk)[0]
    full = call(desk, "maximise_window", window_id=before.window_id)
    assert (full.frame.x, full.frame.y, full.frame.width) == (0, 0, desk.screen.width)
    assert full.window.maximised
    assert call(desk, "maximise_window", window_id=before.window_id).window == full.window
    assert call(desk, "restore_window", window_id=before.window_id).window == before


def test_a_maximised_window_that_is_moved_or_sized_gets_its_old_size_first() -> None:
    desk = machine()
    before = windows(desk)[0]
    call(desk, "maximise_window", window_id=before.window_id)
    moved = call(desk, "move_window", window_id=before.window_id, x=11, y=12)
    assert (moved.frame.x, moved.frame.y) == (11, 12)
    assert moved.window.region.y == 12 + TITLE_BAR_PIXELS
    assert moved.window.region.width == before.region.width
    call(desk, "maximise_window", window_id=before.window_id)
    sized = call(desk, "resize_window", window_id=before.window_id, width=333, height=222)
    assert (sized.window.region.width, sized.window.region.height) == (333, 222)
    assert not sized.window.maximised


def test_a_window_that_is_closed_is_gone() -> None:
    desk = machine()
    assert call(desk, "close_window", window_id=FIRST_WINDOW_ID).window_id == FIRST_WINDOW_ID
    with pytest.raises(ToolError) as gone:
        call(desk, "activate_window", window_id=FIRST_WINDOW_ID)
    assert gone.value.failure is Failure.BAD_ARGUMENTS


def test_a_name_that_fits_several_windows_and_a_place_off_the_screen_are_refused() -> None:
    desk = machine()
    first = desk.screen.windows[0]
    desk.screen.windows.append(replace(first, window_id=99))
    with pytest.raises(ToolError, match="99"):
        call(desk, "close_window", title=first.title)
    with pytest.raises(ToolError, match="no display"):
        call(desk, "move_window", window_id=99, x=30000, y=0)
