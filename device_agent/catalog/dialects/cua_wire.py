"""How cua's commands are answered."""

from collections.abc import Callable, Mapping
from typing import Any

from ...errors import ToolError
from ..tool import Arguments, Tool
from .foreign import Foreign, Speaker, once
from .memory import Json


def _failed(error: ToolError) -> dict[str, Any]:
    shape: dict[str, Any] = {"success": False, "error": f"{error.failure.value}: {error.detail}"}
    if isinstance(error.value, Mapping):
        shape |= {key: error.value[key] for key in ("stdout", "stderr") if key in error.value}
    return shape


SPEAKER = Speaker("cua", _failed)


def success(**fields: Json) -> dict[str, Any]:
    """How cua says that it went well."""
    return {"success": True, **fields}


def done(_: Json) -> dict[str, Any]:
    """That it went well, and nothing more."""
    return success()


def name(
    foreign: str,
    summary: str,
    takes: type[Arguments],
    tool: Tool,
    arguments: Callable[[Any], Arguments],
    shape: Callable[[Any], Any] = done,
    private: frozenset[str] | None = None,
) -> Foreign:
    """A command that is one call of ours; *private* where it spells those parameters otherwise."""
    program = once(tool, arguments, shape)
    hidden = tool.private if private is None else private
    return Foreign(foreign, summary, takes, (tool,), program, SPEAKER, hidden)
