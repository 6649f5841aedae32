"""
Everything this project raises on purpose.

* :exc:`DeviceAgentError`
    * :exc:`ConfigError`: a setting is missing or impossible; fix it and restart
    * :exc:`PolicyError`: the owner's policy file cannot be used
    * :exc:`ProtocolError`
        * :exc:`LocalProtocolError`: our own code broke the protocol, a bug here
        * :exc:`RemoteProtocolError`: the peer broke it; carries a :class:`Breach`
    * :exc:`LinkError`
        * :exc:`LinkClosed`: the link is gone; carries code and reason
        * :exc:`LinkRefused`: the link never came up; carries a :class:`Refusal`
    * :exc:`JournalError`
        * :exc:`JournalCorrupt`: the file is no journal, and was left as it is
        * :exc:`JournalFull`: the disk has no room to open a journal
        * :exc:`StateLocked`: another process holds the state directory; says which one
    * :exc:`ToolError`: a call cannot be done; carries a :class:`Failure`
    * :exc:`WorkerLost`: the worker process died or was killed
    * :exc:`FrameBroken`: the stream between broker and worker carries something else

Kinds are enums, never texts: nobody has to read a message to know what happened.
"""

from dataclasses import dataclass
from enum import Enum


class DeviceAgentError(Exception):
    """Root of every error defined by this project."""


class ConfigError(DeviceAgentError):
    """
    A setting is missing or impossible.

    Args:
        message: What is wrong, in one sentence.
        hint: What to try; shown after the message.
        where: File, line or flag that said so, if known.

    """

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.where = where

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.message}" if self.where else self.message]
        if self.hint:
            parts.append(self.hint)
        return "; ".join(parts)


class PolicyError(ConfigError):
    """The owner's policy file cannot be used."""


class ProtocolError(DeviceAgentError):
    """A message that the protocol does not allow here."""


class LocalProtocolError(ProtocolError):
    """Our own code broke the protocol."""


class Breach(Enum):
    """How a frame broke the rules of the codec."""

    NOT_TEXT = "not_text"
    TOO_LARGE = "too_large"
    NOT_JSON = "not_json"
    TOO_DEEP = "too_deep"
    BAD_VALUE = "bad_value"
    UNKNOWN_KIND = "unknown_kind"
    BAD_FIELDS = "bad_fields"


@dataclass(frozen=True, slots=True)
class Salvage:
    """What could still be read of a broken frame, so that it can be answered."""

    kind: str
    task_id: str | None = None
    response_id: str | None = None
    actions: int = 0


class RemoteProtocolError(ProtocolError):
    """
    The peer sent a frame that is no message.

    Args:
        breach: Which rule it broke.
        detail: One line for people; never contains the frame.
        salvage: What could still be read of it; None when nothing could.

    """

    def __init__(self, breach: Breach, detail: str, salvage: Salvage | None = None) -> None:
        super().__init__(f"{breach.value}: {detail}")
        self.breach = breach
        self.detail = detail
        self.salvage = salvage


class LinkError(DeviceAgentError):
    """Something about a link, not about what was said on it."""


class LinkClosed(LinkError):
    """
    The link is gone; no more frames come or go.

    Args:
        code: WebSocket close code, 1006 where none was received (RFC 6455, section 7.1.5).
        reason: The peer's words, or ours.

    """

    def __init__(self, code: int = 1006, reason: str = "") -> None:
        super().__init__(f"link closed ({code}) {reason}".rstrip())
        self.code = code
        self.reason = reason


class Refusal(Enum):
    """Why a link could not be opened. Decides how long to wait before the next try."""

    UNREACHABLE = "unreachable"
    CREDENTIALS = "credentials"
    TLS = "tls"
    NOT_A_HUB = "not_a_hub"


class LinkRefused(LinkError):
    """
    A link could not be opened.

    Args:
        refusal: What kind of refusal it was.
        detail: Cause and remedy for people; never contains a token.
        retry_after_s: How long the peer wants to be left alone, in seconds, if it said so.

    """

    def __init__(
        self, refusal: Refusal, detail: str, *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(detail)
        self.refusal = refusal
        self.retry_after_s = retry_after_s


class JournalError(DeviceAgentError):
    """The journal cannot do what was asked."""


class JournalCorrupt(JournalError):
    """
    The file is no journal; whoever only reads it leaves it as it is.

    The agent itself moves such a file aside when it opens the journal, and reports that.
    """


class JournalFull(JournalError):
    """The disk has no room to open a journal."""


class StateLocked(JournalError):
    """
    Another process holds the state directory.

    Args:
        message: What is held, and by whom, in one sentence.
        pid: The holder's process id; None when it could not be read.

    """

    def __init__(self, message: str, pid: int | None = None) -> None:
        super().__init__(message)
        self.pid = pid


class Failure(Enum):
    """Why a call failed. The word travels in results, so it is part of the interface."""

    UNKNOWN_TOOL = "unknown_tool"
    BAD_ARGUMENTS = "bad_arguments"
    DENIED = "denied"
    BUSY = "busy"
    CONFLICT = "conflict"
    PAUSED = "paused"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    WORKER_LOST = "worker_lost"
    NO_SESSION = "no_session"
    LOCKED = "locked"
    UNAVAILABLE = "unavailable"
    NOT_UNDERSTOOD = "not_understood"
    RESULT_TOO_LARGE = "result_too_large"
    NO_SPACE = "no_space"
    FAILED = "failed"


class ToolError(DeviceAgentError):
    """
    A call cannot be done, for a reason that belongs in its result.

    Args:
        failure: The reason as a word.
        detail: The reason in a sentence, with what to try.
        value: What there was nonetheless, such as the output of a command that was killed, as
            JSON; belongs into the result beside the error.

    """

    def __init__(self, failure: Failure, detail: str, *, value: object = None) -> None:
        super().__init__(f"{failure.value}: {detail}")
        self.failure = failure
        self.detail = detail
        self.value = value


class WorkerLost(DeviceAgentError):
    """The worker process died or was killed while it had calls in hand."""


class FrameBroken(DeviceAgentError):
    """The stream between broker and worker carries something that is no frame."""
