"""By which address other machines reach this one, found without sending anything."""

import socket
import sys
from pathlib import Path

import psutil

from .reading import Facts, attempt

# proc_net_route: columns 0 interface, 1 destination, 3 flags, 6 metric; numbers in base 16, but
# for the metric.
ROUTES = Path("/proc/net/route")
RTF_UP, RTF_GATEWAY = 0x1, 0x2
EVERYWHERE = "00000000"
# Loopback and link-local.
NOT_FROM_OUTSIDE = ("127.", "169.254.", "::1", "fe80:")


def network_facts() -> Facts:
    """
    ``ip_address``: of the interface with the default route, else of the first that is up.

    Version 4 before version 6; loopback and link-local addresses do not count. Absent where there
    is none.
    """
    address = attempt(_address)
    return {} if address is None else {"ip_address": address}


def _address() -> str | None:
    addresses = psutil.net_if_addrs()
    states = psutil.net_if_stats()
    best = attempt(_default_interface)
    up = [name for name in addresses if name in states and states[name].isup]
    ordered = sorted(up, key=lambda name: (name != best, name))
    for family in (socket.AF_INET, socket.AF_INET6):
        for name in ordered:
            for entry in addresses[name]:
                if entry.family == family and _is_reachable(entry.address):
                    return entry.address
    return None


def _default_interface() -> str | None:
    return None if sys.platform != "linux" else default_route(ROUTES.read_text())


def default_route(table: str) -> str | None:
    """The interface of the cheapest default route in a table like /proc/net/route."""
    best: tuple[int, str] | None = None
    for line in table.splitlines()[1:]:
        columns = line.split()
        flags = RTF_UP | RTF_GATEWAY
        if columns[1] == EVERYWHERE and int(columns[3], 16) & flags == flags:
            route = (int(columns[6]), columns[0])
            best = route if best is None else min(best, route)
    return None if best is None else best[1]


def _is_reachable(address: str) -> bool:
    return not address.lower().startswith(NOT_FROM_OUTSIDE)
