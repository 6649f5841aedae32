"""Looking, then clicking what was seen: scaled pictures, parts, windows, one and two displays."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from tests.end_to_end.desks import Box, Driven, desk, drawn, driven, middle_of, picture, shows
from tests.end_to_end.reporters import SQUARE, Reporter, gtk_reporter, page_reporter
from tests.end_to_end.rigs import run_async

Story = Callable[[Driven, Reporter], Awaitable[None]]
BESIDE: Sequence[Box] = ((0, 0, 1280, 800), (1280, 0, 1024, 768))
SQUARE_IN_WINDOW = (330, 230)
"""The middle of the square, from the window's upper left corner."""
HALF_SQUARE = 30


def act_out(
    folder: Path, story: Story, monitors: Sequence[Box] = (), window: object = gtk_reporter
) -> None:
    """Have the story told on a desktop with a GTK window."""

    async def whole(display: str, reporter: Reporter) -> None:
        async with driven(folder, display) as device:
            await story(device, reporter)

    with desk(folder, monitors=monitors) as display, window(display, folder) as reporter:  # type: ignore[operator]
        run_async(lambda: whole(display, reporter))


async def on_the_square(app: Reporter, count: int) -> None:
    """Wait until so many clicks came, and see that the last one was within the square."""
    await shows(app, lambda: len(app.of("press", count=1)) == count)
    press, placed = app.of("press", count=1)[-1], app.last("placed")
    across = press["x"] - placed["x"] - SQUARE_IN_WINDOW[0]
    down = press["y"] - placed["y"] - SQUARE_IN_WINDOW[1]
    assert abs(across) < HALF_SQUARE, (press, placed)
    assert abs(down) < HALF_SQUARE, (press, placed)


async def seen(device: Driven, **how: object) -> dict[str, object]:
    """Where a screenshot shows the square: its frame_id and the pixel, as arguments of a click."""
    shot = await device.call("screenshot", **how)
    x, y = middle_of(picture(shot), SQUARE)
    return {"x": x, "y": y, "frame_id": shot["frame_id"]}


LOOKS: dict[str, dict[str, object]] = {
    "whole": {},
    "half the size": {"scale": 0.5},
    "at most 777 wide": {"max_width": 777},
    "jpeg in few bytes": {"format": "jpeg", "max_bytes": 9000},
    "region": {"region": {"x": 250, "y": 100, "width": 700, "height": 500}, "scale": 0.3},
    "window": {"window_title": "gtk reporter", "max_height": 150},
    "display": {"display": 1, "max_width": 500},
}


def test_what_is_seen_in_any_picture_is_clicked_there(tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await drawn(device)
        for count, how in enumerate(LOOKS.values(), start=1):
            await device.call("mouse_click", **await seen(device, **how))
            await on_the_square(app, count)
        size = await device.call("screen_size")
        spot = app.last("press")
        share = {"x": spot["x"] / size["width"], "y": spot["y"] / size["height"]}
        await device.call("mouse_click", **share, unit="fraction")
        await on_the_square(app, len(LOOKS) + 1)

    act_out(tmp_path, story)


def test_what_a_zoom_shows_is_clicked_there(tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await drawn(device)
        region = {"x": 450, "y": 250, "width": 240, "height": 240}
        shot = await device.call("zoom", region=region)
        x, y = middle_of(picture(shot), SQUARE)
        assert shot["width"] > region["width"]
        await device.call("mouse_click", x=x, y=y, frame_id=shot["frame_id"])
        await on_the_square(app, 1)

    act_out(tmp_path, story)


def test_a_page_in_chromium_is_clicked_where_a_scaled_picture_shows_it(tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await drawn(device)
        place = await seen(device, scale=0.4)
        await device.call("mouse_click", **place)
        await shows(app, lambda: app.of("press", count=1))
        shot = await device.call("screenshot")
        x, y = middle_of(picture(shot), SQUARE)
        press = app.last("press")
        assert abs(press["x"] - x) < HALF_SQUARE
        assert abs(press["y"] - y) < HALF_SQUARE

    act_out(tmp_path, story, window=page_reporter)


def test_the_second_display_is_seen_clicked_and_moved_to(tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await drawn(device)
        listed = (await device.call("list_displays"))["displays"]
        assert [(d["x"], d["y"], d["width"], d["height"]) for d in listed] == list(BESIDE)
        moved = await device.call("move_window", title=app.title, x=1500, y=200)
        assert moved["window"]["display"] == listed[1]["name"]
        await shows(app, lambda: app.last("placed")["x"] >= 1500)
        await drawn(device)
        place = await seen(device, display=listed[1]["name"], scale=0.5)
        assert place["x"] < 512
        await device.call("mouse_click", **place)
        await on_the_square(app, 1)
        assert app.last("press")["x"] > 1280
        await device.call("maximise_window", title=app.title)
        await shows(app, lambda: app.last("state")["maximised"])
        await shows(app, lambda: app.last("placed")["width"] == 1024)
        assert app.last("placed")["x"] == 1280

    act_out(tmp_path, story, BESIDE)


def test_a_drag_goes_from_one_display_to_the_other(tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await drawn(device)
        path = [{"x": 400, "y": 300}, {"x": 1300, "y": 310}, {"x": 1600, "y": 320}]
        await device.call("mouse_drag", path=path)
        await shows(app, lambda: app.of("release", x=1600, y=320))
        assert app.of("press", x=400, y=300)

    act_out(tmp_path, story, BESIDE)


@pytest.mark.parametrize(("x", "y"), [(1500, 790), (2304, 5), (-1, 5), (5, 800)])
def test_a_point_on_no_display_is_refused_before_anything_moves(
    x: int, y: int, tmp_path: Path
) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        before = await device.call("mouse_move", x=400, y=300)
        for tool, more in (
            ("mouse_click", {"x": x, "y": y}),
            ("mouse_move", {"x": x, "y": y}),
            ("mouse_scroll", {"x": x, "y": y, "dy": 1}),
            ("mouse_drag", {"path": [{"x": 400, "y": 300}, {"x": x, "y": y}]}),
        ):
            assert (await device.refused(tool, **more)).startswith("bad_arguments: ")
        assert await device.call("cursor_position") == before
        assert not app.of("press")

    act_out(tmp_path, story, BESIDE)
