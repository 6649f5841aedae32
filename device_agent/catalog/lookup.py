"""Find a tool by its name, and check what a caller gives it."""

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from ..errors import Failure, ToolError
from . import (
    applications,
    clipboard,
    elements,
    file_changes,
    files,
    keyboard,
    pointer,
    processes,
    recording,
    screen,
    shell,
    system,
    terminal,
    watching,
    windows,
)
from .tool import Arguments, Tool

_FAMILIES = (
    screen.FAMILY,
    watching.FAMILY,
    pointer.FAMILY,
    keyboard.FAMILY,
    windows.FAMILY,
    elements.FAMILY,
    applications.FAMILY,
    files.FAMILY,
    file_changes.FAMILY,
    processes.FAMILY,
    clipboard.FAMILY,
    recording.FAMILY,
    shell.FAMILY,
    terminal.FAMILY,
    system.FAMILY,
)

TOOLS: Mapping[str, Tool] = MappingProxyType(
    {tool.name: tool for family in _FAMILIES for tool in family}
)
"""Every tool by its name, in the order in which they are shown."""

MAX_COMPLAINTS = 5


def find(name: str) -> Tool | None:
    """The tool of that name, or None."""
    return TOOLS.get(name)


def nearest(name: str, among: Iterable[str] = TOOLS) -> tuple[str, ...]:
    """Up to three of the names that look most like *name*, the likeliest first."""
    known = list(among)
    plain = {other.lower(): other for other in known}
    alike = difflib.get_close_matches(name.lower(), plain, n=3, cutoff=0.5)
    close = [plain[other] for other in alike]
    parts = [other for other in known if other not in close and _shares_a_word(name, other)]
    return tuple([*close, *parts][:3])


def unknown(name: str, among: Iterable[str] = TOOLS) -> ToolError:
    """The error for a name that no tool has; it names the nearest ones."""
    close = nearest(name, among)
    hint = f"; nearest: {', '.join(close)}" if close else "; list_tools tells what there is"
    return ToolError(Failure.UNKNOWN_TOOL, f"there is no tool called {_shown(name)}{hint}")


def parse(tool: Tool, parameters: Mapping[str, Any] | None) -> Arguments:
    """
    Check what a caller gives to a tool. None counts as no arguments.

    Raises:
        ToolError: ``bad_arguments``; names each wrong argument, what was expected, and for one
            that does not exist the nearest that does. Never repeats a value.

    """
    return checked(tool.arguments, parameters, tool.name)


def checked(model: type[Arguments], parameters: Mapping[str, Any] | None, name: str) -> Arguments:
    """Check *parameters* against *model* for the tool called *name*, as :func:`parse` does."""
    try:
        return model.model_validate(dict(parameters or {}))
    except ValidationError as error:
        complaints = _complaints(model, error)
    raise ToolError(Failure.BAD_ARGUMENTS, f"{name}: {'; '.join(complaints)}")


def _complaints(model: type[Arguments], error: ValidationError) -> list[str]:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = list(dict.fromkeys(_complaint(model, entry["type"], entry) for entry in found))
    left = len(told) - MAX_COMPLAINTS
    return [*told[:MAX_COMPLAINTS], f"and {left} more"] if left > 0 else told


def _complaint(model: type[Arguments], kind: str, entry: Mapping[str, Any]) -> str:
    # A union's branches stand in the location too, as "str" or "tuple[...]": of no use to callers.
    where = ".".join(
        str(part) for part in entry["loc"] if isinstance(part, int) or str(part).isidentifier()
    )
    if kind == "extra_forbidden" and len(entry["loc"]) == 1:
        takes = tuple(model.model_fields)
        close = difflib.get_close_matches(where.lower(), takes, n=1, cutoff=0.5)
        if close:
            return f"there is no argument {_shown(where)}, nearest: {close[0]}"
        return f"there is no argument {_shown(where)}, it takes {', '.join(takes) or 'none'}"
    if kind == "missing":
        return f"argument {where} is missing"
    message = str(entry["msg"]).removeprefix("Value error, ")
    # Callers speak JSON, which has lists.
    message = message.replace("Tuple", "List", 1).replace("tuple", "list", 1)
    return f"argument {where}: {message}" if where else message


def _shares_a_word(one: str, other: str) -> bool:
    return bool(set(one.lower().split("_")) & set(other.lower().split("_")))


def _shown(name: str) -> str:
    return repr(name if len(name) <= 64 else name[:61] + "...")
