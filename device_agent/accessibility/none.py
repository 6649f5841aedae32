"""Accessibility where there is none: every question is answered with the reason."""

from ..errors import Failure, ToolError
from .base import Accessibility, Element, Query, Snapshot, TextContent, Watched


class NoAccessibility(Accessibility):
    """
    Accessibility that cannot be had.

    Args:
        reason: Why, and what to try; the detail of every error.

    """

    def __init__(self, reason: str) -> None:
        self._reason = reason

    def absence(self) -> str:
        return self._reason

    def find(self, query: Query, watched: Watched | None = None) -> Snapshot:  # noqa: ARG002
        raise self._refusal()

    def look(self, element_id: str) -> Element:  # noqa: ARG002
        raise self._refusal()

    def window_of(self, element_id: str) -> str:  # noqa: ARG002
        raise self._refusal()

    def text(self, element_id: str, limit: int) -> TextContent | None:  # noqa: ARG002
        raise self._refusal()

    def act(self, element_id: str, action: str) -> None:  # noqa: ARG002
        raise self._refusal()

    def focus(self, element_id: str) -> bool:  # noqa: ARG002
        raise self._refusal()

    def set_text(self, element_id: str, text: str) -> bool:  # noqa: ARG002
        raise self._refusal()

    def set_value(self, element_id: str, value: float) -> None:  # noqa: ARG002
        raise self._refusal()

    def close(self) -> None:
        pass

    def _refusal(self) -> ToolError:
        return ToolError(Failure.UNAVAILABLE, self._reason)
