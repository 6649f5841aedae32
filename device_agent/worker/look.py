"""Looking at the desktop: what its displays are, or what is in the way."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from ..errors import Failure, ToolError
from ..screen import Display
from .frames import Desktop

WITH_ALL = ("screen", "windows", "input", "shell")
WITHOUT_SCREEN = ("shell",)


def look(displays: Callable[[], Sequence[Display]]) -> Desktop:
    """What the broker is told of a desktop whose screen answers with *displays*. Never raises."""
    try:
        found = displays()
    except ToolError as error:
        return Desktop(error.failure.value, error.detail, (), WITHOUT_SCREEN)
    except Exception as error:  # noqa: BLE001 -- the wall between a backend's bug and the worker
        detail = f"{type(error).__name__}: {error}"
        return Desktop(Failure.FAILED.value, detail, (), WITHOUT_SCREEN)
    return Desktop("active", "", tuple(asdict(each) for each in found), WITH_ALL)
