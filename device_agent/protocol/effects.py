"""What a session wants done. The driver carries these out; a session never does."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .messages import DeviceId, Message, Register, TaskId
from .work import Outcome, Work, WorkId


class CloseReason(Enum):
    """Why a session hangs up; the runtime decides by it how soon to call again."""

    NO_ANSWER = "the peer did not answer REGISTER in time"
    SILENT = "the peer stopped answering heartbeats"
    REFUSED = "the peer refused REGISTER"
    REPLACED = "the same device has registered again"
    NOT_REGISTERED = "no REGISTER came in time"
    NOT_TEXT = "binary frames were not negotiated"
    GOODBYE = "stopping"


@dataclass(frozen=True, slots=True)
class Send:
    """Put a message on the link."""

    message: Message


@dataclass(frozen=True, slots=True)
class SendAnswer:
    """Put a recorded answer on the link, as it was written down."""

    work_id: WorkId
    answer: str


@dataclass(frozen=True, slots=True)
class CloseLink:
    """Say goodbye and close the link."""

    reason: CloseReason
    code: int = 1000


@dataclass(frozen=True, slots=True)
class StartTimer:
    """Report :class:`~.events.TimerFired` after ``seconds``; replaces a timer of that name."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class StopTimer:
    """Forget a timer; unknown names are fine."""

    name: str


@dataclass(frozen=True, slots=True)
class Opened:
    """
    The peer is registered: who it is, and what it takes.

    The driver resumes what the journal holds for it (:class:`~.events.Recorded`, in order).
    """

    peer: str
    accepts: tuple[str, ...] = ()
    max_frame_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Accept:
    """Write the work down, unless it is known; report Accepted, Recorded, Declined or nothing."""

    work: Work


@dataclass(frozen=True, slots=True)
class Run:
    """Run the work; report :class:`~.events.Done`."""

    work: Work


@dataclass(frozen=True, slots=True)
class CancelTask:
    """Stop all work that belongs to a task; each still reports Done, as cancelled."""

    task_id: TaskId
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """Write the answer down; report :class:`~.events.Recorded` to whoever serves the peer then."""

    work: Work
    outcome: Outcome
    answer: Message


@dataclass(frozen=True, slots=True)
class Delivered:
    """The peer has these answers: do not send them again by yourself."""

    work_ids: tuple[WorkId, ...]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The peer has kept the answer for good: it may be forgotten."""

    work_id: WorkId


@dataclass(frozen=True, slots=True)
class Probe:
    """Ping the peer after all that was sent; report :class:`~.events.Proven` at its pong."""


@dataclass(frozen=True, slots=True)
class AskFacts:
    """Look at the machine; report :class:`~.events.Facts`."""

    request_id: str | None
    target_id: DeviceId | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """Something worth a line in the log; never a secret, never a frame."""

    text: str
    warning: bool = True


DeviceEffect: TypeAlias = (
    Send
    | SendAnswer
    | CloseLink
    | StartTimer
    | StopTimer
    | Opened
    | Accept
    | Run
    | CancelTask
    | Record
    | Delivered
    | Confirmed
    | Probe
    | AskFacts
    | Log
)


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand a peer's message to the owner of a hub's or constellation's session, in order."""

    message: Message


@dataclass(frozen=True, slots=True)
class Admit:
    """Ask the hub whether this client may register; report Admitted or Rejected."""

    register: Register


Effect: TypeAlias = DeviceEffect | Deliver | Admit
