import sys

import pytest

from device_agent.errors import Failure
from device_agent.inputs import choose
from device_agent.inputs.none import NoInputs
from device_agent.inputs.x11 import X11Inputs


def test_M_06_a_display_means_x11() -> None:
    assert isinstance(choose({"DISPLAY": ":0"}), X11Inputs)


def test_no_display_means_no_session() -> None:
    inputs = choose({})
    assert isinstance(inputs, NoInputs)
    assert inputs.failure is Failure.NO_SESSION
    assert "DISPLAY" in inputs.reason


def test_wayland_alone_takes_no_input() -> None:
    inputs = choose({"WAYLAND_DISPLAY": "wayland-0"})
    assert isinstance(inputs, NoInputs)
    assert inputs.failure is Failure.UNAVAILABLE


def test_without_our_own_way_and_without_pyautogui_the_reason_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "device_agent.inputs.x11", None)
    monkeypatch.setitem(sys.modules, "pyautogui", None)
    inputs = choose({"DISPLAY": ":0"})
    assert isinstance(inputs, NoInputs)
    assert inputs.failure is Failure.UNAVAILABLE
    assert "pyautogui" in inputs.reason
