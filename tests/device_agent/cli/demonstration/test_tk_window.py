import os
import subprocess
import sys
from pathlib import Path

import pytest

from device_agent.cli.demonstration import tk_window
from device_agent.inputs.x11 import X11Inputs
from tests.x11 import SYSTEM_PYTHON, x_server_of_its_own

LINE = "Größe, zażółć, 你好 🚀"


@pytest.mark.skipif(sys.platform != "linux", reason="types with X11")
def test_what_is_typed_and_entered_is_printed() -> None:
    with x_server_of_its_own() as display:
        # A virtual environment may lack tkinter, so the system's interpreter runs it.
        command = [SYSTEM_PYTHON, str(Path(tk_window.__file__)), "window of this test"]
        environment = {**os.environ, "DISPLAY": display}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as window:
            try:
                assert window.stdout is not None
                assert window.stdout.readline() == b"ready\n"
                inputs = X11Inputs(display)
                inputs.click(300, 140)
                inputs.type_text(f"{LINE}\n")
                assert window.stdout.readline().decode() == f"{LINE}\n"
            finally:
                window.terminate()
