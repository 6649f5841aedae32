"""What is shown of outcomes to people."""

import pytest

from constellation.jobs import _gist
from device_agent.protocol.messages import Json


@pytest.mark.parametrize(
    ("result", "shown"),
    [
        ("text", "text"),
        ([1], [1]),
        ({"steps": [{"result": 1}, {"result": {"stdout": "hi", "exit_code": 0}}]}, "hi"),
        ({"steps": []}, {"steps": []}),
        ({"steps": ["odd"]}, "odd"),
        ({"stdout": "no", "exit_code": 3}, "exit code 3: no"),
        ({"image": "AAAA", "width": 2}, {"width": 2}),
    ],
)
def test_the_last_step_is_the_gist(result: Json, shown: Json) -> None:
    assert _gist(result) == shown
