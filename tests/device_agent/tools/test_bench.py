"""Cancellation."""

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.tools.bench import Cancellation


def test_it_tells_once_and_for_good() -> None:
    cancellation = Cancellation()
    cancellation.check()
    cancellation.wait(0.0)
    assert not cancellation.told
    cancellation.cancel()
    cancellation.cancel()
    assert cancellation.told
    with pytest.raises(ToolError) as caught:
        cancellation.wait(60.0)
    assert caught.value.failure is Failure.CANCELLED


def test_watchers_are_told_while_they_watch() -> None:
    cancellation = Cancellation()
    told: list[str] = []
    with cancellation.watched(lambda: told.append("gone")):
        pass
    with cancellation.watched(lambda: told.append("watching")):
        cancellation.cancel()
    with cancellation.watched(lambda: told.append("late")):
        pass
    assert told == ["watching", "late"]
