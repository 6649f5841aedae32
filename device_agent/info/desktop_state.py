"""What a desktop can be, and what stands in the way of using it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ..errors import Failure, ToolError

LOCKED: Final = "the session is locked; somebody has to unlock it"


class DesktopState(StrEnum):
    """What can be done with the desktop. The values travel in device info."""

    ACTIVE = "active"
    LOCKED = "locked"
    NO_SESSION = "no_session"
    UNSUPPORTED = "unsupported"


FAILURES: Final = {
    DesktopState.LOCKED: Failure.LOCKED,
    DesktopState.NO_SESSION: Failure.NO_SESSION,
    DesktopState.UNSUPPORTED: Failure.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class DesktopSession:
    """
    The desktop that this process belongs to.

    Attributes:
        state: What can be done with it.
        kind: ``x11``, ``wayland``, ``windows`` or ``aqua``; None where there is no session.
        reason: Why it is not active, and what to try; "" if it is.

    """

    state: DesktopState
    kind: str | None
    reason: str = ""

    def require_active(self) -> None:
        """
        Raise unless the desktop takes input.

        Raises:
            ToolError: ``locked``, ``no_session`` or ``unavailable`` with the reason.

        """
        failure = FAILURES.get(self.state)
        if failure is not None:
            raise ToolError(failure, self.reason)
