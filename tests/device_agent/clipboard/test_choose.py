from collections.abc import Callable

import pytest

from device_agent.clipboard import Clipboard, Content, Selection, Wanted, choose
from device_agent.clipboard.none import NoClipboard
from device_agent.clipboard.x11 import X11Clipboard
from device_agent.errors import Failure, ToolError

BOARD = Selection.CLIPBOARD
CALLS: tuple[Callable[[Clipboard], object], ...] = (
    lambda clipboard: clipboard.read(BOARD, Wanted.AUTO, 1.0, lambda: None),
    lambda clipboard: clipboard.write(BOARD, Content(text="")),
    lambda clipboard: clipboard.wait_until_taken(BOARD, 1.0),
)


def test_a_display_means_x11() -> None:
    assert isinstance(choose({"DISPLAY": ":0"}), X11Clipboard)


@pytest.mark.parametrize("call", CALLS)
def test_no_display_means_no_session_for_every_call(call: Callable[[Clipboard], object]) -> None:
    clipboard = choose({})
    clipboard.leave(0.1)
    with pytest.raises(ToolError, match="DISPLAY") as caught:
        call(clipboard)
    assert caught.value.failure is Failure.NO_SESSION


def test_wayland_alone_has_no_clipboard_for_us() -> None:
    clipboard = choose({"WAYLAND_DISPLAY": "wayland-0"})
    assert isinstance(clipboard, NoClipboard)
    assert clipboard.failure is Failure.UNAVAILABLE


@pytest.mark.parametrize("call", CALLS[:2])
def test_a_server_that_is_not_there_is_no_session(call: Callable[[Clipboard], object]) -> None:
    with pytest.raises(ToolError) as caught:
        call(choose({"DISPLAY": ":9999"}))
    assert caught.value.failure is Failure.NO_SESSION
