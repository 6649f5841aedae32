import pytest

from device_agent.errors import Failure, ToolError
from tests.simulator.support import machine


def test_typed_text_goes_into_the_window_with_the_focus() -> None:
    screen = machine("windows-office").screen
    screen.type("Grüße, 世界")
    assert screen.windows[0].text == "Grüße, 世界"
    assert screen.shows("世界")
    assert all(not window.text for window in screen.windows[1:])


def test_a_click_raises_the_window_under_the_pointer_alone() -> None:
    screen = machine("windows-office").screen
    top, below = screen.windows[0], screen.windows[1]
    screen.move(below.x + 1, below.y + 1)
    screen.click()
    assert screen.windows[0] is below
    screen.move(screen.width - 1, screen.height - 1)
    screen.click()
    assert screen.windows == [below, top]


def test_the_pointer_stays_on_the_screen() -> None:
    screen = machine().screen
    screen.move(-5, 10**6)
    assert screen.pointer == (0, screen.height - 1)


def test_a_new_window_is_on_top_and_has_an_id_of_its_own() -> None:
    screen = machine().screen
    opened = screen.open("Editor", "gedit")
    assert screen.windows[0] is opened
    assert len({window.window_id for window in screen.windows}) == len(screen.windows)


def test_keys_type_rub_out_and_close() -> None:
    screen = machine().screen
    for keys in (("a",), ("space",), ("B",), ("Enter",), ("x",), ("backspace",), ("ctrl", "s")):
        screen.press(keys)
    assert screen.windows[0].text == "a B\n"
    count = len(screen.windows)
    screen.press(("alt", "f4"))
    assert len(screen.windows) == count - 1


def test_without_a_window_what_is_typed_is_lost() -> None:
    screen = machine().screen
    screen.windows.clear()
    screen.type("nobody hears")
    screen.press(("backspace",))
    screen.close()
    assert screen.windows == []


def test_a_server_says_that_it_has_no_desktop() -> None:
    with pytest.raises(ToolError) as refused:
        _ = machine("headless-server").screen
    assert refused.value.failure is Failure.NO_SESSION
