"""cua's commands about programs and the clipboard."""

import shlex
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, Strict

from ...errors import Failure, ToolError
from ..applications import LAUNCH_APPLICATION, OPEN, LaunchArguments, OpenArguments
from ..clipboard import (
    GET_CLIPBOARD,
    SET_CLIPBOARD,
    GetClipboardArguments,
    SetClipboardArguments,
)
from ..screen import NoArguments
from ..shell import SHELL, ShellArguments
from ..system import SYSTEM_INFO
from ..tool import Arguments
from .cua_wire import SPEAKER, name, success
from .foreign import Foreign
from .memory import Json, Memory
from .translated import Answer, OurCall, Program

START_S = 20.0


class Launched(Arguments):
    """Which program."""

    app: str = Field(min_length=1, description="A program, or its name in the menu.")
    args: Annotated[tuple[str, ...], Strict(strict=False)] | None = Field(
        default=None, description="What it is given."
    )


class Target(Arguments):
    """What to open."""

    target: str = Field(min_length=1, description="A path or an address.")


class Text(Arguments):
    """What to copy."""

    text: str


class AtPath(Arguments):
    """Which file."""

    path: str


class _Anything(Arguments, extra="allow"):
    """Whatever it is given."""


def _launch(taken: Launched, _: Memory) -> Program:
    words = (taken.app, *taken.args) if taken.args else tuple(shlex.split(taken.app))
    if len(words) == 1:
        arguments = LaunchArguments(application=words[0], wait_s=0.0)
        try:
            value = yield OurCall(LAUNCH_APPLICATION, arguments)
        except ToolError as error:
            if error.failure is not Failure.BAD_ARGUMENTS:
                raise
        else:
            return Answer(success(pid=value["pid"]))
    # No application of the menu: a program with its arguments, which lives on.
    line = f"{shlex.join(words)} >/dev/null 2>&1 & echo $!"
    value = yield OurCall(SHELL, ShellArguments(command=line, timeout_s=START_S))
    return Answer(success(pid=int(value["stdout"])))


def _environment(value: Json) -> Json:
    desktop = value["facts"].get("custom_metadata", {}).get("desktop", {})
    return success(environment=desktop.get("kind") or "unknown")


def _refusing(foreign: str, summary: str, takes: type[Arguments], why: str) -> Foreign:
    def refuse(_: Arguments, __: Memory) -> Program:
        raise ToolError(Failure.UNAVAILABLE, why)
        yield  # What makes it a program.

    return Foreign(foreign, summary, takes, (), refuse, SPEAKER)


_NAMES = (
    name(
        "open",
        "Open a file or an address.",
        Target,
        OPEN,
        lambda taken: OpenArguments(target=taken.target),
    ),
    Foreign("launch", "Start a program.", Launched, (LAUNCH_APPLICATION, SHELL), _launch, SPEAKER),
    name(
        "copy_to_clipboard",
        "Tell what was copied.",
        NoArguments,
        GET_CLIPBOARD,
        lambda _: GetClipboardArguments(format="text"),
        lambda value: success(content=value.get("text") or ""),
    ),
    name(
        "set_clipboard",
        "Copy a text.",
        Text,
        SET_CLIPBOARD,
        lambda taken: SetClipboardArguments(text=taken.text),
    ),
    name(
        "get_desktop_environment",
        "Tell what kind of desktop this is.",
        NoArguments,
        SYSTEM_INFO,
        lambda taken: taken,
        _environment,
    ),
    _refusing(
        "set_wallpaper",
        "Refused: no tool of this device changes the desktop's looks.",
        AtPath,
        "this device has no tool that changes the wallpaper",
    ),
    _refusing(
        "diorama_cmd",
        "Refused: it needs macOS.",
        _Anything,
        "diorama_cmd needs macOS, and this is none",
    ),
)

NAMES: Mapping[str, Foreign] = {each.name: each for each in _NAMES}
