"""Waiting for a real screen."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from device_agent.catalog.parts import Zone
from device_agent.catalog.screen import ScreenshotArguments
from device_agent.catalog.watching import WaitForScreenArguments, WaitForScreenResult
from device_agent.errors import Failure, ToolError
from device_agent.tools.bench import Bench
from device_agent.tools.desktop import Desktop
from device_agent.tools.screen import screenshot
from device_agent.tools.watching import wait_for_screen
from tests.device_agent.tools.benches import bench
from tests.device_agent.tools.painted import Painted, painted
from tests.x11 import running_x_server, wait_until, x_server_of_its_own

BOX = (50, 40, 300, 200)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server_of_its_own("640x480x24") as name:
        yield name


@pytest.fixture
def window(display: str) -> Iterator[Painted]:
    with painted(display, BOX, 0x204060, "watched one") as shown:
        yield shown


@pytest.fixture
def on_screen(display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("DISPLAY", display)
    desktop = Desktop()
    yield bench(desktop)
    desktop.screen.close()


def _wait(on: Bench, until: str, **given: object) -> WaitForScreenResult:
    return wait_for_screen(WaitForScreenArguments.model_validate({"until": until, **given}), on)


@contextmanager
def _meanwhile(act: Callable[[threading.Event], None]) -> Iterator[None]:
    """Run *act* beside the test until it has seen the event."""
    over = threading.Event()
    thread = threading.Thread(target=act, args=(over,))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_screen_on_which_nothing_happens_is_still(on_screen: Bench, window: Painted) -> None:
    result = _wait(on_screen, "still", still_s=0.2)
    assert (result.met, result.timed_out) == (True, False)
    assert 0.2 <= result.waited_s < 5.0
    assert result.frame_id is not None
    known = ScreenshotArguments(if_changed_since=result.frame_id)
    assert screenshot(known, on_screen).not_modified
    window.colour(0x111111)
    assert not screenshot(known, on_screen).not_modified


def test_a_screen_that_flickers_is_not_still_in_time(on_screen: Bench, window: Painted) -> None:
    def flicker(over: threading.Event) -> None:
        colour = 0
        while not over.wait(0.02):
            colour = (colour + 0x010101) & 0xFFFFFF
            window.colour(colour)

    with _meanwhile(flicker):
        result = _wait(on_screen, "still", still_s=0.8, timeout_s=1.2)
        part = {"x": 400, "y": 300, "width": 100, "height": 100}
        elsewhere = _wait(on_screen, "still", still_s=0.2, region=part)
    assert (result.met, result.timed_out) == (False, True)
    assert 1.2 <= result.waited_s < 5.0
    assert elsewhere.met


def test_a_blinking_cursor_may_be_tolerated(on_screen: Bench, display: str) -> None:
    with painted(display, (10, 10, 2, 16), 0, "cursor") as cursor:

        def blink(over: threading.Event) -> None:
            colour = 0
            while not over.wait(0.03):
                colour ^= 0xFFFFFF
                cursor.colour(colour)

        with _meanwhile(blink):
            short = {"still_s": 0.6, "timeout_s": 0.9}
            assert not _wait(on_screen, "still", **short).met
            assert not _wait(on_screen, "still", **short, tolerance_pixels=31).met
            assert _wait(on_screen, "still", still_s=0.6, tolerance_pixels=32).met


def test_a_change_since_a_frame_is_noticed(on_screen: Bench, window: Painted) -> None:
    shot = screenshot(ScreenshotArguments(scale=0.5), on_screen)
    unchanged = _wait(on_screen, "changed", since=shot.frame_id, timeout_s=0.15)
    assert (unchanged.met, unchanged.timed_out) == (False, True)

    def change(over: threading.Event) -> None:
        over.wait(0.2)
        window.colour(0x00FF00)

    with _meanwhile(change):
        result = _wait(on_screen, "changed", since=shot.frame_id)
    assert (result.met, result.timed_out) == (True, False)
    assert result.waited_s >= 0.1
    assert _wait(on_screen, "changed", since=shot.frame_id, timeout_s=0.0).met


def test_a_change_from_now_on_may_be_waited_for_in_a_part(
    on_screen: Bench, window: Painted
) -> None:
    def change(over: threading.Event) -> None:
        over.wait(0.2)
        window.colour(0x0000FF)

    inside = Zone(x=60, y=50, width=20, height=20)
    outside = {"x": 400, "y": 300, "width": 50, "height": 50}
    with _meanwhile(change):
        assert _wait(on_screen, "changed", region=inside.model_dump()).met
        assert not _wait(on_screen, "changed", region=outside, timeout_s=0.1).met


def test_a_frame_never_taken_is_refused(on_screen: Bench) -> None:
    with pytest.raises(ToolError, match="there is no frame 'x-1'") as refused:
        _wait(on_screen, "changed", since="x-1")
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_a_window_that_comes_and_one_that_goes_are_noticed(on_screen: Bench, display: str) -> None:
    def come_and_go(over: threading.Event) -> None:
        over.wait(0.2)
        with painted(display, BOX, 0, "Save as… 12".encode("latin-1", "ignore").decode()):
            over.wait(0.6)

    with _meanwhile(come_and_go):
        came = _wait(on_screen, "window", title=r"^save as.* \d+$", app="paint")
        assert came.met
        assert came.window is not None
        assert (came.window.title, came.window.app) == ("Save as 12", "Painted")
        gone = _wait(on_screen, "window_gone", title="save as")
    assert (gone.met, gone.window) == (True, None)
    assert not _wait(on_screen, "window", title="save as", timeout_s=0.1).met


def test_a_pattern_that_is_none_is_refused(on_screen: Bench) -> None:
    with pytest.raises(ToolError, match="no regular expression") as refused:
        _wait(on_screen, "window", title="(")
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_a_wait_ends_when_nobody_wants_it(on_screen: Bench) -> None:
    on_screen.cancellation.cancel()
    with pytest.raises(ToolError) as caught:
        _wait(on_screen, "changed", timeout_s=600.0)
    assert caught.value.failure is Failure.CANCELLED


def test_waits_leave_nothing_open(on_screen: Bench) -> None:
    _wait(on_screen, "still", still_s=0.05)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        _wait(on_screen, "changed", timeout_s=0.0)
        _wait(on_screen, "window", title="nothing", timeout_s=0.0)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_screen_that_is_lost_meanwhile_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_x_server("640x480x24") as (name, server):
        monkeypatch.setenv("DISPLAY", name)
        on = bench()

        def kill(over: threading.Event) -> None:
            over.wait(0.3)
            server.kill()

        with _meanwhile(kill), pytest.raises(ToolError) as caught:
            _wait(on, "changed", timeout_s=30.0)
        assert caught.value.failure is Failure.NO_SESSION
        wait_until(lambda: server.poll() is not None, "the server has ended")
        with running_x_server("640x480x24", at=name):
            assert _wait(on, "still", still_s=0.1).met


def test_without_a_display_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for until in ({"until": "still"}, {"until": "window", "title": "x"}):
        with pytest.raises(ToolError) as caught:
            wait_for_screen(WaitForScreenArguments.model_validate(until), bench())
        assert caught.value.failure is Failure.NO_SESSION
