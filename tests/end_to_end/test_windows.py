"""What a hub does to windows is what the windows themselves report."""

from pathlib import Path

import pytest

from tests.end_to_end.desks import Driven, desk, driven, shows
from tests.end_to_end.reporters import Reporter, Window, gtk_reporter, tk_reporter
from tests.end_to_end.rigs import run_async

WINDOWS = pytest.mark.parametrize("window", [gtk_reporter, tk_reporter], ids=["gtk", "tk"])


@WINDOWS
def test_a_window_is_moved_resized_and_closed(window: Window, tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        (listed,) = (await device.call("list_windows"))["windows"]
        assert (listed["title"], listed["active"]) == (app.title, True)
        moved = await device.call("move_window", title=app.title, x=350, y=260)
        region = moved["window"]["region"]
        await shows(app, lambda: app.last("placed")["x"] == region["x"])
        assert app.last("placed")["y"] == region["y"]
        await device.call("resize_window", window_id=listed["window_id"], width=640, height=333)
        await shows(app, lambda: app.of("placed", width=640, height=333))
        gone = await device.call("close_window", title=app.title)
        assert gone == {"window_id": listed["window_id"], "title": app.title}
        await shows(app, lambda: app.of("closed"))
        assert (await device.call("list_windows"))["windows"] == []
        refused = await device.refused("activate_window", window_id=listed["window_id"])
        assert refused == "bad_arguments: no window is open"

    tell(window, tmp_path, story)


def test_a_window_that_went_between_look_and_click_is_said(tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        shot = await device.call("screenshot", window_title=app.title)
        before = await device.call("cursor_position")
        await device.call("close_window", title=app.title)
        refused = await device.refused("mouse_click", x=5, y=5, frame_id=shot["frame_id"])
        assert "has gone or was minimised since frame" in refused
        assert await device.call("cursor_position") == before

    tell(gtk_reporter, tmp_path, story)


def test_a_window_is_minimised_maximised_and_restored(tmp_path: Path) -> None:
    async def story(device: Driven, app: Reporter) -> None:
        await device.call("maximise_window", title=app.title)
        await shows(app, lambda: app.last("state")["maximised"])
        await shows(app, lambda: app.last("placed")["width"] == 1280)
        await device.call("restore_window", title=app.title)
        await shows(app, lambda: not app.last("state")["maximised"])
        await shows(app, lambda: app.last("placed")["width"] == 500)
        await device.call("minimise_window", title=app.title)
        await shows(app, lambda: app.last("state")["minimised"])
        (listed,) = (await device.call("list_windows"))["windows"]
        assert listed["minimised"]
        await device.call("activate_window", title=app.title)
        await shows(app, lambda: not app.last("state")["minimised"])

    tell(gtk_reporter, tmp_path, story)


def test_keys_go_to_the_window_that_was_activated(tmp_path: Path) -> None:
    async def story(device: Driven, one: Reporter, other: Reporter) -> None:
        for app, key in ((one, "a"), (other, "b"), (one, "c")):
            shown = await device.call("activate_window", title=app.title)
            assert shown["window"]["active"]
            await device.call("press_keys", keys=key)
            await shows(app, lambda app=app, key=key: app.of("key", key=key))
        assert [event["key"] for event in one.of("key")] == ["a", "c"]
        assert [event["key"] for event in other.of("key")] == ["b"]

    async def whole(display: str, one: Reporter, other: Reporter) -> None:
        async with driven(tmp_path, display) as device:
            await story(device, one, other)

    with (
        desk(tmp_path) as display,
        gtk_reporter(display, tmp_path) as one,
        tk_reporter(display, tmp_path) as other,
    ):
        run_async(lambda: whole(display, one, other))


def tell(window: Window, folder: Path, story: object) -> None:
    """Have the story told on a desktop with that window."""

    async def whole(display: str, reporter: Reporter) -> None:
        async with driven(folder, display) as device:
            await story(device, reporter)  # type: ignore[operator]

    with desk(folder) as display, window(display, folder) as reporter:
        run_async(lambda: whole(display, reporter))
