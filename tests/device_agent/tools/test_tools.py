"""Every tool of the catalog is done somewhere, and nothing else is."""

import inspect

import pytest

from device_agent.catalog import TOOLS, Tier
from device_agent.tools import BROKERS_OWN, ENTRIES, Lane, load


def test_every_catalog_entry_has_its_tool_and_the_other_way_round() -> None:
    assert set(ENTRIES) | BROKERS_OWN == set(TOOLS)
    assert not set(ENTRIES) & BROKERS_OWN


@pytest.mark.parametrize("name", ENTRIES)
def test_a_tool_takes_and_gives_what_the_catalog_says(name: str) -> None:
    run = load(name)
    takes, bench = inspect.signature(run).parameters.values()
    assert takes.annotation is TOOLS[name].arguments
    assert bench.annotation.__name__ == "Bench"
    assert inspect.signature(run).return_annotation is TOOLS[name].result


@pytest.mark.parametrize("name", ENTRIES)
def test_all_input_runs_in_one_thread(name: str) -> None:
    if TOOLS[name].tier is Tier.INPUT:
        assert ENTRIES[name].lane is Lane.INPUT
