"""List, start and open what is installed."""

import re
import shutil
from pathlib import Path

from ..applications import Application, installed, matching
from ..applications.exec_line import command_of
from ..applications.roles import of_role
from ..catalog.applications import (
    ApplicationEntry,
    ApplicationsResult,
    LaunchArguments,
    LaunchResult,
    ListApplicationsArguments,
    OpenArguments,
    OpenResult,
)
from ..errors import Failure, ToolError
from .bench import Bench
from .launching import launch
from .windows import entry

# Programs that give a target to the program that the desktop has for it, the best first.
OPENERS = (("xdg-open",), ("gio", "open"))
TERMINALS = (("x-terminal-emulator", "-e"), ("xterm", "-e"))
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")


def list_applications(arguments: ListApplicationsArguments, _: Bench) -> ApplicationsResult:
    """Applications that menus show."""
    name, category = (arguments.name or "").casefold(), arguments.category
    found = [
        each
        for each in installed()
        if each.shown
        and any(name in word.casefold() for word in (each.name, each.id))
        and (category is None or category in each.categories)
    ]
    found.sort(key=lambda each: (each.name.casefold(), each.id))
    return ApplicationsResult(applications=tuple(_entry(each) for each in found))


def launch_application(arguments: LaunchArguments, bench: Bench) -> LaunchResult:
    """Start an application and wait for its window."""
    application = _meant(arguments.application)
    command = _command(application)
    stem = application.id.removesuffix(".desktop")
    classes = (application.wm_class, stem, stem.rpartition(".")[2], Path(command[0]).name)
    launched = launch(
        _in_terminal(command) if application.terminal else command,
        bench,
        folder=application.folder,
        classes=classes,
        wait_s=arguments.wait_s,
    )
    return LaunchResult(
        application_id=application.id,
        pid=launched.pid,
        exit_code=launched.exit_code,
        window=None if launched.window is None else entry(launched.window),
    )


def open(arguments: OpenArguments, bench: Bench) -> OpenResult:  # noqa: A001 -- the tool's name
    """Open a file or an address with the desktop's program for it."""
    target = _target(arguments.target)
    opener = next((each for each in OPENERS if shutil.which(each[0])), None)
    if opener is None:
        raise ToolError(
            Failure.UNAVAILABLE, "neither xdg-open nor gio is installed; install xdg-utils"
        )
    launched = launch((*opener, target), bench, wait_s=arguments.wait_s)
    return OpenResult(
        opener=opener[0],
        pid=launched.pid,
        exit_code=launched.exit_code,
        window=None if launched.window is None else entry(launched.window),
    )


def _entry(application: Application) -> ApplicationEntry:
    return ApplicationEntry(
        application_id=application.id,
        name=application.name,
        categories=application.categories,
        comment=application.comment,
    )


def _meant(name: str) -> Application:
    """The application of that name. An error tells of no other: the list may be private."""
    applications = installed()
    fitting = matching(name, applications)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        ids = ", ".join(each.id for each in fitting)
        raise ToolError(Failure.BAD_ARGUMENTS, f"several applications are called that: {ids}")
    if (usual := of_role(name, applications)) is not None:
        return usual
    raise ToolError(
        Failure.BAD_ARGUMENTS,
        f"no application here is called {name!r}; list_applications tells what there is, where "
        "the owner's policy lets it",
    )


def _command(application: Application) -> tuple[str, ...]:
    try:
        return command_of(application)
    except ValueError as error:
        detail = f"the entry {application.file} cannot be used: {error}"
        raise ToolError(Failure.UNAVAILABLE, detail) from error


def _in_terminal(command: tuple[str, ...]) -> tuple[str, ...]:
    terminal = next((each for each in TERMINALS if shutil.which(each[0])), None)
    if terminal is None:
        raise ToolError(
            Failure.UNAVAILABLE, "this application needs a terminal, and no terminal is installed"
        )
    return (*terminal, *command)


def _target(target: str) -> str:
    if ADDRESS.fullmatch(target):
        return target
    path = Path(target).expanduser()
    if not path.is_absolute():
        raise ToolError(
            Failure.BAD_ARGUMENTS,
            "open: argument target is neither an absolute path nor an address with a scheme, such "
            "as https://",
        )
    if not path.exists():
        raise ToolError(Failure.BAD_ARGUMENTS, f"open: argument target: {path} does not exist")
    return str(path)
