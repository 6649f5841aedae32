"""What a simulated machine answers to the tools that need no window: files, programs, and more."""

from collections.abc import Callable, Mapping
from typing import Any

from device_agent.catalog import ToolResult

from . import filing, filming, pasting, running
from .machine import Machine

RESULTS: Mapping[str, Callable[[Any, Machine], ToolResult]] = {
    **filing.RESULTS,
    **running.RESULTS,
    **pasting.RESULTS,
    **filming.RESULTS,
}
