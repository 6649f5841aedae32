"""What people call a kind of program: "notepad" is whatever edits texts here."""

from collections.abc import Mapping, Sequence

from .entries import Application

ROLES: Mapping[str, str] = {
    "notepad": "TextEditor",
    "text editor": "TextEditor",
    "editor": "TextEditor",
    "terminal": "TerminalEmulator",
    "console": "TerminalEmulator",
    "command prompt": "TerminalEmulator",
    "cmd": "TerminalEmulator",
    "browser": "WebBrowser",
    "web browser": "WebBrowser",
    "file manager": "FileManager",
    "explorer": "FileManager",
    "file explorer": "FileManager",
    "calculator": "Calculator",
    "calc": "Calculator",
}
"""From a kind, in lower case, to the desktop entry category that means it."""


def of_role(name: str, applications: Sequence[Application]) -> Application | None:
    """
    The first application of the kind that *name* is, in the order of their ids; None without one.

    One with a window of its own goes before one that needs a terminal around it.
    """
    category = ROLES.get(" ".join(name.casefold().split()))
    fitting = [each for each in applications if category in each.categories and each.shown]
    return min(fitting, key=lambda each: (each.terminal, each.id), default=None)
