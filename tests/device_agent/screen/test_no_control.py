import pytest

from device_agent.errors import Failure, ToolError
from device_agent.screen import choose_control
from device_agent.screen.no_control import NoWindowControl


def test_every_question_is_answered_with_the_reason() -> None:
    none = NoWindowControl(Failure.UNAVAILABLE, "because")
    for ask in (
        none.windows,
        none.displays,
        lambda: none.frame(1),
        lambda: none.under(1, 1),
        lambda: none.activate(1),
        lambda: none.move(1, 1, 1),
        lambda: none.resize(1, 1, 1),
        lambda: none.minimise(1),
        lambda: none.maximise(1),
        lambda: none.restore(1),
        lambda: none.close_window(1),
        lambda: none.wait_for(lambda: True, 1),
    ):
        with pytest.raises(ToolError, match="because"):
            ask()
    none.close()


def test_without_a_display_there_is_none() -> None:
    with pytest.raises(ToolError, match="DISPLAY is not set") as error:
        choose_control({}).windows()
    assert error.value.failure is Failure.NO_SESSION
