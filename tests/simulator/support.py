"""Simulated devices without a network, and a clock that a test turns."""

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from simulator.dice import Dice
from simulator.machine import Machine
from simulator.profiles import PROFILES

NOW = "2026-01-01T00:00:00+00:00"


def clock() -> str:
    """A wall clock that stands."""
    return NOW


def machine(profile: str = "linux-workstation", *, seed: int = 0, index: int = 1) -> Machine:
    """A machine of that kind."""
    return Machine(PROFILES[profile], Dice(seed, index), f"sim-{index:04d}")


@dataclass
class Alarms:
    """Alarms that ring when the test lets time pass."""

    now_s: float = 0.0
    _waiting: list[tuple[float, int, "Ring"]] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def later(self, seconds: float, call: Callable[[], None]) -> "Ring":
        """Make a call after so many seconds."""
        ring = Ring(call)
        heapq.heappush(self._waiting, (self.now_s + seconds, next(self._numbers), ring))
        return ring

    def run(self, until_s: float = float("inf")) -> None:
        """Let time pass until nothing is waited for, or until then."""
        while self._waiting and self._waiting[0][0] <= until_s:
            self.now_s, _, ring = heapq.heappop(self._waiting)
            if not ring.is_cancelled:
                ring.call()


@dataclass
class Ring:
    """One alarm."""

    call: Callable[[], None]
    is_cancelled: bool = False

    def cancel(self) -> None:
        """Do not ring."""
        self.is_cancelled = True
