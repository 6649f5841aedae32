"""What is said of work that was in hand when the process died. Pure."""

import json
from typing import Any

from ..errors import Failure
from ..journal.works import Unfinished
from ..protocol.answers import answer_to_client, answer_to_server
from ..protocol.messages import (
    Action,
    ActionResult,
    ClientId,
    ClientTask,
    Command,
    Message,
    ResponseId,
    ServerTask,
    TaskId,
)
from ..protocol.work import Outcome, Work, work_of

MAY_HAVE_HAPPENED = "the agent stopped while this was in hand; it may have happened"
RESULT_LOST = "this was done before the agent stopped, but its result was lost"


def context_of(work: Work) -> dict[str, Any]:
    """What must be kept to answer a work later, without what was asked for."""
    request = work.request
    return {
        "kind": type(request).__name__,
        "status": request.status,
        "task_name": request.task_name,
        "call_ids": [action.call_id for action in work.actions],
    }


def interrupted_answer(found: Unfinished, device_id: str) -> Message:
    """
    Report a work as interrupted; it is never run again by itself.

    Args:
        found: What the journal kept; its position says how many actions are known to have begun.
        device_id: Who answers.

    """
    context = json.loads(found.context)
    work = work_of(_request(found, context))
    error = f"{Failure.INTERRUPTED.value}: {MAY_HAVE_HAPPENED}"
    if found.kind == "command":
        done = max(found.position - 1, 0)
        results = tuple(
            ActionResult(
                status="none" if position < done else "failure",
                error=RESULT_LOST if position < done else error,
                call_id=action.call_id,
            )
            for position, action in enumerate(work.actions)
        )
        outcome = Outcome(results=results)
    else:
        outcome = Outcome(failure=Failure.INTERRUPTED, error=MAY_HAVE_HAPPENED)
    if isinstance(work.request, ClientTask):
        return answer_to_client(work, outcome)
    return answer_to_server(ClientId(device_id), work, outcome)


def _request(found: Unfinished, context: dict[str, Any]) -> Command | ServerTask | ClientTask:
    task_id = TaskId(found.task_id) if found.task_id else None
    name = context["task_name"]
    if context["kind"] == "ClientTask":
        return ClientTask(task_id=task_id, task_name=name)
    if context["kind"] == "ServerTask":
        return ServerTask(task_id=task_id, task_name=name)
    return Command(
        status=context["status"],
        task_id=task_id,
        task_name=name,
        response_id=None if found.response_id is None else ResponseId(found.response_id),
        actions=tuple(Action(tool_name="", call_id=call_id) for call_id in context["call_ids"]),
    )
