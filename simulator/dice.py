"""
Chance without a state: the same seed, device and question always get the same number. Pure.

A fleet so stays the same fleet however it is split over processes, and a device needs no
generator of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_BITS = 53
"""As many as a float between 0 and 1 can tell apart."""


@dataclass(frozen=True, slots=True)
class Dice:
    """
    One device's chance.

    Attributes:
        seed: The run's.
        index: The device's number in the fleet, from 1.

    """

    seed: int
    index: int

    def draw(self, what: str, count: int = 0) -> float:
        """
        Draw from [0, 1), every number as likely as the next.

        Args:
            what: What is asked; other questions get other numbers.
            count: Which time it is asked.

        """
        key = f"{self.seed}/{self.index}/{what}/{count}".encode()
        number = int.from_bytes(blake2b(key, digest_size=8).digest(), "big")
        return (number >> (64 - _BITS)) / (1 << _BITS)

    def between(self, low: float, high: float, what: str, count: int = 0) -> float:
        """Draw a number from [low, high)."""
        return low + (high - low) * self.draw(what, count)

    def pick(self, options: Sequence[T], what: str, count: int = 0) -> T:
        """Draw one of the options, of which there must be one."""
        return options[int(self.draw(what, count) * len(options))]
