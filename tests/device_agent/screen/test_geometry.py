import pytest

from device_agent.errors import Failure, ToolError
from device_agent.screen import Display, Region
from device_agent.screen.geometry import around, checked, display_of, overlap

DESKTOP = Region(-100, 0, 300, 200)
LEFT = Display("left", -100, 0, 100, 200, 1.0, primary=False)
MAIN = Display("main", 0, 0, 200, 200, 1.0, primary=True)


def test_nothing_asked_for_means_the_whole_desktop() -> None:
    assert checked(None, DESKTOP) == DESKTOP


def test_a_region_inside_is_taken_as_it_is() -> None:
    assert checked(Region(-100, 10, 5, 5), DESKTOP) == Region(-100, 10, 5, 5)


@pytest.mark.parametrize(
    "region",
    [
        Region(0, 0, 0, 10),
        Region(0, 0, -5, -5),
        Region(-101, 0, 10, 10),
        Region(195, 0, 10, 10),
        Region(500, 500, 10, 10),
    ],
)
def test_a_region_that_sticks_out_is_refused(region: Region) -> None:
    with pytest.raises(ToolError) as refused:
        checked(region, DESKTOP)
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_the_desktop_is_around_all_displays() -> None:
    assert around([LEFT.region, MAIN.region]) == DESKTOP


def test_a_window_is_on_the_display_that_shows_most_of_it() -> None:
    assert display_of(Region(-30, 0, 100, 50), (LEFT, MAIN)) == "main"
    assert display_of(Region(-80, 0, 100, 50), (LEFT, MAIN)) == "left"
    assert display_of(Region(900, 0, 100, 50), (LEFT, MAIN)) is None
    assert display_of(Region(0, 0, 1, 1), ()) is None


def test_rectangles_that_only_touch_do_not_overlap() -> None:
    assert overlap(Region(0, 0, 10, 10), Region(10, 0, 10, 10)) == 0
