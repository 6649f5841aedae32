"""What a simulated machine answers."""

from dataclasses import dataclass

from device_agent.catalog import ToolResult


@dataclass(frozen=True, slots=True)
class Reaction:
    """
    What a tool gave.

    Attributes:
        result: As the catalog has it.
        lasts_s: How long the call itself asks for, on top of the machine's pace.

    """

    result: ToolResult
    lasts_s: float = 0.0
