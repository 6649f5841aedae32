"""
The accessibility bus: calls to programs, each with a deadline of its own.

The interfaces are those of at-spi2-core's D-Bus definitions
(https://gitlab.gnome.org/GNOME/at-spi2-core, xml/).
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError, InvalidAddressError

from ..errors import Failure, ToolError

T = TypeVar("T")

# A program that is busy answers late; one that hangs, never.
CALL_S = 1.0
CONNECT_S = 5.0
# More at once do not make a program faster, and each costs memory here and there.
MAX_AT_ONCE = 64

REGISTRY = "org.a11y.atspi.Registry"
ROOT = "/org/a11y/atspi/accessible/root"
PROPERTIES = "org.freedesktop.DBus.Properties"
DBUS, DBUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
# Names of errors that say that the object, or its program, is no more.
GONE = frozenset(
    f"org.freedesktop.DBus.Error.{name}"
    for name in ("UnknownObject", "ServiceUnknown", "NoReply", "NameHasNoOwner", "Disconnected")
)


class Ref(NamedTuple):
    """An element: its program's name on the bus, and its path there."""

    bus: str
    path: str


class Lack(Enum):
    """Why there is no answer."""

    GONE = "gone"
    REFUSED = "refused"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call gave: its first value, or why there is none."""

    value: Any = None
    lack: Lack | None = None
    detail: str = ""


class AccessibilityBus:
    """One connection to the accessibility bus. Lives on one event loop."""

    def __init__(self, bus: MessageBus) -> None:
        self._bus = bus
        self._at_once = asyncio.Semaphore(MAX_AT_ONCE)

    @classmethod
    async def connect(cls, session_address: str) -> "AccessibilityBus":
        """
        Ask the session bus for the accessibility bus, which it may start, and connect to that.

        Raises:
            ToolError: ``unavailable`` where there is none.

        """
        session = await _connected(session_address, "the session bus")
        try:
            found = await cls(session).call(
                Ref("org.a11y.Bus", "/org/a11y/bus"),
                "org.a11y.Bus",
                "GetAddress",
                timeout_s=CONNECT_S,
            )
        finally:
            session.disconnect()
        if not isinstance(found.value, str) or not found.value:
            detail = f"this session has no accessibility bus ({found.detail or 'no address'})"
            raise ToolError(Failure.UNAVAILABLE, f"{detail}; install at-spi2-core")
        return cls(await _connected(found.value, "the accessibility bus"))

    @property
    def connected(self) -> bool:
        """Whether it still is."""
        return bool(self._bus.connected)

    def close(self) -> None:
        """Hang up."""
        self._bus.disconnect()

    async def call(
        self,
        ref: Ref,
        interface: str,
        member: str,
        signature: str = "",
        *values: object,
        timeout_s: float = CALL_S,
    ) -> Answer:
        """Call a method; never raises but for a cancelled task."""
        message = Message(
            destination=ref.bus,
            path=ref.path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(values),
        )
        async with self._at_once:
            try:
                async with asyncio.timeout(timeout_s):
                    reply = await self._bus.call(message)
            except TimeoutError:
                return Answer(lack=Lack.SILENT, detail=f"no answer within {timeout_s:g} s")
            except (EOFError, OSError) as error:
                return Answer(lack=Lack.GONE, detail=f"the accessibility bus is gone: {error}")
        return _answer(reply)

    async def get(self, ref: Ref, interface: str, name: str, timeout_s: float = CALL_S) -> Answer:
        """Read a property."""
        found = await self.call(ref, PROPERTIES, "Get", "ss", interface, name, timeout_s=timeout_s)
        return found if found.lack else Answer(found.value.value)

    async def process(self, bus: str) -> int | None:
        """The process behind a name on the bus."""
        found = await self.call(Ref(DBUS, DBUS_PATH), DBUS, "GetConnectionUnixProcessID", "s", bus)
        return None if found.lack else int(found.value)


async def together(*work: Coroutine[Any, Any, T]) -> list[T]:
    """Run all of *work* at the same time; their results in their order."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each) for each in work]
    return [task.result() for task in tasks]


def _answer(reply: Message | None) -> Answer:
    if reply is None:
        return Answer(lack=Lack.REFUSED, detail="no reply")
    if reply.message_type is MessageType.ERROR:
        lack = Lack.GONE if reply.error_name in GONE else Lack.REFUSED
        said = reply.body[0] if reply.body else reply.error_name
        return Answer(lack=lack, detail=str(said).strip())
    return Answer(reply.body[0] if reply.body else None)


async def _connected(address: str, what: str) -> MessageBus:
    try:
        async with asyncio.timeout(CONNECT_S):
            return await MessageBus(bus_address=address).connect()
    except (AuthError, InvalidAddressError, OSError, EOFError) as error:
        detail = f"{what} cannot be reached ({type(error).__name__}: {error})"
        raise ToolError(Failure.UNAVAILABLE, detail) from error
