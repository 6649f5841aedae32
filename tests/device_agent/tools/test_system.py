"""System info, and waiting."""

import platform

import pytest

from device_agent.catalog.screen import NoArguments
from device_agent.catalog.system import WaitArguments
from device_agent.errors import Failure, ToolError
from device_agent.tools.system import system_info, wait
from tests.device_agent.tools.benches import bench


def test_system_info_tells_what_this_machine_says_of_itself() -> None:
    result = system_info(NoArguments(), bench())
    assert set(result.texts) == {"uname", "uptime", "memory", "disk"}
    assert platform.node() in result.texts["uname"]
    assert "GiB" in result.texts["memory"]
    assert result.facts["cpu_count"] >= 1
    assert "device_id" not in result.facts


def test_system_info_knows_the_displays_that_were_seen() -> None:
    own = bench()
    assert "screen_resolution" not in system_info(NoArguments(), own).facts
    own.desktop.displays = ({"width": 800, "height": 600, "scale": 1.0, "primary": True},)
    assert system_info(NoArguments(), own).facts["screen_resolution"] == "800x600"


def test_waiting_takes_as_long_as_asked() -> None:
    assert wait(WaitArguments(seconds=0.05), bench()).waited_s >= 0.05


def test_waiting_ends_when_nobody_wants_it() -> None:
    own = bench()
    own.cancellation.cancel()
    with pytest.raises(ToolError) as caught:
        wait(WaitArguments(seconds=60), own)
    assert caught.value.failure is Failure.CANCELLED
