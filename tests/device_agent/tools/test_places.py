"""Places of frames, windows and fractions, on a real screen."""

from collections.abc import Iterator

import pytest

from device_agent.catalog.parts import Spot, Zone
from device_agent.catalog.pointer import ClickArguments, DragArguments, MoveArguments
from device_agent.catalog.screen import NoArguments, ScreenshotArguments, ZoomArguments
from device_agent.errors import Failure, ToolError
from device_agent.tools.bench import Bench
from device_agent.tools.desktop import Desktop
from device_agent.tools.pointer import cursor_position, mouse_click, mouse_drag, mouse_move
from device_agent.tools.screen import screenshot, zoom
from tests.device_agent.tools.benches import bench
from tests.device_agent.tools.painted import painted
from tests.device_agent.worker.hosts import pressed
from tests.end_to_end.desks import cut
from tests.x11 import x_server_of_its_own

LEFT, RIGHT = (0, 0, 800, 600), (800, 100, 640, 400)
"""Two displays: the right one is lower, and above and below it is nothing."""


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server_of_its_own("1440x600x24") as name:
        cut(name, [LEFT, RIGHT])
        yield name


@pytest.fixture
def on_two(display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("DISPLAY", display)
    desktop = Desktop()
    yield bench(desktop)
    desktop.screen.close()
    desktop.inputs.close()


def _moved(on: Bench, **given: object) -> tuple[int, int]:
    result = mouse_move(MoveArguments.model_validate(given), on)
    there = cursor_position(NoArguments(), on)
    assert result == there
    return there.x, there.y


def test_pixels_of_the_screen_reach_both_displays(on_two: Bench) -> None:
    assert _moved(on_two, x=17, y=23) == (17, 23)
    assert _moved(on_two, x=900, y=101) == (900, 101)


def test_fractions_are_of_the_whole_screen(on_two: Bench) -> None:
    assert _moved(on_two, x=0.5, y=0.5, unit="fraction") == (720, 300)
    assert _moved(on_two, x=0, y=0, unit="fraction") == (0, 0)


def test_pixels_of_a_scaled_shot_of_the_second_display_are_mapped_back(on_two: Bench) -> None:
    shot = screenshot(ScreenshotArguments(display=2, scale=0.5), on_two)
    assert (shot.width, shot.height, shot.display) == (320, 200, "part-2")
    assert shot.origin is not None
    assert (shot.origin.x, shot.origin.y) == (800, 100)
    assert _moved(on_two, x=10, y=20, frame_id=shot.frame_id) == (821, 141)
    assert _moved(on_two, x=0.5, y=0.5, frame_id=shot.frame_id, unit="fraction") == (1120, 300)


def test_pixels_of_an_enlarged_part_are_mapped_back(on_two: Bench) -> None:
    part = Zone(x=100, y=200, width=40, height=30)
    shot = zoom(ZoomArguments(region=part, width=400, height=400), on_two)
    assert (shot.width, shot.height, shot.scale) == (400, 300, 10.0)
    assert _moved(on_two, x=205, y=15, frame_id=shot.frame_id) == (120, 201)


def test_each_shape_of_one_frame_has_its_own_pixels(on_two: Bench) -> None:
    whole = screenshot(ScreenshotArguments(), on_two)
    small = screenshot(ScreenshotArguments(max_width=360), on_two)
    assert whole.frame_id != small.frame_id
    assert _moved(on_two, x=90, y=60, frame_id=whole.frame_id) == (90, 60)
    assert _moved(on_two, x=90, y=60, frame_id=small.frame_id) == (362, 242)
    again = screenshot(ScreenshotArguments(if_changed_since=small.frame_id), on_two)
    assert (again.not_modified, again.frame_id) == (True, small.frame_id)


@pytest.mark.parametrize("place", [(900, 50), (1000, 550), (1440, 200), (-1, 5), (5, 600)])
def test_a_place_on_no_display_is_refused_before_anything_moves(
    on_two: Bench, place: tuple[int, int]
) -> None:
    _moved(on_two, x=5, y=5)
    x, y = place
    for call in (
        lambda: mouse_click(ClickArguments(x=x, y=y, keys="ctrl"), on_two),
        lambda: mouse_move(MoveArguments(x=x, y=y), on_two),
        lambda: mouse_drag(DragArguments(path=(Spot(x=9, y=9), Spot(x=x, y=y))), on_two),
    ):
        with pytest.raises(ToolError) as refused:
            call()
        assert refused.value.failure is Failure.BAD_ARGUMENTS
        assert "is on no display" in refused.value.detail
    assert cursor_position(NoArguments(), on_two).model_dump() == {"x": 5, "y": 5}
    assert not pressed(on_two.desktop.screen._name)  # type: ignore[attr-defined]


def test_a_drag_may_cross_the_gap_between_displays(on_two: Bench) -> None:
    path = (Spot(x=790, y=590), Spot(x=810, y=490))
    result = mouse_drag(DragArguments(path=path, duration_s=0.02), on_two)
    assert (result.x, result.y) == (810, 490)


def test_places_outside_a_frame_and_unknown_frames_are_refused(on_two: Bench) -> None:
    shot = screenshot(ScreenshotArguments(scale=0.5), on_two)
    with pytest.raises(ToolError, match="is not within frame"):
        _moved(on_two, x=720, y=0, frame_id=shot.frame_id)
    with pytest.raises(ToolError, match="there is no frame 'nope'") as refused:
        _moved(on_two, x=1, y=1, frame_id="nope")
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_a_frame_of_a_window_follows_it_and_notices_when_it_has_gone(
    on_two: Bench, display: str
) -> None:
    with painted(display, (100, 100, 200, 160), 0xFF0000, "the target") as window:
        shot = screenshot(ScreenshotArguments(window_title="TARGET", scale=0.5), on_two)
        assert (shot.window_id, shot.width, shot.height) == (window.window_id, 100, 80)
        place = {"x": 50, "y": 40, "frame_id": shot.frame_id}
        assert _moved(on_two, **place) == (201, 181)
        window.put((300, 200, 200, 160))
        assert _moved(on_two, **place) == (401, 281)
        assert _moved(on_two, x=5, y=6, window_id=window.window_id) == (305, 206)
        window.put((300, 200, 210, 160))
        with pytest.raises(ToolError, match="another size") as refused:
            mouse_click(ClickArguments.model_validate(place), on_two)
        assert refused.value.failure is Failure.FAILED
        window.close()
        with pytest.raises(ToolError, match="has gone") as refused:
            mouse_click(ClickArguments.model_validate(place), on_two)
        assert refused.value.failure is Failure.FAILED
        with pytest.raises(ToolError, match="has gone"):
            mouse_click(ClickArguments(x=1, y=1, window_id=window.window_id), on_two)
    assert cursor_position(NoArguments(), on_two).model_dump() == {"x": 305, "y": 206}


def test_a_place_of_a_window_that_another_one_hides_is_refused(on_two: Bench, display: str) -> None:
    with painted(display, (100, 100, 200, 160), 0xFF0000, "below") as below:
        window_id = below.window_id
        assert _moved(on_two, x=150, y=10, window_id=window_id) == (250, 110)
        with painted(display, (200, 90, 50, 90), 0x00FF00, "above") as above:
            for x in (100, 149):
                with pytest.raises(ToolError, match=f"by window {above.window_id}") as refused:
                    mouse_click(ClickArguments(x=x, y=10, window_id=window_id), on_two)
                assert refused.value.failure is Failure.FAILED
            assert cursor_position(NoArguments(), on_two).model_dump() == {"x": 250, "y": 110}
            assert _moved(on_two, x=99, y=10, window_id=window_id) == (199, 110)
            assert _moved(on_two, x=210, y=100) == (210, 100)


def test_regions_may_be_counted_in_frames_and_windows_too(on_two: Bench, display: str) -> None:
    with painted(display, (820, 120, 100, 100), 0x00FF00, "green") as window:
        shot = screenshot(ScreenshotArguments(display="part-2", scale=0.5), on_two)
        part = Zone(x=10, y=10, width=50, height=50, frame_id=shot.frame_id)
        cutout = screenshot(ScreenshotArguments(region=part), on_two)
        assert cutout.origin is not None
        assert (cutout.origin.x, cutout.origin.y, cutout.width) == (820, 120, 100)
        half = Zone(
            x=0.5, y=0.0, width=0.5, height=1.0, window_id=window.window_id, unit="fraction"
        )
        cutout = screenshot(ScreenshotArguments(region=half), on_two)
        assert cutout.origin is not None
        assert (cutout.origin.x, cutout.width, cutout.height) == (870, 50, 100)
        window.close()
        with pytest.raises(ToolError, match="has gone"):
            screenshot(ScreenshotArguments(region=half), on_two)
