"""What tools work with."""

from dataclasses import dataclass, field

from ..catalog.grant import Grant
from ..processes import Mark
from .cancellation import Cancellation
from .children import Children
from .desktop import Desktop
from .recorder import Recorder
from .terminals import Terminals

__all__ = ["Bench", "Cancellation"]


@dataclass(frozen=True, slots=True)
class Bench:
    """
    What one call works with.

    Attributes:
        desktop: Screen and inputs; the same for all calls.
        children: Starts and reaps processes; the same for all calls.
        mark: Carried by the processes that this call starts.
        cancellation: Of this call.
        grant: What this call may reach.
        terminals: Those that are open; the same for all calls.
        recorder: Records calls; the same for all calls.

    """

    desktop: Desktop
    children: Children
    mark: Mark
    cancellation: Cancellation
    grant: Grant = field(default_factory=Grant)
    terminals: Terminals = field(default_factory=Terminals)
    recorder: Recorder = field(default_factory=Recorder)
