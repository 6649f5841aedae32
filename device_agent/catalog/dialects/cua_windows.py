"""cua's commands about windows."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field

from ...errors import Failure, ToolError
from ..screen import NoArguments
from ..tool import Arguments, Tool
from ..windows import (
    ACTIVATE_WINDOW,
    CLOSE_WINDOW,
    LIST_WINDOWS,
    MAXIMISE_WINDOW,
    MINIMISE_WINDOW,
    MOVE_WINDOW,
    RESIZE_WINDOW,
    MoveWindowArguments,
    ResizeWindowArguments,
    WindowArguments,
)
from .cua_wire import SPEAKER, name, success
from .foreign import Foreign
from .memory import Json, Memory
from .translated import Answer, OurCall, Program


class OneWindow(Arguments):
    """Which window."""

    window_id: int | str = Field(description="As another command told it.")

    @property
    def number(self) -> int:
        """The window's number, also where it came as a text such as "0x1400003"."""
        if isinstance(self.window_id, int):
            return self.window_id
        try:
            return int(self.window_id, 0)
        except ValueError:
            detail = "argument window_id: it is no number"
            raise ToolError(Failure.BAD_ARGUMENTS, detail) from None


class Sized(OneWindow):
    """Which window, and how large."""

    width: int = Field(description="Screen pixels.")
    height: int = Field(description="Screen pixels.")


class Placed(OneWindow):
    """Which window, and where to."""

    x: int = Field(description="Screen pixels.")
    y: int = Field(description="Screen pixels.")


class OfApplication(Arguments):
    """Whose windows."""

    app: str = Field(min_length=1, description="A part of the title or of the application's name.")


def _looking(
    foreign: str,
    summary: str,
    takes: type[Arguments],
    shape: Callable[[Any, list[dict[str, Any]]], Json],
) -> Foreign:
    def program(taken: Arguments, _: Memory) -> Program:
        listed = yield OurCall(LIST_WINDOWS, NoArguments())
        return Answer(shape(taken, listed["windows"]))

    return Foreign(foreign, summary, takes, (LIST_WINDOWS,), program, SPEAKER)


def _active(_: NoArguments, windows: list[dict[str, Any]]) -> Json:
    for window in windows:
        if window["active"]:
            return success(window_id=window["window_id"])
    raise ToolError(Failure.FAILED, "no window is active")


def _of_application(taken: OfApplication, windows: list[dict[str, Any]]) -> Json:
    wanted = taken.app.casefold()
    found = [
        window["window_id"]
        for window in windows
        if wanted in window["title"].casefold() or wanted in window["app"].casefold()
    ]
    return success(windows=found)


def _one(taken: OneWindow, windows: list[dict[str, Any]]) -> dict[str, Any]:
    for window in windows:
        if window["window_id"] == taken.number:
            return window
    raise ToolError(Failure.FAILED, f"there is no window {taken.number}")


def _title(taken: OneWindow, windows: list[dict[str, Any]]) -> Json:
    return success(name=_one(taken, windows)["title"])


def _size(taken: OneWindow, windows: list[dict[str, Any]]) -> Json:
    region = _one(taken, windows)["region"]
    return success(width=region["width"], height=region["height"])


def _position(taken: OneWindow, windows: list[dict[str, Any]]) -> Json:
    region = _one(taken, windows)["region"]
    return success(x=region["x"], y=region["y"])


def _resized(taken: Sized) -> Arguments:
    size = {"width": taken.width, "height": taken.height}
    return ResizeWindowArguments.model_validate({"window_id": taken.number, **size})


def _moved(taken: Placed) -> Arguments:
    place = {"x": taken.x, "y": taken.y}
    return MoveWindowArguments.model_validate({"window_id": taken.number, **place})


def _acting(foreign: str, summary: str, tool: Tool) -> Foreign:
    return name(
        foreign, summary, OneWindow, tool, lambda taken: WindowArguments(window_id=taken.number)
    )


_NAMES = (
    _looking("get_current_window_id", "Tell which window is active.", NoArguments, _active),
    _looking(
        "get_application_windows",
        "Tell which windows an application has.",
        OfApplication,
        _of_application,
    ),
    _looking("get_window_name", "Tell a window's title.", OneWindow, _title),
    _looking("get_window_size", "Tell how large a window is.", OneWindow, _size),
    _looking("get_window_position", "Tell where a window is.", OneWindow, _position),
    name("set_window_size", "Give a window another size.", Sized, RESIZE_WINDOW, _resized),
    name("set_window_position", "Move a window.", Placed, MOVE_WINDOW, _moved),
    _acting("maximize_window", "Let a window fill its display.", MAXIMISE_WINDOW),
    _acting("minimize_window", "Hide a window behind its icon.", MINIMISE_WINDOW),
    _acting("activate_window", "Bring a window to the front.", ACTIVATE_WINDOW),
    _acting("close_window", "Close a window.", CLOSE_WINDOW),
)

NAMES: Mapping[str, Foreign] = {each.name: each for each in _NAMES}
