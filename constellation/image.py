"""Find the image in what a device answers to a screenshot. Pure."""

import base64
import binascii
from dataclasses import dataclass

from device_agent.errors import Failure, ToolError
from device_agent.protocol.messages import Action, Json

FORMATS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}
"""By the ending of the file that shall hold it."""


@dataclass(frozen=True, slots=True)
class Image:
    """
    An image file.

    Attributes:
        content: The file.
        width: In pixels, if the device said so.
        height: In pixels, if the device said so.

    """

    content: bytes
    width: int | None = None
    height: int | None = None


def screenshot_action(accepts: tuple[str, ...], image_format: str) -> Action:
    """Ask for a screenshot, in the words of our devices or of those that speak plain AIP."""
    if accepts:
        parameters: dict[str, Json] = {"format": image_format}
        return Action(tool_name="screenshot", tool_type="data_collection", parameters=parameters)
    parameters = {"all_screens": True}
    return Action(
        tool_name="capture_desktop_screenshot", tool_type="data_collection", parameters=parameters
    )


def image_of(result: Json) -> Image:
    """
    Take the image out of a TASK_END's result for one action.

    Raises:
        ToolError: There is none.

    """
    given = result[0].get("result") if isinstance(result, list) and result else None
    width = height = None
    if isinstance(given, dict):
        width, height = given.get("width"), given.get("height")
        given = given.get("image")
    if isinstance(given, str):
        # UFO's tools give a data URL: data:image/png;base64,…
        text = given.partition(",")[2] if given.startswith("data:") else given
        try:
            return Image(base64.b64decode(text, validate=True), _number(width), _number(height))
        except binascii.Error:
            pass
    raise ToolError(Failure.UNAVAILABLE, "the device answered without an image")


def _number(said: Json) -> int | None:
    return said if isinstance(said, int) else None
