"""Kinds of programs."""

from device_agent.applications.entries import Application
from device_agent.applications.roles import ROLES, of_role


def _application(
    file_id: str, *categories: str, terminal: bool = False, shown: bool = True
) -> Application:
    return Application(
        file_id, file_id, (), file_id, "", categories, "", "", "", "", "", terminal, shown
    )


NANO = _application("a-nano.desktop", "Utility", "TextEditor", terminal=True)
HIDDEN = _application("a-hidden.desktop", "TextEditor", shown=False)
GEDIT = _application("gedit.desktop", "GTK", "TextEditor")
KATE = _application("kate.desktop", "TextEditor")
XTERM = _application("xterm.desktop", "System", "TerminalEmulator")
ALL = (NANO, HIDDEN, KATE, GEDIT, XTERM)


def test_notepad_is_the_editor_that_is_here_and_always_the_same() -> None:
    assert of_role("Notepad", ALL) is GEDIT
    assert of_role("text  EDITOR", tuple(reversed(ALL))) is GEDIT
    assert of_role("notepad", (NANO, HIDDEN)) is NANO
    assert of_role("terminal", ALL) is XTERM


def test_what_is_no_kind_or_is_not_here_is_nothing() -> None:
    assert of_role("gedit", ALL) is None
    assert of_role("browser", ALL) is None
    assert all(name == name.casefold() for name in ROLES)
