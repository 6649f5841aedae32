"""
The part of a session that every called side shares: who may speak, and who has not said yet.

A caller is nobody until its REGISTER. UFO's server leaves such sockets open for ever (AIP,
section 0.2); ours says what is missing and hangs up after :data:`REGISTER_WITHIN_S`.
"""

from .effects import Effect, Send
from .messages import (
    ClientHeartbeat,
    ClientId,
    ClientType,
    FromClient,
    Register,
    ResponseId,
    ServerError,
    ServerHeartbeat,
)

REGISTER_WITHIN_S = 10.0
"""How long a caller may take to say REGISTER."""


class Counted:
    """Response ids of one link: its caller's name and a count, so that none comes twice."""

    __slots__ = ("_count", "_prefix")

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._count = 0

    def next(self) -> ResponseId:
        """Make the next id."""
        self._count += 1
        return ResponseId(f"{self._prefix}.{self._count}")


def not_yet(message: FromClient) -> list[Effect]:
    """Answer whoever speaks before REGISTER."""
    return [refuse(f"the first message must be REGISTER, not {_kind(message)}")]


def impostor(message: FromClient, client_id: ClientId, client_type: ClientType) -> str | None:
    """
    Say what is wrong with the identity of a message; None when nothing is.

    Ids in messages are compared with the registered ones, never trusted. A HEARTBEAT may say
    ``client_type`` device on any link: the real Galaxy does (AIP, section 6.3, G1).
    """
    if isinstance(message, Register):
        return "this link is registered already"
    if message.client_id not in {None, client_id}:
        return "client_id does not match the registered connection"
    if message.client_type != client_type and not isinstance(message, ClientHeartbeat):
        return "client_type does not match the registered connection"
    return None


def refuse(error: str) -> Send:
    """Say ERROR in these words; it correlates with nothing, as AIP has it."""
    return Send(ServerError(error=error))


def still_here(response_id: ResponseId) -> Send:
    """Answer a HEARTBEAT."""
    return Send(ServerHeartbeat(response_id=response_id))


def _kind(message: FromClient) -> str:
    return str(getattr(message, "type", "this")).upper()
