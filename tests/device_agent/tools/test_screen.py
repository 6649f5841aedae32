"""Looking at the screen, on a real X server."""

import base64
import io
from collections.abc import Iterator

import pytest
import xcffib
import xcffib.xproto
from PIL import Image
from pydantic import ValidationError

from device_agent.catalog.parts import Zone
from device_agent.catalog.pointer import MoveArguments
from device_agent.catalog.screen import NoArguments, ScreenshotArguments, ZoomArguments
from device_agent.errors import Failure, ToolError
from device_agent.screen import encode
from device_agent.tools.bench import Bench
from device_agent.tools.desktop import Desktop
from device_agent.tools.pointer import mouse_move
from device_agent.tools.screen import list_displays, screen_size, screenshot, zoom
from tests.device_agent.tools.benches import bench
from tests.device_agent.tools.painted import composited, painted
from tests.x11 import running_x_server, x_server_of_its_own


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server_of_its_own() as name:
        yield name


def _paint(display: str, colour: int, place: tuple[int, int, int, int] = (0, 0, 0, 0)) -> None:
    """Fill a place on the desktop (x, y, width, height; zeros mean to the edge)."""
    connection = xcffib.connect(display)
    root = connection.setup.roots[0].root
    back = xcffib.xproto.CW.BackPixel
    connection.core.ChangeWindowAttributes(root, back, [colour], is_checked=True).check()
    connection.core.ClearArea(False, root, *place, is_checked=True).check()
    connection.disconnect()


