"""What a row of the table is, and what measuring it gives."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rigs.rig import Rig


@dataclass(frozen=True, slots=True)
class Measured:
    """
    What one row came to in this run.

    Attributes:
        value: In the row's unit; less is better.
        raw: The limit: the same without an agent, measured in this run; None where there is none.
        raw_what: What that limit is made of.
        shown: The value in other words, where a number alone says too little.
        p99: In the row's unit; None where the value is no median.
        runs: How many runs the value is the median of.

    """

    value: float
    raw: float | None = None
    raw_what: str = ""
    shown: str = ""
    p99: float | None = None
    runs: int = 1


class CannotMeasureError(Exception):
    """Something that a row needs is not on this machine; says what."""


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of the table.

    Attributes:
        name: For ``--row``.
        what: What is measured.
        unit: Of all its numbers.
        must: What the value may be at most; None where only "it happens" is asked for.
        stretch: What it should be at most.
        measure: Measures it.
        elsewhere: What others need, quoted from earlier measurements on a 2-core machine; not
            measured in this run.
        waits: Whether it mostly waits, so that others may be measured meanwhile.

    """

    name: str
    what: str
    unit: str
    must: float | None
    stretch: float | None
    measure: Callable[["Rig"], Awaitable[Measured]]
    elsewhere: str = ""
    waits: bool = False

    def verdict(self, value: float) -> str:
        """``stretch``, ``must`` or ``MISSED``; ``-`` where nothing is asked for."""
        if self.stretch is not None and value <= self.stretch:
            return "stretch"
        if self.must is not None and value > self.must:
            return "MISSED"
        return "must" if self.must is not None or self.stretch is not None else "-"
