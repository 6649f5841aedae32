"""How the clipboards of a simulated machine answer."""

import base64
import binascii
import struct
from collections.abc import Callable, Mapping
from typing import Any

from device_agent.catalog import ToolResult
from device_agent.catalog.clipboard import (
    GetClipboardArguments,
    GetClipboardResult,
    SetClipboardArguments,
    SetClipboardResult,
)
from device_agent.errors import Failure, ToolError

from .machine import Machine

TEXT_FORMATS = ("UTF8_STRING", "text/plain;charset=utf-8")
IMAGE_FORMATS = ("image/png",)
# In a PNG file width and height come after the signature and the head of the first chunk.
PNG_SIGNATURE, PNG_SIZE_AT = b"\x89PNG\r\n\x1a\n", 16


def _get_clipboard(arguments: GetClipboardArguments, machine: Machine) -> GetClipboardResult:
    clip = _clips(machine).get(arguments.selection)
    if clip is None:
        return GetClipboardResult(kind="empty")
    formats = TEXT_FORMATS if isinstance(clip, str) else IMAGE_FORMATS
    if isinstance(clip, str) and arguments.format != "image":
        return GetClipboardResult(kind="text", text=clip, formats=formats)
    if isinstance(clip, bytes) and arguments.format != "text":
        width, height = _size(clip)
        return GetClipboardResult(
            kind="image",
            image=base64.b64encode(clip).decode("ascii"),
            mime_type="image/png",
            width=width,
            height=height,
            formats=formats,
        )
    return GetClipboardResult(kind="other", formats=formats)


def _set_clipboard(arguments: SetClipboardArguments, machine: Machine) -> SetClipboardResult:
    clip: str | bytes = arguments.text or ""
    if arguments.image is not None:
        clip = _picture(arguments.image)
    names = ("clipboard", "primary") if arguments.selection == "both" else (arguments.selection,)
    _clips(machine).update(dict.fromkeys(names, clip))
    if isinstance(clip, str):
        return SetClipboardResult(size_bytes=len(clip.encode()), formats=TEXT_FORMATS)
    return SetClipboardResult(size_bytes=len(clip), formats=IMAGE_FORMATS)


def _clips(machine: Machine) -> dict[str, str | bytes]:
    if not machine.has_screen:
        raise ToolError(Failure.NO_SESSION, "this machine has no desktop")
    return machine.belongings.clips


def _picture(image: str) -> bytes:
    try:
        picture = base64.b64decode(image, validate=True)
        _size(picture)
    except (binascii.Error, struct.error, ValueError) as error:
        raise ToolError(Failure.BAD_ARGUMENTS, "this is no picture") from error
    return picture


def _size(picture: bytes) -> tuple[int, int]:
    if not picture.startswith(PNG_SIGNATURE):
        raise ValueError("only PNG files are known here")
    width, height = struct.unpack_from(">II", picture, PNG_SIZE_AT)
    return width, height


# Each takes the arguments of its own tool, which no common type can say.
RESULTS: Mapping[str, Callable[[Any, Machine], ToolResult]] = {
    "get_clipboard": _get_clipboard,
    "set_clipboard": _set_clipboard,
}
