import os
import re
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from device_agent.info import machine
from device_agent.info.machine import machine_facts, platform_name, wire_platform

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="compares with os.uname")


def test_M_04_facts_are_those_of_this_machine() -> None:
    facts = machine_facts()
    uname = os.uname()
    assert (facts["os"], facts["kernel"]) == (uname.sysname, uname.release)
    assert facts["architecture"] == uname.machine
    assert facts["hostname"] == socket.gethostname()
    assert facts["cpu_count"] == psutil.cpu_count()
    assert len(facts["load_average"]) == 3


def test_boot_time_and_uptime_agree() -> None:
    facts = machine_facts()
    booted = datetime.fromisoformat(facts["boot_time"])
    assert booted.tzinfo is UTC
    assert psutil.boot_time() == pytest.approx(booted.timestamp(), abs=1)
    assert facts["uptime_s"] > 0


def test_the_distribution_is_named_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    release = tmp_path / "os-release"
    release.write_text('NAME="Ubuntu"\nPRETTY_NAME="Ubuntu 24.04.1 LTS"\n')
    monkeypatch.setattr(machine, "OS_RELEASE", (tmp_path / "missing", release))
    assert machine_facts()["os_version"] == "Ubuntu 24.04.1 LTS"


def test_without_os_release_the_kernel_tells_its_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "OS_RELEASE", ())
    assert machine_facts()["os_version"] == os.uname().version


@pytest.mark.parametrize("content", ["", "processor : 0\n", "model name :\n"])
def test_a_processor_without_a_name_is_absent(
    content: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cpu_info = tmp_path / "cpuinfo"
    cpu_info.write_text(content)
    monkeypatch.setattr(machine, "CPU_INFO", cpu_info)
    assert "processor" not in machine_facts()
    cpu_info.unlink()
    assert "processor" not in machine_facts()


def test_the_processor_is_named_by_its_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cpu_info = tmp_path / "cpuinfo"
    cpu_info.write_text("processor\t: 0\nmodel name\t: AMD EPYC 7B13\n")
    monkeypatch.setattr(machine, "CPU_INFO", cpu_info)
    assert machine_facts()["processor"] == "AMD EPYC 7B13"


def test_the_platform_is_a_lower_case_word() -> None:
    assert re.fullmatch("windows|linux|darwin", platform_name())


@pytest.mark.parametrize(
    ("name", "wire"),
    [("windows", "windows"), ("Windows", "windows"), ("linux", "linux"), ("darwin", "linux")],
)
def test_hubs_of_ufo_know_two_platforms(name: str, wire: str) -> None:
    assert wire_platform(name) == wire
