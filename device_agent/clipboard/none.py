"""The clipboard where there is none: every call is refused with the reason."""

from typing import NoReturn

from ..errors import Failure, ToolError
from .base import Clipboard


class NoClipboard(Clipboard):
    """
    A clipboard that cannot be had.

    Args:
        failure: ``no_session`` or ``unavailable``.
        reason: Why, and what to try; the detail of every error.

    """

    def __init__(self, failure: Failure, reason: str) -> None:
        self.failure = failure
        self.reason = reason

    def _never(self, *_args: object, **_named: object) -> NoReturn:
        raise ToolError(self.failure, self.reason)

    read = write = wait_until_taken = _never

    def leave(self, within_s: float) -> None:
        """Nothing is ever owned."""
