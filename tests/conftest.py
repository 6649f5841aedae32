"""What every room's tests may ask for."""

import os
import selectors
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster, blockbuster_ctx

SCREEN = "1280x800x24"
START_S = 20.0


def _display_number(server: subprocess.Popen[bytes], ready: int) -> str:
    """Wait until the server has written its display's number to *ready*, then return it."""
    with selectors.DefaultSelector() as selector:
        selector.register(ready, selectors.EVENT_READ)
        if not selector.select(START_S):
            pytest.fail(f"Xvfb was not ready within {START_S} s")
    number = os.read(ready, 16).decode().strip()
    if not number:
        pytest.fail(f"Xvfb ended with exit code {server.wait()}")
    return number


@pytest.fixture(scope="session")
def x_server() -> Iterator[str]:
    """
    A private X server of 1280x800 pixels for this test process; yields its name, say ":3".

    The tests' own environment gets no DISPLAY from it: hand the name to what needs it.
    """
    if sys.platform == "win32":
        pytest.skip("X servers are for Linux")
    xvfb = shutil.which("Xvfb")
    if xvfb is None:
        pytest.fail("Xvfb is missing; `make setup` installs it")
    ready, theirs = os.pipe()
    command = [xvfb, "-displayfd", str(theirs), "-screen", "0", SCREEN, "-nolisten", "tcp", "-ac"]
    with subprocess.Popen(
        [*command, "-noreset"],
        pass_fds=[theirs],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(theirs)
        try:
            yield f":{_display_number(server, ready)}"
        finally:
            os.close(ready)
            server.terminate()


@pytest.fixture
def no_blocking() -> Iterator[BlockBuster]:
    """Within the test, a call that blocks the event loop raises BlockingError."""
    with blockbuster_ctx() as blockbuster:
        yield blockbuster
