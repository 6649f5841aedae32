"""What a command is started with: its shell, its directory, its environment."""

import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..catalog.grant import Grant
from ..errors import Failure, ToolError
from ..processes import Mark

# What a listed program gets of the agent's environment: nothing by which programs load or run
# other things.
PLAIN_VARIABLES = frozenset(
    {
        *("HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TERM", "DISPLAY", "XAUTHORITY"),
        *("WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),
        *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "USERPROFILE", "USERNAME", "APPDATA"),
        *("LOCALAPPDATA", "PROGRAMDATA", "TEMP", "TMP"),
    }
)
PLAIN_PREFIX = "LC_"
PLAIN_PATH = "/usr/local/bin:/usr/bin:/bin"


@cache
def system_shell() -> str:
    """What people and models write commands for: bash, where it is installed."""
    return next((path for path in ("/bin/bash", "/usr/bin/bash") if Path(path).exists()), "/bin/sh")


def environment(extra: Mapping[str, str], mark: Mark, grant: Grant) -> Mapping[str, str]:
    """The agent's environment with *extra* on top; of a listed program, the plain part of it."""
    ours: Mapping[str, str] = os.environ
    if grant.listed:
        ours = {name: value for name, value in ours.items() if _is_plain(name)}
        if sys.platform != "win32":
            ours = {**ours, "PATH": PLAIN_PATH}
    return {**ours, **extra, mark.variable: mark.value}


def directory(cwd: str | None, grant: Grant, tool: str) -> Path | None:
    """
    Where a command runs; None for where the agent does.

    Raises:
        ToolError: ``bad_arguments`` where there is no such directory; ``denied`` where a listed
            program would run outside the roots.

    """
    if not grant.listed:
        path = None if cwd is None else Path(cwd)
        if path is not None and not path.is_dir():
            raise _no_directory(path, tool)
        return path
    roots = [Path(root).expanduser().resolve() for root in grant.roots]
    if cwd is None:
        return next((root for root in roots if root.is_dir()), Path("/"))
    path = Path(cwd).expanduser().resolve()
    closed = any(path.is_relative_to(Path(own).resolve()) for own in grant.closed)
    if closed or not any(path.is_relative_to(root) for root in roots):
        detail = f"policy: {tool}: the directory is outside the allowed ones (rule `files.roots`)"
        raise ToolError(Failure.DENIED, detail)
    if not path.is_dir():
        raise _no_directory(path, tool)
    return path


def _no_directory(path: Path, tool: str) -> ToolError:
    detail = f"{tool}: argument cwd: {path} is no directory here"
    return ToolError(Failure.BAD_ARGUMENTS, detail)


def _is_plain(name: str) -> bool:
    return name.upper() in PLAIN_VARIABLES or name.startswith(PLAIN_PREFIX)
