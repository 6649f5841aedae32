"""What this machine can do, found by looking: a word for each thing that is there."""

import importlib.util
import os
import shutil
import sys

from .desktop_state import DesktopSession, DesktopState

BROWSERS = ("firefox", "chromium", "chromium-browser", "google-chrome", "microsoft-edge")
OFFICES = ("libreoffice", "soffice")
WINDOWS_SHELL = "cmd.exe"
SHELL = "/bin/sh"


def capabilities(desktop: DesktopSession) -> tuple[str, ...]:
    """
    Words for what is there, in a fixed order.

    ``gui`` a desktop that takes input · ``screenshot`` it can be captured · ``cli`` a shell ·
    ``file_system`` always · ``browser`` and ``office`` a program of that kind on PATH ·
    ``virtual_display`` Xvfb · ``ocr`` text on that desktop can be read, by tesseract. What the
    owner's policy allows is another question.
    """
    usable = desktop.state is DesktopState.ACTIVE
    looked = {
        "gui": usable,
        "screenshot": usable and importlib.util.find_spec("mss") is not None,
        "cli": _has_shell(),
        "file_system": True,
        "browser": _any_on_path(BROWSERS),
        "office": _any_on_path(OFFICES),
        "virtual_display": _any_on_path(("Xvfb",)),
        "ocr": usable and _any_on_path(("tesseract",)),
    }
    return tuple(name for name, there in looked.items() if there)


def _has_shell() -> bool:
    if sys.platform == "win32":
        return _any_on_path((WINDOWS_SHELL,))
    return os.access(SHELL, os.X_OK)


def _any_on_path(programs: tuple[str, ...]) -> bool:
    return any(shutil.which(program) for program in programs)
