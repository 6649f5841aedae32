"""
A client that registers as a constellation, with a hub or with a device that listens.

Registering and heartbeats are :mod:`.calling`'s. What the other side says is handed to the owner
(:class:`~.effects.Deliver`); what the owner wants said comes as :class:`~.events.Say`.
"""

from ..errors import LocalProtocolError
from . import calling
from .calling import Caller
from .effects import Deliver, Effect, Log, Send
from .events import Event, Garbled, Say
from .messages import ClientId, ClientType, DeviceId, Json, Register, ServerError, ServerMessage
from .negotiation import Terms

State = calling.State
MOVES = calling.MOVES


class ConstellationSession(Caller):
    """
    Decides what a constellation says to one server. Performs nothing.

    Args:
        client_id: Who we are; Galaxy's are ``<task name>@<device id>``.
        peer: The server: its URL without query.
        offers: The extensions we take.
        target_id: The device meant by this link; None when the link serves many.

    """

    __slots__ = ("target_id",)

    client_type: ClientType = "constellation"

    def __init__(
        self, client_id: ClientId, peer: str, offers: Terms, target_id: DeviceId | None = None
    ) -> None:
        super().__init__(client_id, peer, offers)
        self.target_id = target_id

    def _register(self, metadata: dict[str, Json]) -> Register:
        metadata.setdefault("type", "constellation_client")
        return Register(
            client_id=self.client_id,
            client_type=self.client_type,
            target_id=self.target_id,
            metadata=metadata,
        )

    def _said(self, message: ServerMessage) -> list[Effect]:
        if isinstance(message, ServerError):
            return [Log(f"{self.peer} says: {message.error}"), Deliver(message)]
        return [Deliver(message)]

    def _other(self, event: Event) -> list[Effect]:
        match event:
            case Say(message):
                return [Send(message)] if self.state is State.READY else []
            case Garbled(error):
                return [Log(f"a frame of {self.peer} was refused: {error}")]
            case _:
                raise LocalProtocolError(f"{type(event).__name__} is not for a constellation")


__all__ = ["MOVES", "ConstellationSession", "State"]
