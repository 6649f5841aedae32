"""What an import costs and what it must not touch."""

import subprocess
import sys

import pytest

DESKTOP = ("mss", "pyautogui", "PIL", "xcffib", "Xlib", "tkinter")
OPTIONAL = ("numpy", "simplejpeg", "yaml", "rich", "typer")


def _modules_after(statement: str) -> set[str]:
    """Top-level names in sys.modules of a fresh interpreter without a display."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": ""},
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "room", ["runtime", "driver", "links", "journal", "planner", "policy", "catalog", "protocol"]
)
def test_broker_rooms_import_nothing_of_the_desktop(room: str) -> None:
    loaded = _modules_after(f"import device_agent.{room}")
    assert not loaded & {*DESKTOP, *OPTIONAL}


@pytest.mark.parametrize("package", ["device_agent", "simulator", "constellation"])
def test_importing_a_package_starts_nothing(package: str) -> None:
    loaded = _modules_after(f"import {package}")
    assert not loaded & {*DESKTOP, *OPTIONAL}
