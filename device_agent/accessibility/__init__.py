"""What programs say of their own widgets, and what they do when asked."""

from .base import (
    Accessibility,
    Box,
    Element,
    Query,
    Snapshot,
    TextContent,
    ValueRange,
    Watched,
    WindowHint,
)
from .choose import choose

__all__ = [
    "Accessibility",
    "Box",
    "Element",
    "Query",
    "Snapshot",
    "TextContent",
    "ValueRange",
    "Watched",
    "WindowHint",
    "choose",
]
