import json
from collections import Counter

import pytest

from device_agent.catalog import TOOLS
from device_agent.errors import ConfigError
from simulator.dice import Dice
from simulator.profiles import PROFILES, facts_of, parse_mix, profile_of, usual_mix


def _names(mix_text: str, devices: int, seed: int = 0) -> Counter[str]:
    mix = parse_mix(mix_text)
    return Counter(profile_of(mix, Dice(seed, index)).name for index in range(1, devices + 1))


def test_shares_add_up_to_one() -> None:
    assert sum(share for _, share in usual_mix()) == pytest.approx(1.0)
    assert dict(parse_mix("windows-office=3,headless-server")) == {
        PROFILES["windows-office"]: 0.75,
        PROFILES["headless-server"]: 0.25,
    }


@pytest.mark.parametrize("seed", range(5))
def test_a_small_fleet_has_nearly_the_shares_that_were_asked_for(seed: int) -> None:
    found = _names("linux-workstation=2,windows-office=1,headless-server=1", 40, seed)
    assert abs(found["linux-workstation"] - 20) <= 2
    assert abs(found["windows-office"] - 10) <= 2
    assert abs(found["headless-server"] - 10) <= 2


def test_a_device_is_the_same_however_large_the_fleet_is() -> None:
    mix = usual_mix()
    small = [profile_of(mix, Dice(9, index)).name for index in range(1, 10)]
    large = [profile_of(mix, Dice(9, index)).name for index in range(1, 1000)]
    assert large[:9] == small


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mainframe=1", "there is no profile 'mainframe'"),
        ("windows-office=0", "'0' is no share"),
        ("windows-office=-1", "'-1' is no share"),
        ("windows-office=many", "'many' is no share"),
        ("windows-office=inf", "'inf' is no share"),
        ("windows-office,windows-office=2", "is there twice"),
        ("", "there is no profile ''"),
    ],
)
def test_what_is_no_mix_is_refused_with_a_hint(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_mix(text)
    assert said in refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("name", PROFILES)
def test_facts_have_the_keys_of_a_real_agent_and_are_always_the_same(name: str) -> None:
    facts = facts_of(PROFILES[name], Dice(1, 258), "sim-0258")
    assert facts == facts_of(PROFILES[name], Dice(1, 258), "sim-0258")
    assert facts != facts_of(PROFILES[name], Dice(2, 259), "sim-0259")
    assert {"os", "os_version", "processor", "cpu_count", "hostname"} <= facts.keys()
    assert {"memory_total", "memory_available", "memory_total_gb"} <= facts.keys()
    assert facts["ip_address"] == "10.0.1.2"
    assert 0 < facts["memory_available"] < facts["memory_total"]
    assert facts["platform_type"] == "computer"
    assert facts["custom_metadata"]["simulated"] is True
    assert facts["custom_metadata"]["tools"] == list(TOOLS)
    json.dumps(facts)


def test_a_server_has_no_desktop() -> None:
    facts = facts_of(PROFILES["headless-server"], Dice(0, 1), "sim-0001")
    assert "screen_resolution" not in facts
    assert facts["custom_metadata"]["displays"] == []
    assert "gui" not in facts["supported_features"]
    office = facts_of(PROFILES["windows-office"], Dice(0, 1), "sim-0001")
    assert "x" in office["screen_resolution"]
    assert {"gui", "screenshot", "input"} <= set(office["supported_features"])
