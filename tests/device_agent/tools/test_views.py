"""The latest frames by their ids."""

import pytest

from device_agent.catalog.places import plain
from device_agent.errors import Failure, ToolError
from device_agent.tools.views import KEPT_VIEWS, Views

VIEW = plain((0, 0, 10, 10), "a view")


def test_the_last_frames_are_known_and_those_before_are_not() -> None:
    views = Views()
    for number in range(KEPT_VIEWS + 1):
        views.remember(str(number), VIEW)
    assert views.find("1") is VIEW
    with pytest.raises(ToolError) as refused:
        views.find("0")
    assert refused.value.failure is Failure.BAD_ARGUMENTS
    assert "'0'" in refused.value.detail
    assert "take another screenshot" in refused.value.detail


def test_a_frame_that_is_asked_about_again_counts_as_the_latest() -> None:
    views = Views()
    views.remember("watched", VIEW)
    for number in range(KEPT_VIEWS - 1):
        views.remember(str(number), VIEW)
    views.keep("watched")
    views.keep("unknown")
    views.remember("one more", VIEW)
    assert views.find("watched") is VIEW
    with pytest.raises(ToolError):
        views.find("0")
