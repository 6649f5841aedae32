"""What can be waited for."""

from typing import Any

import pytest

from device_agent.catalog import TOOLS, parse
from device_agent.errors import ToolError

WAIT = TOOLS["wait_for_screen"]


@pytest.mark.parametrize(
    "given",
    [
        {"until": "still"},
        {"until": "changed", "since": "a-1"},
        {"until": "changed", "region": {"x": 0, "y": 0, "width": 5, "height": 5}},
        {"until": "window", "title": "^Save"},
        {"until": "window_gone", "app": "gimp", "timeout_s": 0},
    ],
)
def test_a_wait_may_take_the_time_it_asks_for(given: dict[str, Any]) -> None:
    arguments = parse(WAIT, given)
    assert WAIT.deadline_for(arguments) == WAIT.deadline_s + given.get("timeout_s", 10.0)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"until": "window"}, "needs title or app"),
        ({"until": "still", "title": "x"}, "belong to until window"),
        ({"until": "still", "since": "a-1"}, "since belongs to until changed"),
        ({"until": "window", "title": "x", "display": 1}, "do not go with"),
        ({"until": "changed", "since": "a-1", "window_id": 1}, "do not go with"),
        ({"until": "nonsense"}, "until"),
        ({"until": "still", "timeout_s": 9999}, "timeout_s"),
    ],
)
def test_a_wait_that_makes_no_sense_is_refused(given: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ToolError, match=complaint):
        parse(WAIT, given)
