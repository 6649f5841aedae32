"""Windows where there are none: every question is answered with the reason."""

from collections.abc import Callable

from ..errors import Failure, ToolError
from .base import Display, Region, Window
from .control import Under, WindowControl


class NoWindowControl(WindowControl):
    """
    Windows that cannot be had.

    Args:
        failure: ``no_session`` or ``unavailable``.
        reason: Why, and what to try; the detail of every error.

    """

    def __init__(self, failure: Failure, reason: str) -> None:
        self.failure = failure
        self.reason = reason

    def windows(self) -> tuple[Window, ...]:
        raise self._refusal()

    def displays(self) -> tuple[Display, ...]:
        raise self._refusal()

    def frame(self, window: int) -> Region:  # noqa: ARG002
        raise self._refusal()

    def under(self, x: int, y: int) -> Under | None:  # noqa: ARG002
        raise self._refusal()

    def activate(self, window: int) -> None:  # noqa: ARG002
        raise self._refusal()

    def move(self, window: int, x: int, y: int) -> None:  # noqa: ARG002
        raise self._refusal()

    def resize(self, window: int, width: int, height: int) -> None:  # noqa: ARG002
        raise self._refusal()

    def minimise(self, window: int) -> None:  # noqa: ARG002
        raise self._refusal()

    def maximise(self, window: int) -> None:  # noqa: ARG002
        raise self._refusal()

    def restore(self, window: int) -> None:  # noqa: ARG002
        raise self._refusal()

    def close_window(self, window: int) -> None:  # noqa: ARG002
        raise self._refusal()

    def wait_for(self, condition: Callable[[], bool], timeout_s: float) -> bool:  # noqa: ARG002
        raise self._refusal()

    def close(self) -> None:
        pass

    def _refusal(self) -> ToolError:
        return ToolError(self.failure, self.reason)
