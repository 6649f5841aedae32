"""The desktop of a process: nothing is typed where it would not land."""

import pytest

from device_agent.catalog.keyboard import KeyArguments, TypeTextArguments
from device_agent.catalog.pointer import ButtonArguments, MoveArguments
from device_agent.errors import Failure, ToolError
from device_agent.info import DesktopSession, DesktopState, DesktopWatch
from device_agent.tools.bench import Bench
from device_agent.tools.desktop import Desktop
from device_agent.tools.keyboard import key_down, key_up, type_text
from device_agent.tools.pointer import mouse_move, mouse_up
from tests.device_agent.tools.benches import bench
from tests.device_agent.worker.hosts import pressed


class Locker:
    """Says whether the desktop is locked."""

    def __init__(self) -> None:
        self.session = DesktopSession(DesktopState.ACTIVE, "x11")
        self._now_s = 0.0

    def lock(self) -> None:
        self.session = DesktopSession(DesktopState.LOCKED, "x11", "somebody locked it")

    def clock(self) -> float:
        """Each look is a second after the one before."""
        self._now_s += 1.0
        return self._now_s


def _locked_later(monkeypatch: pytest.MonkeyPatch, display: str) -> tuple[Bench, Locker]:
    monkeypatch.setenv("DISPLAY", display)
    locker = Locker()
    return bench(Desktop(DesktopWatch(lambda: locker.session, locker.clock))), locker


def test_input_on_a_locked_desktop_fails_with_that_reason(
    x_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, locker = _locked_later(monkeypatch, x_server)
    mouse_move(MoveArguments(x=1, y=1), own)
    locker.lock()
    for call in (
        lambda: mouse_move(MoveArguments(x=9, y=9), own),
        lambda: type_text(TypeTextArguments(text="secret"), own),
        lambda: key_down(KeyArguments(key="a"), own),
    ):
        with pytest.raises(ToolError) as caught:
            call()
        assert caught.value.failure is Failure.LOCKED
        assert caught.value.detail == "somebody locked it"
    assert own.desktop.inputs.cursor_position() == (1, 1)
    own.desktop.inputs.close()


def test_what_is_held_can_be_released_on_a_locked_desktop(
    x_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, locker = _locked_later(monkeypatch, x_server)
    key_down(KeyArguments(key="a"), own)
    locker.lock()
    key_up(KeyArguments(key="a"), own)
    mouse_up(ButtonArguments(), own)
    assert not pressed(x_server)
    own.desktop.inputs.close()


def test_nothing_is_held_before_anything_was_opened() -> None:
    assert Desktop().held == ((), ())
