import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.inputs import Box, Button, Held, Inputs, Point
from device_agent.inputs.base import DRAG_STEP_PIXELS, MAX_CLICKS, MAX_NOTCHES, MULTI_CLICK_S

Event = tuple[object, ...]
DESKTOP = Box(0, 0, 100, 100)


class Recorder(Inputs):
    """Writes down what a backend would have to do; fails on the key "x"."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.at = Point(0, 0)
        self.grabbed = False

    def cursor_position(self) -> Point:
        return self.at

    def desktop(self) -> Box:
        return DESKTOP

    def window(self, window_id: int) -> Box | None:
        del window_id
        return None

    def close(self) -> None:
        self.release_all()

    @contextmanager
    def _call(self) -> Iterator[None]:
        yield

    def _check(self, points: Iterable[Point]) -> None:
        if not all(DESKTOP.has(point) for point in points):
            raise ToolError(Failure.BAD_ARGUMENTS, "on no display")

    def _check_text(self, text: str) -> None:
        del text

    def _where(self) -> Point:
        return self.at

    def _motion(self, point: Point) -> None:
        self.events.append(("motion", *point))
        if not self.grabbed:
            self.at = point

    def _button(self, button: Button, down: bool) -> None:
        self.events.append((button.value, down))

    def _wheel(self, dx: int, dy: int) -> None:
        self.events.append(("wheel", dx, dy))

    def _key(self, key: str, down: bool) -> None:
        self.events.append((key, down))
        if key == "x" and down:
            raise ToolError(Failure.UNAVAILABLE, "no x")

    def _text(self, text: str) -> None:
        self.events.append(("text", text))

    def _flush(self) -> None:
        pass


def test_a_double_click_is_two_clicks_at_one_place() -> None:
    inputs = Recorder()
    inputs.click(3, 4, count=2)
    click = [("left", True), ("left", False)]
    assert inputs.events == [("motion", 3, 4), *click, *click]


def test_without_a_place_the_pointer_stays() -> None:
    inputs = Recorder()
    inputs.click(button=Button.RIGHT)
    inputs.scroll(0, -2)
    assert inputs.events == [("right", True), ("right", False), ("wheel", 0, -2)]


def test_a_pointer_that_does_not_come_is_not_clicked_with() -> None:
    inputs = Recorder()
    inputs.grabbed = True
    for call in (inputs.move, inputs.click):
        with pytest.raises(ToolError) as refused:
            call(30, 40)
        assert refused.value.failure is Failure.FAILED
        assert "30,40" in refused.value.detail
    assert {event[0] for event in inputs.events} == {"motion"}


def test_a_path_that_leaves_the_displays_is_refused_before_anything_moves() -> None:
    inputs = Recorder()
    with pytest.raises(ToolError) as refused:
        inputs.drag([Point(1, 1), Point(200, 1), Point(2, 2)])
    assert refused.value.failure is Failure.BAD_ARGUMENTS
    assert inputs.events == []


def test_calls_tell_where_the_pointer_is_then() -> None:
    inputs = Recorder()
    assert inputs.click(3, 4) == (3, 4)
    assert inputs.scroll(1, 0) == (3, 4)
    assert inputs.drag([Point(5, 5), Point(9, 8)], duration_s=0.0) == (9, 8)
    assert inputs.press() == inputs.release() == (9, 8)


def test_clicks_of_several_calls_make_no_triple_click() -> None:
    inputs = Recorder()
    inputs.click(3, 4)
    began_s = time.monotonic()
    inputs.click(3, 4)
    inputs.click(60, 4, count=2)
    assert time.monotonic() - began_s < MULTI_CLICK_S
    inputs.click(60, 4)
    assert time.monotonic() - began_s >= MULTI_CLICK_S


def test_half_a_place_is_refused() -> None:
    with pytest.raises(ToolError) as refused:
        Recorder().click(3)
    assert refused.value.failure is Failure.BAD_ARGUMENTS


@pytest.mark.parametrize("count", [0, MAX_CLICKS + 1])
def test_counts_have_bounds(count: int) -> None:
    with pytest.raises(ToolError):
        Recorder().click(1, 1, count=count)
    with pytest.raises(ToolError):
        Recorder().scroll(0, count * (MAX_NOTCHES + 1) or MAX_NOTCHES + 1)


def test_a_combination_is_released_in_reverse() -> None:
    inputs = Recorder()
    inputs.press_keys("ctrl+shift+t")
    keys = ["ctrl", "shift", "t"]
    down = [(key, True) for key in keys]
    assert inputs.events == [*down, *((key, False) for key in reversed(keys))]
    assert not inputs.held()


def test_a_combination_that_fails_leaves_nothing_down() -> None:
    inputs = Recorder()
    with pytest.raises(ToolError):
        inputs.press_keys("ctrl+x")
    assert ("ctrl", False) in inputs.events
    assert inputs.held() == Held()


def test_what_was_held_before_a_combination_stays_held() -> None:
    inputs = Recorder()
    inputs.key_down("ctrl")
    inputs.press_keys("ctrl+s")
    assert inputs.held() == Held(keys=("ctrl",))


def test_what_is_held_is_told_in_order_and_released_in_reverse() -> None:
    inputs = Recorder()
    inputs.key_down("shift")
    inputs.key_down("a")
    inputs.press(Button.MIDDLE)
    assert inputs.held() == Held(("shift", "a"), (Button.MIDDLE,))
    inputs.events.clear()
    inputs.release_all()
    assert inputs.events == [("a", False), ("shift", False), ("middle", False)]
    assert not inputs.held()


def test_what_is_not_held_is_not_released() -> None:
    inputs = Recorder()
    inputs.key_up("a")
    inputs.release()
    assert inputs.events == []


def test_text_lifts_held_keys_meanwhile() -> None:
    inputs = Recorder()
    inputs.key_down("shift")
    inputs.events.clear()
    inputs.type_text("abc")
    assert inputs.events == [("shift", False), ("text", "abc"), ("shift", True)]
    assert inputs.held() == Held(keys=("shift",))


def test_keys_are_held_around_other_calls_even_if_they_fail() -> None:
    inputs = Recorder()
    with pytest.raises(ToolError), inputs.holding("ctrl+shift"):
        inputs.click(1)
    assert not inputs.held()
    assert inputs.events[-1] == ("ctrl", False)


def test_a_drag_moves_in_small_steps_with_the_button_down() -> None:
    inputs = Recorder()
    inputs.drag([Point(0, 0), Point(40, 0), Point(40, 10)], duration_s=0.01)
    assert inputs.events[:2] == [("motion", 0, 0), ("left", True)]
    assert inputs.events[-2:] == [("motion", 40, 10), ("left", False)]
    places = [event[1] for event in inputs.events if event[0] == "motion"]
    steps = [int(str(place)) for place in places]
    assert max(after - before for before, after in pairwise(steps)) <= DRAG_STEP_PIXELS


def test_a_drag_needs_somewhere_to_go() -> None:
    with pytest.raises(ToolError) as refused:
        Recorder().drag([Point(1, 1)])
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_unknown_keys_are_refused_before_anything_is_pressed() -> None:
    inputs = Recorder()
    with pytest.raises(ToolError):
        inputs.press_keys("ctrl+nosuchkey")
    assert inputs.events == []
