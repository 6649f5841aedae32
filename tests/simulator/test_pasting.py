"""The clipboards of a simulated machine."""

import base64
import struct
from typing import Any

import pytest

from device_agent.catalog import TOOLS, parse
from device_agent.errors import Failure, ToolError
from simulator.body import react
from simulator.machine import Machine
from simulator.pasting import PNG_SIGNATURE
from tests.simulator.support import machine

PNG = PNG_SIGNATURE + struct.pack(">I4sII", 13, b"IHDR", 40, 30)


def call(on: Machine, tool: str, **arguments: Any) -> Any:  # noqa: ANN401
    return react(TOOLS[tool], parse(TOOLS[tool], arguments), on).result


def test_each_clipboard_holds_what_was_copied_last() -> None:
    one = machine()
    assert call(one, "get_clipboard").kind == "empty"
    call(one, "set_clipboard", text="a")
    call(one, "set_clipboard", text="b", selection="primary")
    assert call(one, "get_clipboard").text == "a"
    assert call(one, "get_clipboard", selection="primary").text == "b"
    assert call(one, "get_clipboard", format="image").kind == "other"
    picture = base64.b64encode(PNG).decode()
    call(one, "set_clipboard", image=picture, selection="both")
    got = call(one, "get_clipboard", selection="primary")
    assert (got.image, got.width, got.height) == (picture, 40, 30)


def test_no_picture_is_refused() -> None:
    with pytest.raises(ToolError) as caught:
        call(machine(), "set_clipboard", image="YQ==")
    assert caught.value.failure is Failure.BAD_ARGUMENTS
