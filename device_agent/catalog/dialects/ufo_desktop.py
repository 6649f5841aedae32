"""What UFO's HostAgent calls: the desktop, its windows, and commands."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import Field

from ...errors import Failure, ToolError
from ..applications import LAUNCH_APPLICATION, LaunchArguments
from ..screen import (
    LIST_DISPLAYS,
    SCREENSHOT,
    NoArguments,
    ScreenshotArguments,
)
from ..shell import SHELL, ShellArguments
from ..tool import Arguments
from ..windows import ACTIVATE_WINDOW, LIST_WINDOWS, WindowArguments
from .foreign import Foreign, Speaker
from .images import data_url
from .memory import Json, Memory, Window
from .translated import Answer, OurCall, Program
from .ufo_wire import BOTH, HOST_ONLY, Offer, window_of

HOST = Speaker("HostUIExecutor")
COLLECTOR = Speaker("UICollector")
COMMANDS = Speaker("CommandLineExecutor")
START_S = 20.0
WINDOW_S = 5.0


class Screens(Arguments):
    """How much of the desktop."""

    all_screens: bool = Field(default=True, description="Else the primary one alone.")


class Refreshed(Arguments):
    """Which windows."""

    remove_empty: bool = Field(default=True, description="Leave out those without a title.")
    refresh_app_windows: bool = Field(default=True, description="Else as they were told last.")


class OneOf(Arguments):
    """Which of what was listed."""

    id: str = Field(description="As the list has it.")
    name: str = Field(description="As the list has it.")


class Shell(Arguments):
    """What to start."""

    bash_command: str = Field(min_length=1, description="A program with its arguments.")


def _desktop(taken: Screens, _: Memory) -> Program:
    display = None
    if not taken.all_screens:
        listed = yield OurCall(LIST_DISPLAYS, NoArguments())
        display = listed["displays"][0]["name"] if listed["displays"] else None
    result = yield OurCall(SCREENSHOT, ScreenshotArguments(display=display))
    return Answer(data_url(result))


def _listed(taken: Refreshed, memory: Memory) -> Generator[OurCall, Json, tuple[Window, ...]]:
    if memory.windows and not taken.refresh_app_windows:
        return memory.windows
    listed = yield OurCall(LIST_WINDOWS, NoArguments())
    return _numbered(listed["windows"], everything=not taken.remove_empty)


def _numbered(entries: list[Mapping[str, Any]], *, everything: bool) -> tuple[Window, ...]:
    kept = [entry for entry in entries if everything or entry["title"]]
    return tuple(window_of(entry, str(number)) for number, entry in enumerate(kept, 1))


def _told(window: Window) -> dict[str, Any]:
    return {"id": window.label, "name": window.title, "type": "Window", "kind": "window"}


def _app_info(taken: Refreshed, memory: Memory) -> Program:
    windows = yield from _listed(taken, memory)
    return Answer([_told(each) for each in windows], replace(memory, windows=windows))


def _target_info(taken: Refreshed, memory: Memory) -> Program:
    windows = yield from _listed(taken, memory)
    told = [{**_told(each), "rect": list(each.rect)} for each in windows]
    return Answer(told, replace(memory, windows=windows))


def _select(taken: OneOf, memory: Memory) -> Program:
    windows = memory.windows
    if not windows:
        windows = yield from _listed(Refreshed(), memory)
    window = _chosen(taken, windows)
    raised = yield OurCall(ACTIVATE_WINDOW, WindowArguments(window_id=window.window_id))
    entry = raised["window"]
    now = window_of(entry, window.label)
    told = {"root_name": now.app, "window_info": _window_info(entry)}
    remembered = replace(memory, windows=windows, selected=now, viewed=now, controls=())
    return Answer(told, remembered)


def _chosen(taken: OneOf, windows: tuple[Window, ...]) -> Window:
    for window in windows:
        if window.label == taken.id:
            return window
    named = [window for window in windows if window.title == taken.name]
    if len(named) == 1:
        return named[0]
    known = ", ".join(f"{window.label} {window.title!r}" for window in windows[:20])
    detail = f"select_application_window: there is no window {taken.id!r}; there are: {known}"
    raise ToolError(Failure.BAD_ARGUMENTS, detail)


def _window_info(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": entry["title"],
        "class_name": entry["app"],
        "process_id": entry.get("pid"),
        "is_active": entry["active"],
        "is_minimized": entry["minimised"],
        "is_maximized": entry.get("maximised", False),
        "rectangle": dict(entry["region"]),
    }


def _run_shell(taken: Shell, _: Memory) -> Program:
    command = taken.bash_command.strip().rstrip("&").rstrip()
    if len(command.split()) == 1:
        try:
            yield OurCall(LAUNCH_APPLICATION, LaunchArguments(application=command, wait_s=WINDOW_S))
        except ToolError as error:
            if error.failure is not Failure.BAD_ARGUMENTS:
                raise
        else:
            return Answer(None)
    # No application of the menu. What it starts lives on, and UFO looks for its window.
    arguments = ShellArguments(command=f"{command} &", timeout_s=START_S)
    result = yield OurCall(SHELL, arguments)
    if result["exit_code"] != 0:
        raise ToolError(Failure.FAILED, f"run_shell: {result['stderr'].strip()[:500]}")
    return Answer(None)


OFFERS = (
    Offer(
        Foreign(
            "select_application_window",
            "Select a window to work in, and bring it to the front.",
            OneOf,
            (ACTIVATE_WINDOW, LIST_WINDOWS),
            _select,
            HOST,
        ),
        "action",
        HOST_ONLY,
    ),
    Offer(
        Foreign(
            "run_shell",
            "Start a program.",
            Shell,
            (LAUNCH_APPLICATION, SHELL),
            _run_shell,
            COMMANDS,
        ),
        "action",
        BOTH,
    ),
    Offer(
        Foreign(
            "capture_desktop_screenshot",
            "Show the desktop.",
            Screens,
            (SCREENSHOT, LIST_DISPLAYS),
            _desktop,
            COLLECTOR,
        ),
        "data_collection",
        BOTH,
    ),
    Offer(
        Foreign(
            "get_desktop_app_info",
            "List the windows on the desktop.",
            Refreshed,
            (LIST_WINDOWS,),
            _app_info,
            COLLECTOR,
        ),
        "data_collection",
        BOTH,
    ),
    Offer(
        Foreign(
            "get_desktop_app_target_info",
            "List the windows on the desktop, with their places.",
            Refreshed,
            (LIST_WINDOWS,),
            _target_info,
            COLLECTOR,
        ),
        "data_collection",
        BOTH,
    ),
)
