"""Windows of real programs, with a window manager and without."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.screen import Region, Window
from device_agent.screen.x11_control import X11WindowControl
from tests.x11 import (
    Target,
    running_x_server,
    tk_entry,
    wait_until,
    window_manager,
    x_server_of_its_own,
    xterm,
)


@dataclass
class Desk:
    """Two windows and what acts on them."""

    control: X11WindowControl
    display: str
    terminal: Target
    entry: Target

    def window(self, target: Target) -> Window:
        """One of the two as it is now."""
        (found,) = [each for each in self.control.windows() if each.id == target.window]
        return found


@pytest.fixture
def managed(tmp_path: Path) -> Iterator[Desk]:
    with x_server_of_its_own() as display, window_manager(display, tmp_path):
        yield from _desk(display, tmp_path)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Desk]:
    with x_server_of_its_own() as display:
        yield from _desk(display, tmp_path)


def _desk(display: str, folder: Path) -> Iterator[Desk]:
    control = X11WindowControl(display)
    with xterm(display, folder) as terminal, tk_entry(display, folder) as entry:
        yield Desk(control, display, terminal, entry)
    control.close()


def test_a_window_that_is_activated_is_on_top_and_has_the_keys(managed: Desk) -> None:
    for target in (managed.terminal, managed.entry, managed.terminal):
        managed.control.activate(target.window)
        assert managed.window(target).active
        assert managed.control.windows()[0].id == target.window


def test_a_frame_goes_where_it_is_moved_with_its_title_bar(managed: Desk) -> None:
    managed.control.move(managed.entry.window, 0, 0)
    frame = managed.control.frame(managed.entry.window)
    region = managed.window(managed.entry).region
    assert (frame.x, frame.y) == (0, 0)
    assert region.y > 0
    assert frame.height > region.height
    managed.control.move(managed.entry.window, -40, 333)
    frame = managed.control.frame(managed.entry.window)
    assert (frame.x, frame.y) == (-40, 333)


def test_a_size_is_without_the_frame_and_as_the_program_takes_it(managed: Desk) -> None:
    managed.control.resize(managed.entry.window, 555, 222)
    region = managed.window(managed.entry).region
    assert (region.width, region.height) == (555, 222)
    # A terminal takes whole characters.
    managed.control.resize(managed.terminal.window, 501, 303)
    region = managed.window(managed.terminal).region
    assert 480 < region.width <= 501
    assert 270 < region.height <= 303
    again = (region.width, region.height)
    managed.control.resize(managed.terminal.window, 501, 303)
    region = managed.window(managed.terminal).region
    assert (region.width, region.height) == again


def test_minimise_maximise_and_restore(managed: Desk) -> None:
    control, window = managed.control, managed.entry.window
    before = managed.window(managed.entry)
    control.maximise(window)
    full = managed.window(managed.entry)
    frame = control.frame(window)
    assert full.maximised
    assert (frame.width, frame.height) == (1280, 800)
    control.minimise(window)
    assert managed.window(managed.entry).minimised
    control.restore(window)
    assert managed.window(managed.entry).maximised
    assert not managed.window(managed.entry).minimised
    control.restore(window)
    assert managed.window(managed.entry) == before
    control.restore(window)
    assert managed.window(managed.entry) == before


def test_a_minimised_window_can_be_activated_and_maximised(managed: Desk) -> None:
    for act in (managed.control.activate, managed.control.maximise):
        managed.control.minimise(managed.entry.window)
        act(managed.entry.window)
        window = managed.window(managed.entry)
        assert (window.minimised, window.active) == (False, True)


def test_a_maximised_window_has_its_old_size_before_it_moves(managed: Desk) -> None:
    before = managed.window(managed.entry).region
    managed.control.maximise(managed.entry.window)
    managed.control.move(managed.entry.window, 60, 70)
    window = managed.window(managed.entry)
    assert (window.region.width, window.region.height) == (before.width, before.height)
    assert not window.maximised


def test_a_closed_window_is_gone_and_nothing_can_be_done_to_it(managed: Desk) -> None:
    control, window = managed.control, managed.entry.window
    control.close_window(window)
    assert window not in {each.id for each in control.windows()}
    for act in (
        control.activate,
        control.minimise,
        control.maximise,
        control.restore,
        control.close_window,
        lambda gone: control.move(gone, 1, 1),
        lambda gone: control.resize(gone, 100, 100),
        control.frame,
    ):
        with pytest.raises(ToolError, match="has closed meanwhile") as error:
            act(window)
        assert error.value.failure is Failure.FAILED


STUBBORN = """
import sys, tkinter
root = tkinter.Tk()
root.title("stubborn")
def asks():
    question = tkinter.Toplevel(root)
    question.title("save first?")
root.protocol("WM_DELETE_WINDOW", asks)
root.mainloop()
"""


def test_a_window_that_asks_before_it_closes_is_no_success(managed: Desk) -> None:
    with subprocess.Popen(
        ["/usr/bin/python3", "-c", STUBBORN], env={"DISPLAY": managed.display, "PATH": "/usr/bin"}
    ) as program:
        try:
            control = managed.control

            def stubborn() -> list[int]:
                return [each.id for each in control.windows() if each.title == "stubborn"]

            assert control.wait_for(lambda: bool(stubborn()), 20)
            with pytest.raises(ToolError, match="'save first\\?'") as error:
                control.close_window(stubborn()[0])
            assert error.value.failure is Failure.FAILED
        finally:
            program.kill()


def test_what_is_under_a_place(managed: Desk) -> None:
    control = managed.control
    under = control.under(*managed.terminal.center)
    assert under is not None
    assert (under.id, under.title) == (managed.terminal.window, "xterm target")
    assert under.pid == managed.window(managed.terminal).pid
    assert control.under(1270, 790) is None


def test_core_x_does_what_it_can_without_a_window_manager(bare: Desk) -> None:
    control, window = bare.control, bare.terminal.window
    control.activate(window)
    assert bare.window(bare.terminal).active
    assert control.windows()[0].id == window
    control.move(window, 33, 44)
    control.resize(window, 400, 200)
    # X itself draws a border of one pixel around it.
    assert bare.window(bare.terminal).region == Region(34, 45, 400, 200)
    assert control.frame(window) == Region(33, 44, 402, 202)
    for act in (control.minimise, control.maximise, control.restore):
        with pytest.raises(ToolError, match="no window manager") as error:
            act(window)
        assert error.value.failure is Failure.UNAVAILABLE
    under = control.under(50, 60)
    assert under is not None
    assert under.id == window
    control.close_window(bare.entry.window)
    assert [each.id for each in control.windows()] == [window]


def test_a_window_manager_that_died_is_not_counted_on(tmp_path: Path) -> None:
    with x_server_of_its_own() as display, tk_entry(display, tmp_path) as entry:
        control = X11WindowControl(display)
        with window_manager(display, tmp_path):
            wait_until(lambda: bool(control.windows()), "the window is managed")
            control.maximise(entry.window)
        wait_until(lambda: control.windows() != (), "the window is listed without it")
        with pytest.raises(ToolError, match="no window manager"):
            control.minimise(entry.window)
        control.close()


def test_a_lost_server_is_told_and_connected_to_again() -> None:
    with running_x_server() as (display, server):
        control = X11WindowControl(display)
        assert control.windows() == ()
        server.kill()
        server.wait()
        with pytest.raises(ToolError) as error:
            control.windows()
        assert error.value.failure is Failure.NO_SESSION
    with running_x_server(at=display):
        assert control.windows() == ()
        assert control.displays()[0].width == 1280
        control.close()
        control.close()
