"""The screen where there is none: every question is answered with the reason."""

from ..errors import Failure, ToolError
from .base import Display, Frame, Region, Screen, Window


class NoScreen(Screen):
    """
    A screen that cannot be had.

    Args:
        failure: ``no_session`` or ``unavailable``.
        reason: Why, and what to try; the detail of every error.

    """

    def __init__(self, failure: Failure, reason: str) -> None:
        self.failure = failure
        self.reason = reason

    def displays(self) -> tuple[Display, ...]:
        raise self._refusal()

    def size(self) -> Region:
        raise self._refusal()

    def grab(self, region: Region | None = None, *, cursor: bool = False) -> Frame:  # noqa: ARG002
        raise self._refusal()

    def windows(self) -> tuple[Window, ...]:
        raise self._refusal()

    def close(self) -> None:
        pass

    def _refusal(self) -> ToolError:
        return ToolError(self.failure, self.reason)
