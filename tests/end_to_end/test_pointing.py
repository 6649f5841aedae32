"""What a hub clicks, drags, scrolls and presses is what applications themselves report."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.end_to_end.desks import Driven, desk, driven, shows
from tests.end_to_end.reporters import (
    Reporter,
    Window,
    gtk_reporter,
    page_reporter,
    tk_reporter,
)
from tests.end_to_end.rigs import run_async

Story = Callable[[Driven, Reporter], Awaitable[None]]
WINDOWS = pytest.mark.parametrize(
    "window", [gtk_reporter, tk_reporter, page_reporter], ids=["gtk", "tk", "chromium"]
)
SIDEWAYS = pytest.mark.parametrize("window", [gtk_reporter, page_reporter], ids=["gtk", "chromium"])
PLACE = {"x": 400, "y": 300}


def act_out(window: Window, folder: Path, story: Story) -> None:
    """Have the story told on a desktop with that window."""

    async def whole(display: str, reporter: Reporter) -> None:
        async with driven(folder, display) as device:
            await story(device, reporter)

    with desk(folder) as display, window(display, folder) as reporter:
        run_async(lambda: whole(display, reporter))


@WINDOWS
def test_clicks_of_every_button_and_count_land_where_they_were_meant(
    window: Window, tmp_path: Path
) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await device.call("mouse_click", **PLACE)
        await shows(app, lambda: app.of("release", button=1))
        assert app.of("press", button=1, count=1, held=[], **PLACE)
        for button, number in (("middle", 2), ("right", 3)):
            await device.call("mouse_click", x=410, y=310, button=button)
            await shows(app, lambda n=number: app.of("press", button=n, x=410, y=310))
        await device.call("mouse_click", x=500, y=350, count=2)
        await shows(app, lambda: app.of("press", button=1, count=2, x=500, y=350))
        assert not app.of("press", count=3)
        await device.call("mouse_click", x=450, y=280, count=3)
        await shows(app, lambda: app.of("press", button=1, count=3, x=450, y=280))
        await device.call("mouse_click", x=420, y=320, keys="ctrl+shift")
        await shows(app, lambda: app.of("press", x=420, y=320, held=["shift", "ctrl"]))

    act_out(window, tmp_path, story)


@WINDOWS
def test_a_drag_goes_along_its_path_with_the_button_down(window: Window, tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        path = [{"x": 300, "y": 300}, {"x": 400, "y": 250}, {"x": 500, "y": 350}]
        await device.call("mouse_drag", path=path)
        await shows(app, lambda: app.of("release", **path[-1]))
        assert [(e["x"], e["y"]) for e in app.of("press")] == [(300, 300)]
        assert len(app.of("motion")) >= 3
        assert len(app.of("release")) == 1
        await device.call("mouse_down", x=310, y=310)
        await device.call("mouse_move", x=350, y=330)
        await device.call("mouse_up", x=360, y=340)
        await shows(app, lambda: app.of("release", x=360, y=340))
        assert app.of("motion", x=350, y=330)

    act_out(window, tmp_path, story)


@WINDOWS
def test_the_wheel_turns_down_and_up_with_keys_held(window: Window, tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await device.call("mouse_scroll", dy=3, **PLACE)
        await shows(app, lambda: app.clicks("down") == 3)
        await device.call("mouse_scroll", dy=-2, **PLACE)
        await shows(app, lambda: app.clicks("up") == 2)
        await device.call("mouse_scroll", dy=1, keys="ctrl", **PLACE)
        await shows(app, lambda: app.of("scroll", way="down", held=["ctrl"]))

    act_out(window, tmp_path, story)


@SIDEWAYS
def test_the_wheel_turns_sideways(window: Window, tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await device.call("mouse_scroll", dx=2, **PLACE)
        await shows(app, lambda: app.clicks("right") == 2)
        await device.call("mouse_scroll", dx=-1, **PLACE)
        await shows(app, lambda: app.clicks("left") == 1)

    act_out(window, tmp_path, story)


@WINDOWS
def test_hot_keys_go_down_together_and_stay_for_as_long_as_was_said(
    window: Window, tmp_path: Path
) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await device.call("mouse_click", **PLACE)
        await device.call("press_keys", keys="ctrl+shift+k")
        await shows(app, lambda: app.of("key", key="K", held=["shift", "ctrl"]))
        await device.call("press_keys", keys="b", hold_s=0.4)
        await shows(app, lambda: app.of("key up", key="b"))
        down, up = app.of("key", key="b")[0], app.of("key up", key="b")[-1]
        assert 390 <= up["time"] - down["time"] <= 900
        await device.call("key_down", key="ctrl")
        await device.call("mouse_click", x=350, y=250, button="middle")
        await device.call("key_up", key="ctrl")
        await shows(app, lambda: app.of("press", x=350, y=250, held=["ctrl"]))
        await device.call("press_keys", keys="g", repeat=3)
        await shows(app, lambda: len(app.of("key", key="g")) == 3)

    act_out(window, tmp_path, story)
