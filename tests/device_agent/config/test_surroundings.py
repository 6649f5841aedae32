"""The places that follow from the machine."""

from pathlib import Path

import pytest

from device_agent.config.surroundings import Surroundings


@pytest.mark.parametrize(
    ("hostname", "device_id"),
    [
        ("box", "box"),
        ("box.example.org", "box.example.org"),
        ("My Box (2)", "My-Box-2"),
        ("-.b\u00e4r", "b-r"),
        ("\u4f60\u597d", "device"),
        ("", "device"),
        ("x" * 300, "x" * 128),
    ],
)
def test_a_device_is_named_after_its_host(hostname: str, device_id: str) -> None:
    assert Surroundings({}, hostname, False, False).device_id() == device_id


def test_places_of_a_user() -> None:
    around = Surroundings({"HOME": "/home/u"}, "box", False, False)
    assert around.state_dir(service=False) == Path("/home/u/.local/state/device-agent")
    assert around.config_dir(service=False) == Path("/home/u/.config/device-agent")
    assert around.state_dir(service=True) == Path("/home/u/.local/state/device-agent")


def test_relative_xdg_directories_are_ignored() -> None:
    around = Surroundings({"HOME": "/home/u", "XDG_STATE_HOME": "rel"}, "box", False, False)
    assert around.state_dir(service=False) == Path("/home/u/.local/state/device-agent")


def test_root_by_hand_is_a_user_like_any_other() -> None:
    around = Surroundings({"HOME": "/home/r"}, "box", True, False)
    assert around.state_dir(service=False) == Path("/home/r/.local/state/device-agent")


def test_places_on_windows() -> None:
    environ = {"PROGRAMDATA": "/pd", "LOCALAPPDATA": "/la", "APPDATA": "/ad"}
    around = Surroundings(environ, "box", False, True)
    assert around.state_dir(service=True) == Path("/pd/device-agent/state")
    assert around.state_dir(service=False) == Path("/la/device-agent/state")
    assert around.config_dir(service=False) == Path("/ad/device-agent")
    assert around.config_dir(service=True) == Path("/pd/device-agent")


def test_this_process_has_surroundings() -> None:
    assert Surroundings.here().device_id()
