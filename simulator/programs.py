"""How a simulated machine answers the tools that start what is installed."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from device_agent.catalog import ToolResult
from device_agent.catalog.applications import (
    ApplicationEntry,
    ApplicationsResult,
    LaunchArguments,
    LaunchResult,
    ListApplicationsArguments,
    OpenArguments,
    OpenResult,
)
from device_agent.errors import Failure, ToolError

from .machine import Machine
from .windowing import entry

OPENER = "xdg-open"
CATEGORY = "Utility"


def _applications(machine: Machine) -> dict[str, str]:
    """Id and name of what is installed: what has windows at first, and what every machine has."""
    programs = {app.removesuffix(".exe") for _, app in machine.profile.windows}
    names = sorted({*programs, "calculator"})
    return {f"{name}.desktop": name.capitalize() for name in names}


def _list_applications(arguments: ListApplicationsArguments, machine: Machine) -> ToolResult:
    wanted = (arguments.name or "").casefold()
    found = tuple(
        ApplicationEntry(
            application_id=application_id, name=name, categories=(CATEGORY,), comment=""
        )
        for application_id, name in _applications(machine).items()
        if wanted in name.casefold() and arguments.category in {None, CATEGORY}
    )
    return ApplicationsResult(applications=found)


def _launch_application(arguments: LaunchArguments, machine: Machine) -> ToolResult:
    screen, wanted = machine.screen, arguments.application.casefold().removesuffix(".desktop")
    for application_id, name in _applications(machine).items():
        if wanted == name.casefold():
            window = screen.open(name, name.lower())
            return LaunchResult(
                application_id=application_id,
                pid=window.pid,
                exit_code=None,
                window=entry(window, screen),
            )
    detail = f"no application here is called {arguments.application!r}"
    raise ToolError(Failure.BAD_ARGUMENTS, detail)


def _open(arguments: OpenArguments, machine: Machine) -> ToolResult:
    screen = machine.screen
    window = screen.open(PurePosixPath(arguments.target).name or arguments.target, "viewer")
    return OpenResult(opener=OPENER, pid=window.pid + 1, exit_code=0, window=entry(window, screen))


RESULTS: Mapping[str, Callable[[Any, Machine], ToolResult]] = {
    "list_applications": _list_applications,
    "launch_application": _launch_application,
    "open": _open,
}
"""What each tool gives; none takes longer than the machine's pace."""
