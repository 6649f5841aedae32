import signal
import time

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.info.desktop import (
    FRESH_S,
    DesktopSession,
    DesktopState,
    DesktopWatch,
    read_desktop,
)
from tests.x11 import running_x_server


def unlocked() -> bool | None:
    return None


def test_a_server_that_answers_is_active(x_server: str) -> None:
    session = read_desktop({"DISPLAY": x_server}, unlocked)
    assert session == DesktopSession(DesktopState.ACTIVE, "x11")
    session.require_active()


def test_a_locked_session_is_told_apart(x_server: str) -> None:
    session = read_desktop({"DISPLAY": x_server}, lambda: True)
    assert session.state is DesktopState.LOCKED
    with pytest.raises(ToolError) as refused:
        session.require_active()
    assert refused.value.failure is Failure.LOCKED


@pytest.mark.parametrize("display", [":54321", ":54321.0", "unix:54321", "nonsense"])
def test_a_display_without_a_server_is_no_session(display: str) -> None:
    session = read_desktop({"DISPLAY": display}, unlocked)
    assert (session.state, session.kind) == (DesktopState.NO_SESSION, "x11")
    assert display in session.reason
    with pytest.raises(ToolError) as refused:
        session.require_active()
    assert refused.value.failure is Failure.NO_SESSION


def test_another_machine_is_not_knocked_at() -> None:
    session = read_desktop({"DISPLAY": "192.0.2.1:0"}, unlocked)
    assert session.state is DesktopState.ACTIVE


def test_no_display_is_no_session() -> None:
    assert read_desktop({}, unlocked).state is DesktopState.NO_SESSION


def test_wayland_alone_is_not_supported() -> None:
    session = read_desktop({"WAYLAND_DISPLAY": "wayland-0"}, unlocked)
    assert (session.state, session.kind) == (DesktopState.UNSUPPORTED, "wayland")
    with pytest.raises(ToolError) as refused:
        session.require_active()
    assert refused.value.failure is Failure.UNAVAILABLE


def test_a_server_that_hangs_does_not_hold_us_up() -> None:
    with running_x_server() as (name, server):
        server.send_signal(signal.SIGSTOP)
        started_s = time.monotonic()
        session = read_desktop({"DISPLAY": name}, unlocked)
        assert time.monotonic() - started_s < 0.5
        server.send_signal(signal.SIGCONT)
    assert session.state is DesktopState.ACTIVE


def test_who_asks_often_gets_what_was_seen_within_the_last_second() -> None:
    seen = [DesktopState.ACTIVE, DesktopState.LOCKED]
    now = [100.0]
    watch = DesktopWatch(lambda: DesktopSession(seen.pop(0), "x11"), lambda: now[0])
    assert watch.session().state is DesktopState.ACTIVE
    now[0] += FRESH_S / 2
    assert watch.session().state is DesktopState.ACTIVE
    now[0] += FRESH_S
    assert watch.session().state is DesktopState.LOCKED
