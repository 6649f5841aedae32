import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from device_agent.accessibility.session_bus import NO_BUS, NO_SERVICE, absence_in, address_of


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A socket that somebody listens on; relative, as the path of one must be short."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("bus")
        server.listen()
        yield tmp_path / "bus"


def test_the_named_bus_goes_before_the_usual_one(tmp_path: Path, listening: Path) -> None:
    usual = {"XDG_RUNTIME_DIR": str(tmp_path)}
    assert address_of(usual) == f"unix:path={listening}"
    named = {**usual, "DBUS_SESSION_BUS_ADDRESS": "unix:abstract=x"}
    assert address_of(named) == "unix:abstract=x"
    assert address_of({"XDG_RUNTIME_DIR": str(tmp_path / "nothing")}) is None


def test_no_bus_and_one_that_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert absence_in({"XDG_RUNTIME_DIR": str(tmp_path)}) == NO_BUS
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind("dead")
    refused = absence_in({"DBUS_SESSION_BUS_ADDRESS": "unix:path=dead,guid=1"})
    assert "refused" in refused
    missing = absence_in({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere;unix:abstract=no/such"})
    assert "does not answer" in missing


def test_a_bus_without_the_service_and_one_with_it(
    tmp_path: Path, listening: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_agent.accessibility.session_bus.SYSTEM_FOLDERS", "")
    environment = {
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={listening.name}",
        "HOME": str(tmp_path),
        "XDG_DATA_DIRS": f"{tmp_path / 'share'}:",
    }
    assert absence_in(environment) == NO_SERVICE
    folder = tmp_path / "share/dbus-1/services"
    folder.mkdir(parents=True)
    (folder / "org.a11y.Bus.service").touch()
    assert absence_in(environment) == ""


@pytest.mark.parametrize("address", ["tcp:host=localhost,port=1", "unixexec:path=x", "launchd:"])
def test_what_cannot_be_knocked_at_is_taken_to_be_there(address: str) -> None:
    assert "does not answer" not in absence_in({"DBUS_SESSION_BUS_ADDRESS": address})
