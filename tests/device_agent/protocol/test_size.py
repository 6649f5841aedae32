"""How much memory an idle session costs: a simulator keeps thousands in one process."""

import gc
import tracemalloc
from collections.abc import Callable

import pytest

from device_agent.driver.core import Driver, Home
from device_agent.protocol.codec import decode_server
from device_agent.protocol.device_dialling import DeviceDialling
from device_agent.protocol.device_listening import DeviceListening
from device_agent.protocol.events import LinkUp
from device_agent.protocol.messages import ClientId
from device_agent.protocol.negotiation import Terms
from device_agent.protocol.work import PeerId

COUNT = 10_000
MOST_BYTES = 1024
PEER = PeerId("ws://127.0.0.1:1/ws")
TERMS = Terms(("task_end",), 1 << 24)
YES = '{"type":"heartbeat","status":"ok","result":{"accepts":{"task_end":true}}}'


class _Nobody:
    """A link's way out and its timers, which cost nothing here: they are no part of a session."""

    moved_bytes = 0
    is_backlogged = False

    def send(self, text: str) -> None:
        pass

    def probe(self) -> None:
        pass

    def close(self, code: int, reason: str) -> None:
        pass

    def start(self, name: str, seconds: float) -> None:
        pass

    def stop(self, name: str) -> None:
        pass


def _bytes_each(make: Callable[[int], object]) -> float:
    make(0)
    gc.collect()
    tracemalloc.start()
    try:
        kept = [make(number) for number in range(COUNT)]
        gc.collect()
        return tracemalloc.get_traced_memory()[0] / len(kept)
    finally:
        tracemalloc.stop()


@pytest.mark.timeout(120)
def test_ten_thousand_registered_devices_with_their_drivers_take_a_kilobyte_each() -> None:
    nobody = _Nobody()
    home = Home(decode=decode_server, clock=str)
    ids = [ClientId(f"device-{number:05}") for number in range(COUNT)]

    def registered(number: int) -> Driver:
        driver = Driver(DeviceDialling(ids[number], PEER, "linux", TERMS), home)
        driver.connect(nobody, nobody, LinkUp({}))
        driver.hear(YES)
        return driver

    assert registered(0).peer == PEER
    assert _bytes_each(registered) <= MOST_BYTES


def test_a_session_that_was_never_connected_takes_a_quarter_of_that() -> None:
    ids = [ClientId(f"device-{number:05}") for number in range(COUNT)]
    dialling = _bytes_each(lambda number: DeviceDialling(ids[number], PEER, "linux", TERMS))
    listening = _bytes_each(lambda number: DeviceListening("d1", TERMS, ids[number]))
    assert max(dialling, listening) <= MOST_BYTES / 4
