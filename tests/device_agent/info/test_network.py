import socket
from collections.abc import Mapping
from types import SimpleNamespace

import psutil
import pytest

from device_agent.info import network
from device_agent.info.network import default_route, network_facts

ROUTES = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0100A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
"""


def pretend(
    monkeypatch: pytest.MonkeyPatch, interfaces: Mapping[str, tuple[bool, list[str]]]
) -> None:
    def entry(address: str) -> SimpleNamespace:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return SimpleNamespace(family=family, address=address)

    addresses = {name: [entry(one) for one in ones] for name, (_, ones) in interfaces.items()}
    states = {name: SimpleNamespace(isup=up) for name, (up, _) in interfaces.items()}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: addresses)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: states)


def test_the_cheapest_default_route_wins() -> None:
    assert default_route(ROUTES) == "eth0"
    assert default_route(ROUTES.splitlines()[0]) is None


@pytest.mark.parametrize(
    ("interfaces", "address"),
    [
        ({"eth0": (True, ["192.0.2.2"]), "docker0": (True, ["172.17.0.1"])}, "192.0.2.2"),
        ({"docker0": (True, ["172.17.0.1"]), "lo": (True, ["127.0.0.1"])}, "172.17.0.1"),
        ({"eth0": (False, ["192.0.2.2"]), "wlan0": (True, ["192.0.2.3"])}, "192.0.2.3"),
        ({"eth0": (True, ["169.254.3.4", "fe80::1%eth0", "2001:db8::1"])}, "2001:db8::1"),
        ({"eth0": (True, ["2001:db8::1"]), "wlan0": (True, ["192.0.2.3"])}, "192.0.2.3"),
    ],
)
def test_the_address_is_one_that_others_can_reach(
    interfaces: dict[str, tuple[bool, list[str]]], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_default_interface", lambda: "eth0")
    pretend(monkeypatch, interfaces)
    assert network_facts() == {"ip_address": address}


def test_a_machine_without_a_network_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch, {"lo": (True, ["127.0.0.1", "::1"])})
    assert network_facts() == {}
