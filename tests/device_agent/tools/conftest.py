"""A desktop with windows to type into."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from device_agent.tools.bench import Bench
from device_agent.tools.desktop import Desktop
from tests.device_agent.tools.benches import bench
from tests.x11 import Target, tk_entry, x_server_of_its_own


@dataclass
class Desk:
    """A bench, the server it works on, and a window there."""

    bench: Bench
    display: str
    window: Target


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with x_server_of_its_own() as display, tk_entry(display, tmp_path) as window:
        monkeypatch.setenv("DISPLAY", display)
        desktop = Desktop()
        yield Desk(bench(desktop), display, window)
        desktop.screen.close()
        desktop.inputs.close()
