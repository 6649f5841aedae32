"""The wheel holds the three packages, all of them, and nothing else."""

import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.contracts.tracked import ROOT, tracked_files

PACKAGES = ("constellation", "device_agent", "simulator")
COMMANDS = {
    "constellation": "constellation.cli:main",
    "device-agent": "device_agent.cli.main:main",
    "device-sim": "simulator.cli:main",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = directory.glob("*.whl")
    return zipfile.Path(built)


def _names(wheel: zipfile.Path) -> list[str]:
    return wheel.root.namelist()


def test_wheel_has_every_file_of_the_packages(wheel: zipfile.Path) -> None:
    wanted = {
        name.as_posix()
        for path in tracked_files()
        if (name := path.relative_to(ROOT)).parts[0] in PACKAGES
    }
    assert wanted <= set(_names(wheel))


def test_wheel_has_nothing_beside_the_packages(wheel: zipfile.Path) -> None:
    top = {Path(name).parts[0] for name in _names(wheel)}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)


def test_wheel_brings_the_commands_and_the_licence(wheel: zipfile.Path) -> None:
    (text,) = [name for name in _names(wheel) if name.endswith("entry_points.txt")]
    parser = ConfigParser()
    parser.read_string(wheel.root.read(text).decode())
    assert dict(parser["console_scripts"]) == COMMANDS
    assert any(name.endswith("licenses/LICENSE") for name in _names(wheel))
