"""Work that a person on this machine asks for: through the same lane and policy as all others."""

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any

from ..errors import Failure
from ..protocol.events import Done, Event
from ..protocol.messages import Action, ClientTask, Command, ResponseId, TaskId
from ..protocol.work import Outcome, PeerId, Request, work_of
from .desk import Desk

LOCAL = PeerId("local")


class LocalWork:
    """Hands local requests to the desk and waits for their outcomes; who stops waiting cancels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._numbers = itertools.count(1)

    async def call(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Run one tool; answers ``ok`` with ``result``, or ``failure`` with ``error``."""
        task_id = TaskId(f"call {next(self._numbers)}")
        action = Action(tool_name=tool, parameters=dict(arguments))
        outcome = await self._perform(
            Command(task_id=task_id, response_id=ResponseId("1"), actions=(action,)), task_id
        )
        if outcome.failure is not None:
            return _failed(outcome.failure.value, outcome.error)
        (result,) = outcome.results
        if result.status == "success":
            return {"ok": True, "result": result.result}
        failure, _, error = (result.error or "").partition(": ")
        return {**_failed(failure, error), "result": result.result}

    async def task(self, words: str) -> dict[str, Any]:
        """Plan and run a task; answers ``ok``, the ``steps`` taken, and how it failed if it did."""
        task_id = TaskId(f"task {next(self._numbers)}")
        outcome = await self._perform(ClientTask(task_id=task_id, request=words), task_id)
        steps = (outcome.result or {}).get("steps", [])
        if outcome.failure is not None:
            return {**_failed(outcome.failure.value, outcome.error), "steps": steps}
        return {"ok": True, "steps": steps}

    async def _perform(self, request: Request, task_id: TaskId) -> Outcome:
        work = work_of(request)
        refusal = self._desk.refusal(work)
        if refusal is not None:
            return refusal
        done: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

        def tell(event: Event) -> None:
            if isinstance(event, Done) and not done.done():
                done.set_result(event.outcome)

        self._desk.run(LOCAL, work, tell)
        try:
            return await done
        except asyncio.CancelledError:
            self._desk.cancel(LOCAL, task_id, "whoever asked has hung up")
            raise


def _failed(failure: str, error: str) -> dict[str, Any]:
    known = {word.value for word in Failure}
    return {
        "ok": False,
        "failure": failure if failure in known else Failure.FAILED.value,
        "error": error or failure,
    }
