import sys

import pytest

from device_agent.errors import Failure
from device_agent.screen import choose
from device_agent.screen.none import NoScreen
from device_agent.screen.x11 import X11Screen


def test_M_06_a_display_means_x11() -> None:
    assert isinstance(choose({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}), X11Screen)


def test_no_display_means_no_session() -> None:
    screen = choose({})
    assert isinstance(screen, NoScreen)
    assert screen.failure is Failure.NO_SESSION
    assert "DISPLAY" in screen.reason


def test_wayland_alone_cannot_be_captured() -> None:
    screen = choose({"WAYLAND_DISPLAY": "wayland-0"})
    assert isinstance(screen, NoScreen)
    assert screen.failure is Failure.UNAVAILABLE
    assert "Wayland" in screen.reason


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "device_agent.screen.x11", None)
    screen = choose({"DISPLAY": ":0"})
    assert isinstance(screen, NoScreen)
    assert screen.failure is Failure.UNAVAILABLE
