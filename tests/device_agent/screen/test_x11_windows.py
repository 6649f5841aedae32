from pathlib import Path

from device_agent.screen import Window
from device_agent.screen.x11 import X11Screen
from tests.x11 import (
    Target,
    iconify,
    tk_entry,
    wait_until,
    window_manager,
    x_server_of_its_own,
    xterm,
)


def titled(screen: X11Screen, title: str) -> Window | None:
    return next((window for window in screen.windows() if window.title == title), None)


def check(window: Window | None, target: Target, app: str) -> None:
    assert window is not None
    assert window.app == app
    assert window.display == "screen"
    assert not window.minimised
    x, y = target.center
    region = window.region
    assert region.x <= x < region.x + region.width
    assert region.y <= y < region.y + region.height


def active_titles(screen: X11Screen) -> list[str]:
    return [window.title for window in screen.windows() if window.active]


def test_without_a_window_manager_top_level_windows_are_listed(tmp_path: Path) -> None:
    # Where the focus is without a window manager depends on everything before.
    with x_server_of_its_own() as x_server:
        listed_without_a_window_manager(x_server, tmp_path)


def listed_without_a_window_manager(x_server: str, tmp_path: Path) -> None:
    screen = X11Screen(x_server)
    assert screen.windows() == ()
    with xterm(x_server, tmp_path) as terminal, tk_entry(x_server, tmp_path) as entry:
        check(titled(screen, "xterm target"), terminal, "XTerm")
        check(titled(screen, "tk target"), entry, "Tk")
        wait_until(lambda: active_titles(screen) == ["tk target"], "the focus asked for")
        terminal_window = titled(screen, "xterm target")
        assert terminal_window is not None
        assert terminal_window.pid is not None
        # Tk does not say; the server knows.
        entry_window = titled(screen, "tk target")
        assert entry_window is not None
        assert entry_window.pid is not None
        assert "python3" in Path(f"/proc/{entry_window.pid}/cmdline").read_text()
    screen.close()


def test_a_window_manager_tells_which_are_minimised_and_active(tmp_path: Path) -> None:
    with x_server_of_its_own() as name, window_manager(name, tmp_path):
        screen = X11Screen(name)
        with xterm(name, tmp_path), tk_entry(name, tmp_path) as entry:
            wait_until(lambda: is_active(screen, "tk target"), "the newer one has the focus")
            check(titled(screen, "tk target"), entry, "Tk")
            assert screen.windows()[0].title == "tk target"
            assert not is_active(screen, "xterm target")
            iconify(name, entry.window)
            wait_until(lambda: is_minimised(screen, "tk target"), "it is minimised")
            assert not is_minimised(screen, "xterm target")
        screen.close()


def is_active(screen: X11Screen, title: str) -> bool:
    window = titled(screen, title)
    return window is not None and window.active


def is_minimised(screen: X11Screen, title: str) -> bool:
    window = titled(screen, title)
    return window is not None and window.minimised
