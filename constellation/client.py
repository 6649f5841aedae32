"""A constellation at a hub: asks devices for things and waits for the outcomes."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from device_agent.driver.aio import serve
from device_agent.driver.core import Driver, Home
from device_agent.driver.ports import Tell
from device_agent.errors import LinkClosed, LinkRefused, LocalProtocolError, Refusal
from device_agent.links.base import Link
from device_agent.links.dial import DialTarget, dial
from device_agent.protocol.codec import decode_server
from device_agent.protocol.constellation import ConstellationSession
from device_agent.protocol.effects import CloseReason
from device_agent.protocol.events import LinkUp, Say, Stopping
from device_agent.protocol.limits import Limits
from device_agent.protocol.messages import (
    Action,
    ClientAck,
    ClientCancel,
    ClientId,
    ClientMessage,
    ClientTask,
    DeviceId,
    DeviceInfo,
    DeviceInfoRequest,
    Json,
    Message,
    Register,
    ServerProgress,
    ServerTaskEnd,
    TaskId,
)
from device_agent.protocol.negotiation import Terms

EXTENSIONS = ("ack", "cancel", "plans", "progress", "task_end")

MAX_FRAME_BYTES = 64 * 1024 * 1024
"""What an outcome may weigh: a screenshot of several large displays, lossless, in base64."""

INFO_WITHIN_S = 10.0

OnProgress = Callable[[ServerProgress], None]


@dataclass(frozen=True, slots=True)
class Order:
    """
    What a device shall do.

    Attributes:
        device_id: Which one.
        request: In words, for the device's own planner.
        actions: Explicit steps instead; any device can do them.
        on_progress: Called for every step a device tells about.

    """

    device_id: str
    request: str | None = None
    actions: tuple[Action, ...] | None = None
    on_progress: OnProgress | None = None


@asynccontextmanager
async def connected(
    target: DialTarget, wall_clock: Callable[[], str], name: str = "cli"
) -> AsyncIterator["HubClient"]:
    """
    Be registered at a hub while the context lasts.

    Args:
        target: The hub.
        wall_clock: ISO 8601 in UTC.
        name: Begins the id under which we register.

    Raises:
        ConfigError: The target cannot be dialled as it is written down.
        LinkRefused: The hub cannot be reached, or does not want us.
        LinkClosed: The link was lost on the way; asking again under a new link is safe only
            for what may happen twice.

    """
    link = await dial(replace(target, max_frame_bytes=MAX_FRAME_BYTES))
    client = HubClient(target.url, f"{name}-{secrets.token_hex(4)}", wall_clock)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(client.run(link))
            await client.registered()
            try:
                yield client
            finally:
                client.leave()
    except BaseExceptionGroup as several:
        # One job, one error: callers need not know that a task group stood around them.
        if len(several.exceptions) == 1:
            raise several.exceptions[0] from None
        raise


class HubClient:
    """
    Asks a hub's devices for things. Made by :func:`connected`.

    Args:
        hub: URL of the hub.
        client_id: Ours; unique, because the hub refuses a second one.
        wall_clock: ISO 8601 in UTC.

    """

    def __init__(self, hub: str, client_id: str, wall_clock: Callable[[], str]) -> None:
        self.client_id = ClientId(client_id)
        self._accepts: frozenset[str] = frozenset()
        self._tasks: dict[TaskId, _Waiting] = {}
        self._infos: dict[str, asyncio.Future[Json]] = {}
        self._count = 0
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._end: LinkClosed | None = None
        offers = Terms(EXTENSIONS, MAX_FRAME_BYTES)
        decode = partial(decode_server, limits=Limits(MAX_FRAME_BYTES))
        home = Home(decode=decode, clock=wall_clock, owner=self)
        self.driver = Driver(ConstellationSession(self.client_id, hub, offers), home)

    async def ask(self, order: Order, timeout_s: float) -> ServerTaskEnd:
        """
        Have a device do something, and wait for the outcome.

        Raises:
            TimeoutError: No outcome in time; the device was told to stop, if it can be.
            LinkClosed: The link to the hub was lost.

        """
        task_id = TaskId(f"{self.client_id}@{self._next()}")
        waiting = self._tasks[task_id] = _Waiting(order.on_progress)
        try:
            self._say(
                ClientTask(
                    client_id=self.client_id,
                    client_type="constellation",
                    target_id=DeviceId(order.device_id),
                    task_id=task_id,
                    request=order.request,
                    actions=order.actions,
                )
            )
            async with asyncio.timeout(timeout_s):
                return await waiting.ended
        except (TimeoutError, asyncio.CancelledError):
            self._cancel(task_id)
            raise
        finally:
            del self._tasks[task_id]

    async def info(self, device_id: str) -> Json:
        """
        Ask what a device says about itself: an object; with the key ``error`` when it is unknown.

        Raises:
            TimeoutError: No answer in 10 s.
            LinkClosed: The link to the hub was lost.

        """
        request_id = f"{self.client_id}.{self._next()}"
        told = self._infos[request_id] = asyncio.get_running_loop().create_future()
        try:
            self._say(
                DeviceInfoRequest(
                    client_id=self.client_id,
                    client_type="constellation",
                    target_id=DeviceId(device_id),
                    request_id=request_id,
                )
            )
            async with asyncio.timeout(INFO_WITHIN_S):
                return await told
        finally:
            del self._infos[request_id]

    async def registered(self) -> None:
        """
        Wait until the hub has taken us in.

        Raises:
            LinkRefused: It did not.

        """
        await self._opened

    def leave(self) -> None:
        """Say goodbye."""
        self.driver.tell(Stopping())

    async def run(self, link: Link) -> None:
        """Serve the link until it ends; then nobody waits any longer."""
        end = await serve(self.driver, link, LinkUp())
        self._end = end
        if not self._opened.done():
            why = "did not take our REGISTER (its reason is in the log)"
            if self.driver.closing is not CloseReason.REFUSED:
                why = f"did not answer REGISTER: {end}"
            refusal = LinkRefused(Refusal.NOT_A_HUB, f"{link.peer_label} {why}")
            self._opened.set_exception(refusal)
        waiting = [each.ended for each in self._tasks.values()]
        for future in (*waiting, *self._infos.values()):
            if not future.done():
                future.set_exception(end)

    def admit(self, register: Register, tell: Tell) -> None:
        del tell
        raise LocalProtocolError(f"{register.client_id!r} cannot register with a constellation")

    def opened(self, accepts: tuple[str, ...], max_frame_bytes: int | None) -> None:
        del max_frame_bytes  # What we say is small.
        self._accepts = frozenset(accepts)
        if not self._opened.done():
            self._opened.set_result(None)

    def deliver(self, message: Message) -> None:
        match message:
            case ServerTaskEnd(task_id=str() as task_id):
                self._ended(task_id, message)
            case ServerProgress(task_id=str() as task_id) if task_id in self._tasks:
                on_progress = self._tasks[task_id].on_progress
                if on_progress is not None:
                    on_progress(message)
            case DeviceInfo(response_id=str() as response_id):
                told = self._infos.get(response_id)
                if told is not None and not told.done():
                    told.set_result(message.result)
            case _:
                pass  # Acknowledgements of TASK, and ERRORs, which the session has logged.

    def _ended(self, task_id: TaskId, message: ServerTaskEnd) -> None:
        waiting = self._tasks.get(task_id)
        if waiting is not None and not waiting.ended.done():
            waiting.ended.set_result(message)
        if "ack" in self._accepts:
            self._say(
                ClientAck(client_id=self.client_id, client_type="constellation", task_id=task_id)
            )

    def _cancel(self, task_id: TaskId) -> None:
        if "cancel" in self._accepts and self._end is None:
            reason = "nobody waits for it any longer"
            self._say(
                ClientCancel(
                    client_id=self.client_id,
                    client_type="constellation",
                    task_id=task_id,
                    reason=reason,
                )
            )

    def _say(self, message: ClientMessage) -> None:
        if self._end is not None:
            raise self._end
        self.driver.tell(Say(message))

    def _next(self) -> int:
        self._count += 1
        return self._count


class _Waiting:
    """Somebody who waits for the end of a task."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self.on_progress = on_progress
        self.ended: asyncio.Future[ServerTaskEnd] = asyncio.get_running_loop().create_future()
