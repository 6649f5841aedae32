"""How a worker is started, and how it is doing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .frames import Desktop, Held

SECRET_PREFIX = "DEVICE_AGENT_TOKEN"  # noqa: S105 -- the name of a variable, not what is in it


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """
    How the desktop process is started.

    Attributes:
        environment: What it and its commands inherit, but for secrets; normally ``os.environ``.
        state_dir: Where its lock lies; None for no lock.
        secrets: Variables that are not inherited, besides those that begin with
            DEVICE_AGENT_TOKEN.

    """

    environment: Mapping[str, str]
    state_dir: Path | None = None
    secrets: frozenset[str] = frozenset()

    @property
    def inherited(self) -> dict[str, str]:
        """The environment without secrets."""
        return {
            name: value
            for name, value in self.environment.items()
            if name not in self.secrets and not name.startswith(SECRET_PREFIX)
        }


@dataclass(frozen=True, slots=True)
class InFlight:
    """A call in hand."""

    call_id: str
    tool: str
    age_s: float


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    """
    How the desktop process is doing.

    Attributes:
        pid: None while there is none.
        uptime_s: Since it took calls; 0.0 while it does not.
        restarts: How often one was started because the one before had ended.
        last_end: Why that was; empty if it never happened.
        in_flight: Calls in hand, the oldest first.
        held: Keys and buttons that are down.
        desktop: What a worker last saw of the desktop; None until one has looked.

    """

    pid: int | None
    uptime_s: float
    restarts: int
    last_end: str
    in_flight: tuple[InFlight, ...]
    held: Held
    desktop: Desktop | None
