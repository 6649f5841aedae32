from collections.abc import Callable

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.screen.none import NoScreen


@pytest.mark.parametrize("ask", [NoScreen.displays, NoScreen.size, NoScreen.grab, NoScreen.windows])
def test_every_question_is_answered_with_the_reason(ask: Callable[[NoScreen], object]) -> None:
    screen = NoScreen(Failure.NO_SESSION, "nobody is logged in")
    with pytest.raises(ToolError) as refused:
        ask(screen)
    assert (refused.value.failure, refused.value.detail) == (
        Failure.NO_SESSION,
        "nobody is logged in",
    )
    screen.close()
