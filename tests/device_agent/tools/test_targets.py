"""Which part of the desktop is meant."""

from collections.abc import Iterator

import pytest

from device_agent.catalog.screen import ScreenshotArguments, ShownArguments
from device_agent.errors import Failure, ToolError
from device_agent.screen import Region
from device_agent.screen.x11 import X11Screen
from device_agent.tools.targets import Target, target_of
from device_agent.tools.views import Views
from tests.device_agent.tools.painted import painted
from tests.end_to_end.desks import cut
from tests.x11 import x_server_of_its_own


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server_of_its_own("800x400x24") as name:
        cut(name, [(0, 0, 400, 400), (400, 0, 400, 400)])
        yield name


@pytest.fixture
def screen(display: str) -> Iterator[X11Screen]:
    opened = X11Screen(display)
    yield opened
    opened.close()


def _target(screen: X11Screen, **given: object) -> Target:
    return target_of(ShownArguments.model_validate(given), screen, Views())


def test_without_a_word_it_is_everything(screen: X11Screen) -> None:
    assert _target(screen) == Target()
    assert ScreenshotArguments().shows_a_part is False


@pytest.mark.parametrize("name", [2, "part-2"])
def test_a_display_has_a_name_and_a_number(screen: X11Screen, name: int | str) -> None:
    target = _target(screen, display=name)
    assert (target.region, target.display) == (Region(400, 0, 400, 400), "part-2")


@pytest.mark.parametrize("name", [0, 3, "HDMI-1", "2"])
def test_a_display_that_does_not_exist_is_told_those_that_do(
    screen: X11Screen, name: int | str
) -> None:
    with pytest.raises(ToolError, match="there are: 1 part-1, 2 part-2") as refused:
        _target(screen, display=name)
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_a_window_is_its_visible_part_and_knows_what_covers_it(
    screen: X11Screen, display: str
) -> None:
    with painted(display, (700, 300, 200, 200), 0, "first") as first:
        target = _target(screen, window_id=first.window_id)
        assert target.region == Region(700, 300, 100, 100)
        assert not target.obscured
        with painted(display, (650, 350, 100, 100), 0, "second one") as second:
            assert _target(screen, window_title="FIRST").obscured
            assert not _target(screen, window_title="second").obscured
            second.put((0, 0, 50, 50))
            assert not _target(screen, window_title="first").obscured


def test_the_topmost_window_with_that_title_is_meant(screen: X11Screen, display: str) -> None:
    with (
        painted(display, (0, 0, 50, 50), 0, "note 1"),
        painted(display, (100, 0, 50, 50), 0, "note 2") as upper,
    ):
        window = _target(screen, window_title="note").window
        assert window is not None
        assert window.id == upper.window_id


def test_a_window_that_is_not_there_or_not_shown_is_a_failure(
    screen: X11Screen, display: str
) -> None:
    for given in ({"window_id": 4711}, {"window_title": "no such"}):
        with pytest.raises(ToolError, match="see list_windows") as refused:
            _target(screen, **given)
        assert refused.value.failure is Failure.FAILED
    with (
        painted(display, (2000, 0, 50, 50), 0, "far away"),
        pytest.raises(ToolError, match="off the desktop"),
    ):
        _target(screen, window_title="far away")
