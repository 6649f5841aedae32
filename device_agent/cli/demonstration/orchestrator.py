"""The demo's side of the hub: who is there, and tasks with their outcomes."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from ...driver.aio import serve
from ...driver.core import Driver, Home
from ...driver.ports import Tell
from ...errors import Failure, LinkRefused, LocalProtocolError, Refusal, ToolError
from ...links.base import Link
from ...links.dial import DialTarget, dial
from ...protocol.codec import decode_server
from ...protocol.constellation import ConstellationSession
from ...protocol.events import LinkUp, Say, Stopping
from ...protocol.messages import (
    Action,
    ClientAck,
    ClientId,
    ClientTask,
    DeviceId,
    Json,
    Message,
    Register,
    ServerTaskEnd,
    TaskId,
)
from ...protocol.negotiation import Terms

CLIENT_ID = ClientId("demo")
OFFERS = Terms(("ack", "plans", "task_end"))
TASK_WITHIN_S = 20.0
LIST_WITHIN_S = 5.0


class Orchestrator:
    """
    A constellation with one job after another; made by :func:`connected`.

    Args:
        url: The hub's.
        clock: The wall clock as ISO 8601 in UTC.

    """

    def __init__(self, url: str, clock: Callable[[], str]) -> None:
        self._waiting: dict[TaskId, asyncio.Future[ServerTaskEnd]] = {}
        self._opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count = 0
        session = ConstellationSession(CLIENT_ID, url, OFFERS)
        self.driver = Driver(session, Home(decode=decode_server, clock=clock, owner=self))

    async def act(self, device_id: str, tool: str, **parameters: Json) -> Json:
        """
        Have a device call one tool; gives the tool's result.

        Raises:
            ToolError: It failed.

        """
        action = Action(tool_name=tool, parameters=parameters)
        end = await self._ask(device_id, None, (action,))
        if end.error is not None or not end.result:
            raise _failure(end.error or "failed: the device gave no result")
        return end.result[0].get("result")

    async def task(self, device_id: str, words: str) -> None:
        """
        Give a device a task in words.

        Raises:
            ToolError: It failed.

        """
        end = await self._ask(device_id, words, None)
        if end.error is not None:
            raise _failure(end.error)

    async def run(self, link: Link) -> None:
        """Serve the link until it ends."""
        end = await serve(self.driver, link, LinkUp())
        waiting: list[asyncio.Future[Any]] = [self._opened, *self._waiting.values()]
        for future in waiting:
            if not future.done():
                future.set_exception(end)

    async def registered(self) -> None:
        """Wait until the hub has taken us in."""
        async with asyncio.timeout(TASK_WITHIN_S):
            await self._opened

    def admit(self, register: Register, tell: Tell) -> None:
        del tell
        raise LocalProtocolError(f"{register.client_id!r} cannot register with a demo")

    def opened(self, accepts: tuple[str, ...], max_frame_bytes: int | None) -> None:
        del accepts, max_frame_bytes
        if not self._opened.done():
            self._opened.set_result(None)

    def deliver(self, message: Message) -> None:
        if not isinstance(message, ServerTaskEnd) or message.task_id is None:
            return
        waiting = self._waiting.get(message.task_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)
        ack = ClientAck(client_id=CLIENT_ID, client_type="constellation", task_id=message.task_id)
        self.driver.tell(Say(ack))

    async def _ask(
        self, device_id: str, words: str | None, actions: tuple[Action, ...] | None
    ) -> ServerTaskEnd:
        self._count += 1
        task_id = TaskId(f"demo-{self._count}")
        ended: asyncio.Future[ServerTaskEnd] = asyncio.get_running_loop().create_future()
        self._waiting[task_id] = ended
        task = ClientTask(
            client_id=CLIENT_ID,
            client_type="constellation",
            target_id=DeviceId(device_id),
            task_id=task_id,
            request=words,
            actions=actions,
        )
        self.driver.tell(Say(task))
        try:
            async with asyncio.timeout(TASK_WITHIN_S):
                return await ended
        except TimeoutError:
            raise ToolError(Failure.TIMED_OUT, f"no outcome in {TASK_WITHIN_S:g} s") from None
        finally:
            del self._waiting[task_id]


@asynccontextmanager
async def connected(url: str, token: str, clock: Callable[[], str]) -> AsyncIterator[Orchestrator]:
    """
    Be registered at a hub while the context lasts.

    Raises:
        LinkRefused: The hub cannot be reached.

    """
    link = await dial(DialTarget(url, SecretStr(token)))
    orchestrator = Orchestrator(url, clock)
    async with asyncio.TaskGroup() as group:
        group.create_task(orchestrator.run(link), name="orchestrator")
        await orchestrator.registered()
        yield orchestrator
        orchestrator.driver.tell(Stopping())


async def devices_at(url: str, token: str) -> tuple[str, ...]:
    """Ids of the devices that are connected to a hub, in the order in which they came."""
    body = await asyncio.to_thread(_get, url, token)
    return tuple(str(each["device_id"]) for each in json.loads(body)["devices"])


def _get(url: str, token: str) -> bytes:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=LIST_WITHIN_S)
    try:
        connection.request("GET", "/api/clients", headers={"X-API-Key": token})
        answer = connection.getresponse()
        if answer.status != http.HTTPStatus.OK:
            detail = f"the hub answered with HTTP {answer.status}"
            raise LinkRefused(Refusal.NOT_A_HUB, detail)
        return answer.read()
    finally:
        connection.close()


def _failure(error: str) -> ToolError:
    """The error that a TASK_END tells; its first word is part of the protocol."""
    word, _, detail = error.partition(": ")
    known = {failure.value: failure for failure in Failure}
    return ToolError(known.get(word, Failure.FAILED), detail or error)
