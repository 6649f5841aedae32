"""What can happen to a session. The driver reports these; a session never looks for itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from ..errors import RemoteProtocolError
from .messages import Json, Message
from .work import Outcome, Work, WorkId


@dataclass(frozen=True, slots=True)
class LinkUp:
    """
    A link is open.

    Attributes:
        metadata: What a device or constellation says of itself in REGISTER; facts as of now.

    """

    metadata: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The link is gone, for whatever reason."""

    code: int = 1006
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """The peer said something that decodes."""

    message: Message


@dataclass(frozen=True, slots=True)
class Garbled:
    """The peer sent a frame that is no message."""

    error: RemoteProtocolError


@dataclass(frozen=True, slots=True)
class TimerFired:
    """
    A timer asked for with :class:`~.effects.StartTimer` ran out.

    Attributes:
        moved: Payload went over the link, in or out, while the timer ran (pings do not count).

    """

    name: str
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """The journal took the work; nobody has run it before."""

    work: Work


@dataclass(frozen=True, slots=True)
class Declined:
    """The work was not taken (busy, paused, no space, same ids with other content)."""

    work: Work
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Done:
    """The body finished a work asked for with :class:`~.effects.Run`."""

    work: Work
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Recorded:
    """An answer is in the journal and may be sent: a new one, a duplicate's, or an old one."""

    work_id: WorkId
    answer: str


@dataclass(frozen=True, slots=True)
class Proven:
    """Everything sent before the last :class:`~.effects.Probe` has reached the peer."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Fresh facts asked for with :class:`~.effects.AskFacts`."""

    request_id: str | None
    facts: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Step:
    """A running task has come this far."""

    work_id: WorkId
    step: int
    total: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Stopping:
    """The process is about to stop: take nothing new, say goodbye when told to close."""


@dataclass(frozen=True, slots=True)
class Say:
    """The owner of a hub's or constellation's session wants this said."""

    message: Message


@dataclass(frozen=True, slots=True)
class Admitted:
    """
    The hub takes the client that asked with :class:`~.effects.Admit`.

    Attributes:
        accepts: The extensions the hub takes, put into the answer's ``result.accepts``.

    """

    accepts: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The hub refuses the client, in these words."""

    error: str


Event: TypeAlias = (
    LinkUp
    | LinkDown
    | Received
    | Garbled
    | TimerFired
    | Accepted
    | Declined
    | Done
    | Recorded
    | Proven
    | Facts
    | Step
    | Stopping
    | Say
    | Admitted
    | Rejected
)
