"""What tools exist: names, arguments, results, tiers, deadlines and texts. Pure."""

from .lookup import TOOLS, find, nearest, parse, unknown
from .tool import Arguments, Tier, Tool, ToolResult

__all__ = [
    "TOOLS",
    "Arguments",
    "Tier",
    "Tool",
    "ToolResult",
    "find",
    "nearest",
    "parse",
    "unknown",
]
