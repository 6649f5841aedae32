import pytest

from device_agent.errors import Failure, ToolError
from tests.simulator.support import machine
from tests.simulator.test_body import call


def test_what_is_listed_can_be_started() -> None:
    desk = machine("windows-office")
    listed = call(desk, "list_applications").applications
    assert [each.name for each in listed] == ["Calculator", "Notepad", "Outlook"]
    assert call(desk, "list_applications", name="note").applications == listed[1:2]
    assert call(desk, "list_applications", category="Game").applications == ()
    launched = call(desk, "launch_application", application="NOTEPAD")
    assert launched.application_id == listed[1].application_id
    assert call(desk, "list_windows").windows[0] == launched.window
    assert launched.window.active


def test_what_is_not_installed_cannot_be_started() -> None:
    with pytest.raises(ToolError) as error:
        call(machine(), "launch_application", application="emacs")
    assert error.value.failure is Failure.BAD_ARGUMENTS


def test_what_is_opened_shows_in_a_window() -> None:
    desk = machine()
    assert call(desk, "open", target="/home/user/notes.txt").window.title == "notes.txt"
    assert desk.screen.shows("notes.txt")
