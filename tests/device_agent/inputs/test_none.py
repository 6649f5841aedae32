from collections.abc import Callable

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.inputs import Held, Point
from device_agent.inputs.none import NoInputs


@pytest.mark.parametrize(
    "call",
    [
        NoInputs.cursor_position,
        NoInputs.desktop,
        lambda inputs: inputs.window(1),
        lambda inputs: inputs.check([Point(1, 2)]),
        lambda inputs: inputs.check_text("a"),
        lambda inputs: inputs.move(1, 2),
        lambda inputs: inputs.press(),
        lambda inputs: inputs.release(),
        lambda inputs: inputs.click(1, 2),
        lambda inputs: inputs.drag([Point(1, 2), Point(3, 4)]),
        lambda inputs: inputs.scroll(0, 1),
        lambda inputs: inputs.type_text("a"),
        lambda inputs: inputs.key_down("a"),
        lambda inputs: inputs.key_up("a"),
        lambda inputs: inputs.press_keys("ctrl+s"),
    ],
)
def test_every_call_is_refused_with_the_reason(call: Callable[[NoInputs], object]) -> None:
    inputs = NoInputs(Failure.NO_SESSION, "nobody is logged in")
    with pytest.raises(ToolError) as refused:
        call(inputs)
    assert refused.value.failure is Failure.NO_SESSION
    assert refused.value.detail == "nobody is logged in"


def test_nothing_is_held_and_everything_can_be_released() -> None:
    inputs = NoInputs(Failure.UNAVAILABLE, "Wayland")
    inputs.release_all()
    inputs.close()
    assert inputs.held() == Held()
