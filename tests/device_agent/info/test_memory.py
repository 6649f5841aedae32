import psutil
import pytest

from device_agent.info.memory import memory_facts


def test_S2_03_memory_is_told_in_bytes() -> None:
    facts = memory_facts()
    assert facts["memory_total"] == psutil.virtual_memory().total
    assert 0 < facts["memory_available"] <= facts["memory_total"]
    assert facts["memory_total_gb"] == round(facts["memory_total"] / 2**30, 2)


def test_memory_that_cannot_be_read_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError

    monkeypatch.setattr(psutil, "virtual_memory", refuse)
    assert memory_facts() == {}
