"""A window's own pixels, with and without a compositor."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from device_agent.screen import Region, Window
from device_agent.screen.x11 import X11Screen
from tests.device_agent.tools.painted import composited, painted
from tests.x11 import x_server_of_its_own

BOX = (40, 30, 20, 10)
GREEN = bytes((0, 255, 0))


@pytest.fixture
def screen() -> Iterator[tuple[X11Screen, str]]:
    with x_server_of_its_own("200x100x24") as name:
        opened = X11Screen(name)
        yield opened, name
        opened.close()


def _only_window(screen: X11Screen) -> Window:
    (window,) = screen.windows()
    return window


def test_without_a_compositor_there_are_none(screen: tuple[X11Screen, str]) -> None:
    opened, name = screen
    with painted(name, BOX, 0x00FF00, "green"):
        assert opened.own_pixels(_only_window(opened)) is None


def test_with_one_they_are_those_of_the_window(screen: tuple[X11Screen, str]) -> None:
    opened, name = screen
    with composited(name), painted(name, BOX, 0x00FF00, "green") as shown:
        window = _only_window(opened)
        frame = opened.own_pixels(window)
        assert frame is not None
        assert frame.region == Region(*BOX)
        pixels = [bytes(frame.pixels[at : at + 3]) for at in range(0, len(frame.pixels), 4)]
        assert pixels == [GREEN] * (BOX[2] * BOX[3])
        assert opened.own_pixels(replace(window, region=Region(40, 30, 50, 10))) is None
        shown.close()
        assert opened.own_pixels(window) is None
