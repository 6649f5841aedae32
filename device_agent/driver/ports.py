"""
What a driver needs from outside: a way out, timers, and somebody at home.

The agent, the hub and the simulator each bring their own; the driver knows none of them.
"""

from collections.abc import Callable
from typing import Protocol, TypeAlias

from ..protocol.events import Event
from ..protocol.messages import DeviceId, Message, Register, TaskId
from ..protocol.work import Outcome, PeerId, Work, WorkId

Tell: TypeAlias = Callable[[Event], None]
"""How anybody reports an event to the session; call it in the driver's own thread."""


class Outbox(Protocol):
    """The way out of one link. Nothing here waits; frames leave in the order of the calls."""

    @property
    def moved_bytes(self) -> int:
        """Payload that has moved so far, as :attr:`~device_agent.links.base.Link.moved_bytes`."""
        ...

    @property
    def is_backlogged(self) -> bool:
        """Whether the peer is still taking what was sent before."""
        ...

    def send(self, text: str) -> None:
        """Send a frame."""
        ...

    def probe(self) -> None:
        """Ping after all that was sent; the driver is told Proven at the pong."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Say goodbye and close after all that was sent."""
        ...


class Timers(Protocol):
    """Timers of one driver, by name. When one runs out, ``driver.timer_fired(name)`` is called."""

    def start(self, name: str, seconds: float) -> None:
        """Start a timer; replaces one of that name."""
        ...

    def stop(self, name: str) -> None:
        """Forget a timer; unknown names are fine."""
        ...


class Journal(Protocol):
    """Keeps what was accepted and how it ended. Every method returns at once."""

    def accept(self, peer: PeerId, work: Work, tell: Tell) -> None:
        """Write a work down; tell Accepted, Recorded (known), Declined, or nothing (running)."""
        ...

    def record(self, peer: PeerId, work: Work, outcome: Outcome, answer: str) -> None:
        """Write an answer down; tell Recorded to whoever serves the peer then."""
        ...

    def resume(self, peer: PeerId, accepts: tuple[str, ...], tell: Tell) -> None:
        """
        Serve a peer on a new link: tell Recorded for all it is not known to have, oldest first.

        Args:
            peer: Who it is.
            accepts: The extensions that hold on the link; without ``ack``, the id of a task is
                free again once its outcome was delivered.
            tell: Who hears of it, from now on.

        """
        ...

    def sent(self, peer: PeerId, work_id: WorkId) -> None:
        """Note that an answer was put on a link."""
        ...

    def delivered(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        """Note that the peer has these answers."""
        ...

    def confirmed(self, peer: PeerId, work_id: WorkId) -> None:
        """Note that the peer keeps this answer."""
        ...

    def rejected(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        """One of these answers was too large for the peer (close code 1009)."""
        ...


class Body(Protocol):
    """Performs work."""

    def run(self, peer: PeerId, work: Work, tell: Tell) -> None:
        """Take a work in hand; tell Step as it goes and Done once, whatever happens."""
        ...

    def cancel(self, peer: PeerId, task_id: TaskId, reason: str) -> None:
        """Stop what a task has in hand; it still tells Done."""
        ...


class FactFinder(Protocol):
    """Looks at the machine."""

    def ask(self, request_id: str | None, target_id: DeviceId | None, tell: Tell) -> None:
        """Tell Facts."""
        ...


class Owner(Protocol):
    """Whom a hub's or constellation's session serves."""

    def admit(self, register: Register, tell: Tell) -> None:
        """Tell Admitted or Rejected."""
        ...

    def deliver(self, message: Message) -> None:
        """Take what the peer said."""
        ...

    def opened(self, accepts: tuple[str, ...], max_frame_bytes: int | None) -> None:
        """Hear that the peer is registered, and what it takes."""
        ...
