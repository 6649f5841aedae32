import os
import subprocess
import sys
from pathlib import Path

from tests.x11 import x_server_of_its_own, xterm

# In a process of its own: pyautogui looks for the display once, when it is imported.
TYPES = """
import sys
from device_agent.errors import ToolError
from device_agent.inputs import Button
from device_agent.inputs.pyautogui_backend import PyAutoGuiInputs
inputs = PyAutoGuiInputs()
inputs.move(30, 40)
print(tuple(inputs.cursor_position()))
for text in ("abc (X)\\n", "a<b", "é"):
    try:
        inputs.type_text(text)
    except ToolError as error:
        print(error)
inputs.key_down("shift")
inputs.press(Button.LEFT)
print(inputs.held())
inputs.close()
print(bool(inputs.held()))
try:
    inputs.press(Button.BACK)
except ToolError as error:
    print(error)
"""
CANNOT = """
from device_agent.errors import ToolError
from device_agent.inputs.pyautogui_backend import PyAutoGuiInputs
try:
    PyAutoGuiInputs()
except ToolError as error:
    print(error.failure.value)
"""


def run(code: str, **environment: str) -> str:
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.defpath, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout


def test_what_pyautogui_can_do_is_done_and_the_rest_refused(tmp_path: Path) -> None:
    authority = tmp_path / "authority"
    authority.touch()
    with x_server_of_its_own() as name, xterm(name, tmp_path) as target:
        told = run(TYPES, DISPLAY=name, XAUTHORITY=str(authority)).splitlines()
        target.expect("abc (X)\r")
    # Xlib has its say on stdout first.
    assert told[-6:] == [
        "(30, 40)",
        "unavailable: pyautogui cannot type the character U+003C",
        "unavailable: pyautogui cannot type the character U+00E9",
        "Held(keys=('shift',), buttons=(<Button.LEFT: 'left'>,))",
        "False",
        "unavailable: pyautogui has no button 'back'",
    ]


def test_without_a_display_the_reason_is_told() -> None:
    assert run(CANNOT).strip() == "no_session"
