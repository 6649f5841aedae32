"""Looking at windows."""

from device_agent.catalog.screen import NoArguments
from device_agent.tools.windows import list_windows
from tests.device_agent.tools.conftest import Desk


def test_an_open_window_is_listed(desk: Desk) -> None:
    windows = list_windows(NoArguments(), desk.bench).windows
    (entry,) = [window for window in windows if window.title == "tk target"]
    assert entry.window_id > 0
    assert entry.region.width > 100
    assert not entry.minimised
