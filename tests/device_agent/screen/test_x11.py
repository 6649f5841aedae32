from collections.abc import Iterator
from pathlib import Path

import pytest
import xcffib
import xcffib.xproto

from device_agent.errors import Failure, ToolError
from device_agent.screen import Region
from device_agent.screen.x11 import X11Screen, scale_from
from tests.x11 import running_x_server, x_server_of_its_own

SIZE = Region(0, 0, 1280, 800)
WHITE = 0xFFFFFF


@pytest.fixture
def screen(x_server: str) -> Iterator[X11Screen]:
    opened = X11Screen(x_server)
    yield opened
    opened.close()


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_M_06_the_whole_desktop_is_captured(screen: X11Screen) -> None:
    frame = screen.grab()
    assert frame.region == SIZE == screen.size()
    assert len(frame.pixels) == 1280 * 800 * 4


def test_a_region_shows_what_is_there(x_server: str, screen: X11Screen) -> None:
    connection = xcffib.connect(x_server)
    root = connection.setup.roots[0].root
    window = connection.generate_id()
    mask = xcffib.xproto.CW.BackPixel | xcffib.xproto.CW.OverrideRedirect
    connection.core.CreateWindow(0, window, root, 500, 400, 50, 40, 0, 1, 0, mask, [WHITE, 1])
    connection.core.MapWindow(window, is_checked=True).check()
    connection.core.GetInputFocus().reply()
    frame = screen.grab(Region(499, 400, 3, 1))
    connection.disconnect()
    assert [frame.pixels[place : place + 3] for place in (4, 8)] == [b"\xff\xff\xff"] * 2
    assert frame.pixels[0:3] != b"\xff\xff\xff"


def test_the_pointer_is_drawn_if_asked_for(screen: X11Screen) -> None:
    assert screen.grab(cursor=True).pixels != screen.grab(cursor=False).pixels


def test_a_region_off_the_desktop_is_refused(screen: X11Screen) -> None:
    with pytest.raises(ToolError) as refused:
        screen.grab(Region(1279, 0, 2, 1))
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_the_only_display_is_the_primary_one(screen: X11Screen) -> None:
    (display,) = screen.displays()
    assert display.primary
    assert (display.region, display.scale) == (SIZE, 1.0)


def test_a_thousand_shots_open_nothing_new(screen: X11Screen) -> None:
    screen.grab()
    before = open_descriptors()
    for _ in range(1000):
        screen.grab(Region(0, 0, 64, 64))
    assert open_descriptors() == before


def test_no_server_is_no_session() -> None:
    with pytest.raises(ToolError) as refused:
        X11Screen(":54321").grab()
    assert refused.value.failure is Failure.NO_SESSION
    assert ":54321" in refused.value.detail


def test_a_lost_server_is_reported_and_a_new_one_found() -> None:
    with running_x_server() as (name, server):
        screen = X11Screen(name)
        screen.grab()
        server.kill()
        server.wait()
        with pytest.raises(ToolError) as lost:
            screen.grab()
        assert lost.value.failure is Failure.NO_SESSION
    Path(f"/tmp/.X{name[1:]}-lock").unlink(missing_ok=True)
    with running_x_server("640x480x24", at=name):
        assert screen.grab().region == Region(0, 0, 640, 480)
    screen.close()


def test_displays_that_scale_say_so() -> None:
    with x_server_of_its_own() as name:
        connection = xcffib.connect(name)
        root = connection.setup.roots[0].root
        content = b"Xft.antialias:\t1\nXft.dpi:\t144\n"
        atom = xcffib.xproto.Atom
        connection.core.ChangePropertyChecked(
            0, root, atom.RESOURCE_MANAGER, atom.STRING, 8, len(content), content
        ).check()
        screen = X11Screen(name)
        assert [display.scale for display in screen.displays()] == [1.5]
        screen.close()
        connection.disconnect()


@pytest.mark.parametrize("resources", ["", "Xft.dpi: many", "Xft.hinting: 1", "nonsense"])
def test_without_a_readable_dpi_nothing_is_enlarged(resources: str) -> None:
    assert scale_from(resources) == 1.0
