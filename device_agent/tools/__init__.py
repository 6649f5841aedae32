"""
How tools are done, one file per family; only ``worker.process`` imports them.

A tool is a function of the tool's name in its family's file: it takes the checked arguments and a
:class:`~.bench.Bench`, and gives the result that the catalog names. It may block; whoever calls
keeps the deadline. What cannot be done is a :exc:`~..errors.ToolError`. A family is imported when
one of its tools is first called, so that no call pays for libraries it does not need.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from types import MappingProxyType
from typing import Any, TypeAlias

from ..catalog import ToolResult
from .bench import Bench

Run: TypeAlias = Callable[[Any, Bench], ToolResult]


class Lane(Enum):
    """Which thread a tool runs in."""

    SCREEN = "screen"
    """The one thread that keeps the screen open."""
    INPUT = "input"
    """The one thread that keeps the inputs open; calls run in order."""
    OWN = "own"
    """A thread of its own, beside everything else."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a tool is done."""

    family: str
    lane: Lane


BROKERS_OWN = frozenset({"list_tools"})
"""Answered by the broker, without a worker."""


def _family(family: str, lane: Lane, *names: str) -> dict[str, Entry]:
    return dict.fromkeys(names, Entry(family, lane))


ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {
        **_family("screen", Lane.SCREEN, "screenshot", "zoom", "screen_size"),
        **_family("screen", Lane.SCREEN, "list_displays"),
        **_family("watching", Lane.OWN, "wait_for_screen"),
        **_family("reading", Lane.OWN, "find_text"),
        **_family("windows", Lane.SCREEN, "list_windows"),
        **_family("windows", Lane.INPUT, "activate_window", "move_window", "resize_window"),
        **_family("windows", Lane.INPUT, "minimise_window", "maximise_window", "restore_window"),
        **_family("windows", Lane.INPUT, "close_window"),
        **_family("elements", Lane.OWN, "get_ui_tree", "find_elements", "get_element_text"),
        **_family("elements", Lane.INPUT, "click_element", "set_element_text"),
        **_family("elements", Lane.INPUT, "perform_action", "set_value"),
        **_family("applications", Lane.OWN, "list_applications"),
        **_family("applications", Lane.INPUT, "launch_application", "open"),
        **_family("pointer", Lane.INPUT, "mouse_move", "mouse_click", "mouse_down", "mouse_up"),
        **_family("pointer", Lane.INPUT, "mouse_drag", "mouse_scroll", "cursor_position"),
        **_family("keyboard", Lane.INPUT, "type_text", "press_keys", "hold_keys"),
        **_family("keyboard", Lane.INPUT, "key_down", "key_up"),
        **_family("files", Lane.OWN, "list_files", "stat_file", "read_file"),
        **_family("file_changes", Lane.OWN, "write_file", "make_directory", "delete_file"),
        **_family("file_changes", Lane.OWN, "move_file", "copy_file"),
        **_family("processes", Lane.OWN, "list_processes", "end_process"),
        **_family("clipboard", Lane.OWN, "get_clipboard", "set_clipboard"),
        **_family("recording", Lane.OWN, "start_recording", "stop_recording"),
        **_family("recording", Lane.OWN, "list_recordings", "export_recording"),
        **_family("recording", Lane.OWN, "delete_recording"),
        **_family("shell", Lane.OWN, "shell"),
        **_family("terminal", Lane.OWN, "open_terminal", "write_terminal", "read_terminal"),
        **_family("terminal", Lane.OWN, "resize_terminal", "close_terminal", "list_terminals"),
        **_family("system", Lane.OWN, "system_info", "wait"),
    }
)


def load(name: str) -> Run:
    """The function of a tool in :data:`ENTRIES`; imports its family if it is the first call."""
    family = import_module(f".{ENTRIES[name].family}", __name__)
    run: Run = getattr(family, name)
    return run
