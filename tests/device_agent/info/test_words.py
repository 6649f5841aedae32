import psutil
import pytest

from device_agent.info import texts
from device_agent.info.machine import machine_facts


def test_each_fact_is_a_line() -> None:
    told = texts()
    assert set(told) <= {"uname", "uptime", "memory", "disk"}
    assert machine_facts()["hostname"] in told["uname"]
    assert told["uptime"].startswith("up ")
    assert "available of" in told["memory"]
    assert all("\n" not in line for line in told.values())


def test_what_cannot_be_read_has_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(psutil, "virtual_memory", refuse)
    monkeypatch.setattr(psutil, "disk_partitions", refuse)
    assert set(texts()) == {"uname", "uptime"}
