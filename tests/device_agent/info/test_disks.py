import shutil
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from device_agent.info.disks import MAX_DISKS, disk_facts


def partitions(*mounts: tuple[str, str]) -> Callable[..., list[Any]]:
    found = [SimpleNamespace(device=device, mountpoint=mount) for device, mount in mounts]
    return lambda **_: found


def test_a_disk_is_as_full_as_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "disk_partitions", partitions(("/dev/a", "/")))
    (disk,) = disk_facts()["disks"]
    assert (disk["mount"], disk["total"]) == ("/", shutil.disk_usage("/").total)
    assert 0 <= disk["free"] <= disk["total"]


def test_a_disk_mounted_twice_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = [("/dev/a", "/etc"), ("/dev/a", "/"), ("/dev/a", "/tmp")]
    monkeypatch.setattr(psutil, "disk_partitions", partitions(*mounts))
    assert [disk["mount"] for disk in disk_facts()["disks"]] == ["/"]


def test_there_are_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    mounts = [(f"/dev/{number}", "/") for number in range(MAX_DISKS + 5)]
    monkeypatch.setattr(psutil, "disk_partitions", partitions(*mounts))
    assert len(disk_facts()["disks"]) == MAX_DISKS


def test_a_disk_that_cannot_be_read_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "disk_partitions", partitions(("/dev/a", "/no/such/place")))
    assert disk_facts() == {}