@pytest.fixture
def on_screen(display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("DISPLAY", display)
    desktop = Desktop()
    yield bench(desktop)
    desktop.screen.close()
    desktop.inputs.close()


def _image(result: object) -> Image.Image:
    image = getattr(result, "image", None)
    assert isinstance(image, str)
    return Image.open(io.BytesIO(base64.b64decode(image)))


def test_M_06_a_screenshot_is_the_whole_desktop_losslessly(on_screen: Bench) -> None:
    result = screenshot(ScreenshotArguments(), on_screen)
    assert _image(result).size == (1280, 800)
    assert (result.width, result.height, result.scale) == (1280, 800, 1.0)
    assert (result.format, result.mime_type) == ("png", "image/png")
    assert result.size_bytes == len(base64.b64decode(result.image or ""))
    assert not result.not_modified


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_other_formats_are_what_they_say(on_screen: Bench, kind: str) -> None:
    result = screenshot(ScreenshotArguments.model_validate({"format": kind}), on_screen)
    assert _image(result).format == kind.upper()
    assert result.mime_type == f"image/{kind}"


def test_a_region_says_where_it_lies(on_screen: Bench) -> None:
    area = Zone(x=100, y=50, width=200, height=80)
    result = screenshot(ScreenshotArguments(region=area, scale=0.5), on_screen)
    assert _image(result).size == (100, 40)
    assert result.origin is not None
    assert (result.origin.x, result.origin.y, result.scale) == (100, 50, 0.5)


def test_bounds_shrink_the_image_in_proportion(on_screen: Bench) -> None:
    result = screenshot(ScreenshotArguments(max_width=320, max_height=1000), on_screen)
    assert _image(result).size == (320, 200)


def test_a_display_is_taken_by_its_name(on_screen: Bench) -> None:
    (first,) = list_displays(NoArguments(), on_screen).displays
    assert (first.width, first.height, first.primary) == (1280, 800, True)
    result = screenshot(ScreenshotArguments(display=first.name), on_screen)
    assert (result.width, result.display) == (1280, first.name)


def test_a_display_that_does_not_exist_is_told_those_that_do(on_screen: Bench) -> None:
    (first,) = list_displays(NoArguments(), on_screen).displays
    with pytest.raises(ToolError) as caught:
        screenshot(ScreenshotArguments(display="HDMI-9"), on_screen)
    assert caught.value.failure is Failure.BAD_ARGUMENTS
    assert first.name in caught.value.detail


def test_region_display_and_window_exclude_each_other() -> None:
    area = Zone(x=0, y=0, width=10, height=10)
    with pytest.raises(ValidationError, match="exclude each other"):
        ScreenshotArguments(display="screen", region=area)
    with pytest.raises(ValidationError, match="exclude each other"):
        ScreenshotArguments(window_id=1, window_title="a")


def test_a_region_off_the_desktop_is_refused(on_screen: Bench) -> None:
    area = Zone(x=1270, y=0, width=100, height=10)
    with pytest.raises(ToolError) as caught:
        screenshot(ScreenshotArguments(region=area), on_screen)
    assert caught.value.failure is Failure.BAD_ARGUMENTS


def test_an_unchanged_screen_is_not_sent_again(on_screen: Bench, display: str) -> None:
    first = screenshot(ScreenshotArguments(), on_screen)
    again = screenshot(ScreenshotArguments(if_changed_since=first.frame_id), on_screen)
    assert again.model_dump(exclude_unset=True) == {
        "frame_id": first.frame_id,
        "not_modified": True,
    }
    _paint(display, 0x0000FF)
    changed = screenshot(ScreenshotArguments(if_changed_since=first.frame_id), on_screen)
    assert changed.frame_id != first.frame_id
    assert _image(changed).getpixel((5, 5)) == (0, 0, 255)


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_an_image_is_made_as_small_as_asked(on_screen: Bench, display: str, kind: str) -> None:
    for number in range(200):
        _paint(display, number * 977 * 31, (number * 6, number * 3, 40, 60))
    arguments = ScreenshotArguments.model_validate({"format": kind, "max_bytes": 1500})
    result = screenshot(arguments, on_screen)
    assert result.size_bytes is not None
    assert result.size_bytes <= 1500
    assert _image(result).size == (result.width, result.height)


def test_what_was_made_smaller_says_so(on_screen: Bench, display: str) -> None:
    for number in range(200):
        _paint(display, number * 977 * 31, (number * 6, number * 3, 40, 60))
    whole = screenshot(ScreenshotArguments(format="jpeg", quality=90), on_screen)
    assert (whole.quality, whole.reduced, whole.scale) == (90, False, 1.0)
    assert whole.size_bytes is not None
    fewer = ScreenshotArguments(format="jpeg", quality=90, max_bytes=whole.size_bytes - 1)
    result = screenshot(fewer, on_screen)
    assert result.reduced
    assert result.quality is not None
    assert result.quality < 90
    assert result.scale == 1.0
    lossless = screenshot(ScreenshotArguments(max_bytes=2000), on_screen)
    assert (lossless.quality, lossless.reduced) == (None, True)
    assert lossless.scale is not None
    assert lossless.scale < 1.0


def test_an_image_that_cannot_be_so_small_is_a_failure(
    on_screen: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_agent.tools.screen.LEAST_SIDE_PIXELS", 700)
    with pytest.raises(ToolError, match="no image of this is as small as 1024") as caught:
        screenshot(ScreenshotArguments(max_bytes=1024), on_screen)
    assert caught.value.failure is Failure.RESULT_TOO_LARGE


def test_a_part_is_enlarged_until_it_fills_the_size(on_screen: Bench, display: str) -> None:
    _paint(display, 0xFF0000, (100, 100, 20, 10))
    part = Zone(x=100, y=100, width=20, height=10)
    result = zoom(ZoomArguments(region=part, width=400, height=400), on_screen)
    image = _image(result)
    assert image.size == (400, 200) == (result.width, result.height)
    assert result.scale == 20.0
    assert image.getpixel((200, 100)) == (255, 0, 0)
    narrow = zoom(ZoomArguments(width=320, height=320), on_screen)
    assert (narrow.width, narrow.height, narrow.scale) == (320, 200, 0.25)


def test_a_window_is_shown_without_what_is_around_it(on_screen: Bench, display: str) -> None:
    with painted(display, (300, 200, 120, 80), 0x00FF00, "green one") as window:
        result = screenshot(ScreenshotArguments(window_id=window.window_id), on_screen)
        assert _image(result).getcolors() == [(120 * 80, (0, 255, 0))]
        assert (result.window_id, result.obscured) == (window.window_id, False)
        with painted(display, (400, 200, 60, 80), 0xFF0000, "red one"):
            covered = screenshot(ScreenshotArguments(window_title="green"), on_screen)
            assert covered.obscured
            assert _image(covered).getpixel((110, 5)) == (255, 0, 0)
        uncovered = screenshot(ScreenshotArguments(window_title="green"), on_screen)
        again = ScreenshotArguments(window_title="green", if_changed_since=uncovered.frame_id)
        assert screenshot(again, on_screen).not_modified


def test_under_a_compositor_a_hidden_window_shows_its_own_pixels(
    on_screen: Bench, display: str
) -> None:
    with (
        composited(display),
        painted(display, (1200, 700, 120, 130), 0x00FF00, "green one") as window,
        painted(display, (1200, 700, 60, 80), 0xFF0000, "red one"),
    ):
        result = screenshot(ScreenshotArguments(window_id=window.window_id), on_screen)
        assert _image(result).getcolors() == [(120 * 130, (0, 255, 0))]
        assert result.obscured is False
        unseen = MoveArguments(x=110, y=5, frame_id=result.frame_id)
        with pytest.raises(ToolError, match="is on no display"):
            mouse_move(unseen, on_screen)
        pointed = ScreenshotArguments(window_id=window.window_id, cursor=True)
        seen = screenshot(pointed, on_screen)
        assert (seen.width, seen.height, seen.obscured) == (80, 100, True)


def test_the_pointer_is_drawn_where_asked_for(on_screen: Bench) -> None:
    on_screen.desktop.inputs.move(640, 400)
    part = Zone(x=630, y=390, width=20, height=20)
    without = screenshot(ScreenshotArguments(region=part), on_screen)
    drawn = screenshot(ScreenshotArguments(region=part, cursor=True), on_screen)
    assert drawn.image != without.image


def test_webp_that_is_not_built_in_is_unavailable(
    on_screen: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encode, "_writes_webp", lambda: False)
    with pytest.raises(ToolError, match="ask for png or jpeg") as refused:
        screenshot(ScreenshotArguments(format="webp"), on_screen)
    assert refused.value.failure is Failure.UNAVAILABLE


def test_a_display_lost_and_back_is_told_and_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_x_server("320x240x24") as (name, server):
        monkeypatch.setenv("DISPLAY", name)
        on = bench()
        first = screenshot(ScreenshotArguments(), on)
        server.kill()
        server.wait()
        with pytest.raises(ToolError) as caught:
            screenshot(ScreenshotArguments(), on)
        assert caught.value.failure is Failure.NO_SESSION
    with running_x_server("320x240x24", at=name):
        assert _image(screenshot(ScreenshotArguments(), on)).size == (320, 240)
        there = mouse_move(MoveArguments(x=9, y=8, frame_id=first.frame_id), on)
        assert (there.x, there.y) == (9, 8)
        on.desktop.screen.close()
        on.desktop.inputs.close()


def test_the_size_is_that_of_the_desktop(on_screen: Bench) -> None:
    assert screen_size(NoArguments(), on_screen).model_dump() == {
        "x": 0,
        "y": 0,
        "width": 1280,
        "height": 800,
    }


def test_without_a_display_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(ToolError) as caught:
        screenshot(ScreenshotArguments(), bench())
    assert caught.value.failure is Failure.NO_SESSION
