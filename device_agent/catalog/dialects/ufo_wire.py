"""How UFO's Windows agents know windows, and what they are offered."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from ...errors import Failure, ToolError
from ..screen import NoArguments
from ..windows import ACTIVATE_WINDOW, LIST_WINDOWS, WindowArguments
from .foreign import Foreign
from .memory import Json, Memory, Rect, Window
from .translated import OurCall

Kind: TypeAlias = Literal["action", "data_collection"]
Looked: TypeAlias = Generator[OurCall, Json, Window]
"""A part of a program that finds a window."""

SOURCE = "uia"
"""UFO's word for "from the accessibility tree"."""


@dataclass(frozen=True, slots=True)
class Offer:
    """
    A name as list_tools shows it.

    Attributes:
        kind: A tool that a model chooses, or one that UFO itself asks.
        agents: Whose it is.

    """

    name: Foreign
    kind: Kind
    agents: frozenset[str]


HOST_ONLY, APP_ONLY = frozenset({"HostAgent"}), frozenset({"AppAgent"})
BOTH = HOST_ONLY | APP_ONLY


def rect_of(region: Mapping[str, int]) -> Rect:
    """Edges of a rectangle that is given by its size."""
    left, top = region["x"], region["y"]
    return left, top, left + region["width"], top + region["height"]


def window_of(entry: Mapping[str, Any], label: str) -> Window:
    """A window of our list, as the peer is told of it."""
    return Window(
        label,
        entry["window_id"],
        entry["title"],
        entry["app"],
        entry.get("pid"),
        rect_of(entry["region"]),
    )


def selected_of(memory: Memory) -> Window:
    """
    The window that the peer has chosen.

    Raises:
        ToolError: ``bad_arguments``: it has chosen none.

    """
    if memory.selected is None:
        detail = "no window is selected; call select_application_window first"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)
    return memory.selected


def looked_at(memory: Memory) -> Looked:
    """
    The window to show: the selected one, or the dialogue that its program has put before it.

    Raises:
        ToolError: None is selected, or it has gone.

    """
    selected = selected_of(memory)
    listed = yield OurCall(LIST_WINDOWS, NoArguments())
    for entry in listed["windows"]:
        same_program = selected.pid is not None and entry.get("pid") == selected.pid
        if entry["active"] and same_program:
            return window_of(entry, selected.label)
    return _again(selected, listed["windows"])


def in_front(memory: Memory) -> Looked:
    """
    The window that the peer was shown last, in front and with the keyboard.

    Raises:
        ToolError: None is selected, it has gone, or it will not come to the front.

    """
    wanted = memory.viewed or selected_of(memory)
    listed = yield OurCall(LIST_WINDOWS, NoArguments())
    window = _again(wanted, listed["windows"])
    active = any(
        entry["active"] and entry["window_id"] == window.window_id for entry in listed["windows"]
    )
    if not active:
        # Only then: a window manager that is asked for nothing new may still close an open menu.
        yield OurCall(ACTIVATE_WINDOW, WindowArguments(window_id=window.window_id))
    return window


def _again(window: Window, entries: list[Mapping[str, Any]]) -> Window:
    for entry in entries:
        if entry["window_id"] == window.window_id:
            return window_of(entry, window.label)
    raise ToolError(
        Failure.FAILED,
        f"the window {window.title!r} has gone; look at the desktop and select another",
    )


FRONT_TOOLS = (LIST_WINDOWS, ACTIVATE_WINDOW)
"""What :func:`in_front` may call."""
