"""What every link can do: carry text frames, prove that they arrived, close."""

from typing import Protocol


class Link(Protocol):
    """
    One open conversation. Dialled, accepted or pretended: the driver cannot tell.

    One coroutine receives and one sends; ``close`` and ``ping`` may be called beside them. Frames
    arrive in the order in which they were sent, whole or not at all. Whatever ends a link,
    everything that waits on it raises :exc:`~device_agent.errors.LinkClosed`.
    """

    @property
    def peer_label(self) -> str:
        """Whom this link reaches, for people: an address without its query."""
        ...

    @property
    def moved_bytes(self) -> int:
        """
        Payload that has moved so far, in both directions; never falls.

        What comes in counts as it arrives, large frames piece by piece. What goes out counts
        where it had to wait for a slow reader; what left at once says nothing about the peer.
        Pings and pongs do not count.
        """
        ...

    @property
    def is_backlogged(self) -> bool:
        """
        Whether the peer is still busy taking what was sent before.

        True although nothing has moved for a while: a slow reader shows in steps of 64 KiB and
        more. The link itself ends when such a backlog stands still for too long.
        """
        ...

    async def receive(self) -> str | bytes:
        """
        Wait for the next frame; bytes stand for a binary one.

        Raises:
            LinkClosed: No more frames will come.

        """
        ...

    async def send(self, text: str, *, more: bool = False) -> None:
        """
        Hand over a text frame; waits while earlier ones have not drained.

        Args:
            text: The frame.
            more: A ping follows at once; both should reach the peer together, so that its pong
                comes before whatever it does about the frame.

        Raises:
            LinkClosed: The peer is gone. Whether it got this frame is not known.

        """
        ...

    async def ping(self) -> None:
        """
        Wait until the peer has read everything that was sent before this call.

        Raises:
            LinkClosed: It never will.

        """
        ...

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """
        Say goodbye and close, within a few seconds at most; safe to call twice.

        Args:
            code: A WebSocket close code that may be sent (RFC 6455, section 7.4).
            reason: For the peer's log; longer ones are cut to 120 bytes.

        """
        ...
