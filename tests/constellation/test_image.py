"""Images in what devices answer."""

import base64

import pytest

from constellation.image import Image, image_of, screenshot_action
from device_agent.errors import ToolError
from device_agent.protocol.messages import Json

TEXT = base64.b64encode(b"pixels").decode()


def test_our_devices_and_UFOs_tools_answer_differently() -> None:
    ours = {"image": TEXT, "width": 2, "height": 3, "format": "png"}
    assert image_of([{"status": "success", "result": ours}]) == Image(b"pixels", 2, 3)
    theirs = f"data:image/png;base64,{TEXT}"
    assert image_of([{"status": "success", "result": theirs}]) == Image(b"pixels")


@pytest.mark.parametrize(
    "result",
    [
        None,
        [],
        "text",
        [{}],
        [{"result": None}],
        [{"result": "Error: no screen"}],
        [{"result": {}}],
    ],
)
def test_an_answer_without_an_image_is_no_image(result: Json) -> None:
    with pytest.raises(ToolError):
        image_of(result)


def test_devices_are_asked_in_words_that_they_know() -> None:
    assert screenshot_action(("ack",), "jpeg").parameters == {"format": "jpeg"}
    assert screenshot_action((), "png").tool_name == "capture_desktop_screenshot"
