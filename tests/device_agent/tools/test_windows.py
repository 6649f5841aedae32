"""Looking at windows, and acting on them."""

from pathlib import Path

import pytest

from device_agent.catalog.screen import NoArguments
from device_agent.catalog.windows import (
    MoveWindowArguments,
    ResizeWindowArguments,
    WindowArguments,
    WindowEntry,
)
from device_agent.errors import Failure, ToolError
from device_agent.tools.windows import (
    activate_window,
    close_window,
    list_windows,
    maximise_window,
    minimise_window,
    move_window,
    resize_window,
    restore_window,
)
from tests.device_agent.tools.conftest import Desk
from tests.x11 import window_manager

TARGET = WindowArguments(title="tk target")


def listed(desk: Desk) -> list[WindowEntry]:
    windows = list_windows(NoArguments(), desk.bench).windows
    return [window for window in windows if window.title == "tk target"]


def test_an_open_window_is_listed(desk: Desk) -> None:
    (entry,) = listed(desk)
    assert entry.window_id > 0
    assert entry.region.width > 100
    assert not entry.minimised
    assert not entry.maximised


def test_what_is_done_to_a_window_is_what_is_told_of_it(desk: Desk, tmp_path: Path) -> None:
    with window_manager(desk.display, tmp_path):
        moved = move_window(MoveWindowArguments(title="tk target", x=9, y=10), desk.bench)
        assert (moved.frame.x, moved.frame.y) == (9, 10)
        sized = resize_window(
            ResizeWindowArguments(app="tk", width=400, height=100), desk.bench
        ).window
        assert (sized.region.width, sized.region.height) == (400, 100)
        assert maximise_window(TARGET, desk.bench).window.maximised
        assert minimise_window(TARGET, desk.bench).window.minimised
        assert restore_window(TARGET, desk.bench).window.maximised
        assert restore_window(TARGET, desk.bench).window.region == sized.region
        active = activate_window(TARGET, desk.bench).window
        assert active.active
        assert [active] == listed(desk)


def test_a_window_is_not_moved_off_all_displays(desk: Desk) -> None:
    (before,) = listed(desk)
    for x, y in ((1280, 0), (0, 800), (-2000, 0), (0, -300)):
        with pytest.raises(ToolError, match="no display") as error:
            move_window(MoveWindowArguments(title="tk target", x=x, y=y), desk.bench)
        assert error.value.failure is Failure.BAD_ARGUMENTS
    assert listed(desk) == [before]


def test_a_window_that_closes_between_look_and_action_is_told(desk: Desk) -> None:
    (before,) = listed(desk)
    closed = close_window(WindowArguments(window_id=before.window_id), desk.bench)
    assert (closed.window_id, closed.title) == (before.window_id, "tk target")
    with pytest.raises(ToolError, match=r"any more|no window is open") as error:
        activate_window(WindowArguments(window_id=before.window_id), desk.bench)
    assert error.value.failure is Failure.BAD_ARGUMENTS


def test_without_a_desktop_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.device_agent.tools.benches import bench

    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(ToolError, match="DISPLAY is not set") as error:
        activate_window(TARGET, bench())
    assert error.value.failure is Failure.NO_SESSION
