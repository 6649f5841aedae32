"""Which devices a selector means."""

import pytest

from constellation.selector import DeviceEntry, select
from device_agent.errors import ConfigError

DESK = DeviceEntry("desk-1", "linux", system_info={"supported_features": ["gui", "shell"]})
WIN = DeviceEntry("win-1", "windows", system_info={"supported_features": ["gui"]})
BARE = DeviceEntry("bare", "linux")
ALL = (DESK, WIN, BARE)


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ("all", ALL),
        ("desk-1", (DESK,)),
        ("*-1", (DESK, WIN)),
        ("id=desk-?", (DESK,)),
        ("platform=Linux", (DESK, BARE)),
        ("feature=gui", (DESK, WIN)),
        ("platform=linux, feature=gui", (DESK,)),
        ("nobody", ()),
    ],
)
def test_all_conditions_must_hold(selector: str, meant: tuple[DeviceEntry, ...]) -> None:
    assert select(selector, ALL) == meant


@pytest.mark.parametrize("selector", ["", "colour=red", "platform=", "all,"])
def test_what_cannot_be_understood_is_refused_with_what_could(selector: str) -> None:
    with pytest.raises(ConfigError, match="platform="):
        select(selector, ALL)
