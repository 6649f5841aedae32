"""The inputs where there are none: every call is refused with the reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Never

from ..errors import Failure, ToolError
from .base import Inputs
from .terms import Box, Point


class NoInputs(Inputs):
    """
    Inputs that cannot be had.

    Args:
        failure: ``no_session`` or ``unavailable``.
        reason: Why, and what to try; the detail of every error.

    """

    def __init__(self, failure: Failure, reason: str) -> None:
        super().__init__()
        self.failure = failure
        self.reason = reason

    def cursor_position(self) -> Point:
        raise self._refusal()

    def desktop(self) -> Box:
        raise self._refusal()

    def window(self, window_id: int) -> Box | None:  # noqa: ARG002
        raise self._refusal()

    def release_all(self) -> None:
        """Nothing is ever held."""

    def close(self) -> None:
        pass

    @contextmanager
    def _call(self) -> Iterator[None]:
        raise self._refusal()
        yield

    def _never(self, *_args: object, **_named: object) -> Never:
        raise self._refusal()

    _check = _check_text = _where = _motion = _button = _wheel = _key = _text = _flush = _never

    def _refusal(self) -> ToolError:
        return ToolError(self.failure, self.reason)
