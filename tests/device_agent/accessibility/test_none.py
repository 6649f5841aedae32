import pytest

from device_agent.accessibility import Query
from device_agent.accessibility.none import NoAccessibility
from device_agent.errors import Failure, ToolError


def test_every_question_is_answered_with_the_reason() -> None:
    none = NoAccessibility("because")
    assert none.absence() == "because"
    for ask in (
        lambda: none.find(Query()),
        lambda: none.look(":1.0/1"),
        lambda: none.window_of(":1.0/1"),
        lambda: none.text(":1.0/1", 1),
        lambda: none.act(":1.0/1", "click"),
        lambda: none.focus(":1.0/1"),
        lambda: none.set_text(":1.0/1", ""),
        lambda: none.set_value(":1.0/1", 1.0),
    ):
        with pytest.raises(ToolError, match="because") as error:
            ask()
        assert error.value.failure is Failure.UNAVAILABLE
    none.close()
