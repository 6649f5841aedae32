"""``python -m bench.sizes``: bytes of a registered, idle session, alone and with its driver."""

import gc
import tracemalloc
from collections.abc import Callable

from device_agent.driver.core import Driver, Home
from device_agent.protocol.codec import decode_server
from device_agent.protocol.device_dialling import DeviceDialling
from device_agent.protocol.events import LinkUp, Received
from device_agent.protocol.messages import ClientId, ServerHeartbeat
from device_agent.protocol.negotiation import Terms
from device_agent.protocol.work import PeerId

COUNT = 10_000
YES = '{"type":"heartbeat","status":"ok","result":{"accepts":{"task_end":true}}}'
PEER = PeerId("ws://127.0.0.1:1/ws")
TERMS = Terms(("task_end",), 1 << 24)


class Nobody:
    """Takes everything a driver has for a link, and does nothing."""

    moved_bytes = 0
    is_backlogged = False

    def send(self, text: str) -> None:
        """Drop it."""

    def probe(self) -> None:
        """Do not ask."""

    def close(self, code: int, reason: str) -> None:
        """Stay."""

    def start(self, name: str, seconds: float) -> None:
        """Never run out."""

    def stop(self, name: str) -> None:
        """Nothing runs."""


def main() -> None:
    """Print both."""
    names = [ClientId(f"device-{number:05}") for number in range(COUNT)]
    nobody = Nobody()
    home = Home(decode=decode_server, clock=str)

    def session(number: int) -> DeviceDialling:
        made = DeviceDialling(names[number], PEER, "linux", TERMS)
        made.handle(LinkUp({}))
        made.handle(Received(ServerHeartbeat(result={"accepts": {"task_end": True}})))
        return made

    def driver(number: int) -> Driver:
        made = Driver(DeviceDialling(names[number], PEER, "linux", TERMS), home)
        made.connect(nobody, nobody, LinkUp({}))
        made.hear(YES)
        return made

    print(_bytes_each(session), _bytes_each(driver))


def _bytes_each(make: Callable[[int], object]) -> float:
    make(0)  # What is made once is nobody's.
    gc.collect()
    tracemalloc.start()
    kept = [make(number) for number in range(COUNT)]
    gc.collect()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return used / len(kept)


if __name__ == "__main__":
    main()
