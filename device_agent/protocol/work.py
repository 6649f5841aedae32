"""
What a peer asked a device to do, and how it is answered. Pure.

A *work* is one COMMAND or one TASK. Its *outcome* is what came of it; its *answer* is the one
frame that reports the outcome, and every copy of it on the wire is identical.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal, NewType, TypeAlias

from ..errors import Failure
from .messages import Action, ActionResult, ClientTask, Command, Json, ServerTask

WorkId = NewType("WorkId", str)

PeerId = NewType("PeerId", str)
"""Who asked: stable over reconnects, never contains a secret. Answers go to nobody else."""

Request: TypeAlias = Command | ServerTask | ClientTask


@dataclass(frozen=True, slots=True)
class Work:
    """
    One COMMAND or TASK in hand.

    Attributes:
        work_id: The same for every delivery of the same ids by one peer.
        digest: Of the content; the same ids with another digest are a conflict.
        request: The message itself.

    """

    work_id: WorkId
    digest: str
    request: Request

    @property
    def kind(self) -> Literal["command", "task"]:
        """Which of the two it is."""
        return "command" if isinstance(self.request, Command) else "task"

    @property
    def actions(self) -> tuple[Action, ...]:
        """The explicit actions; empty for a task in words."""
        return self.request.actions or ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    How a work ended.

    Attributes:
        results: One per action, in order (COMMAND); the steps taken (TASK).
        failure: None on success. A COMMAND as a whole always succeeds: its results say more.
        error: A sentence for people when ``failure`` is set.
        result: What a TASK gave.

    """

    results: tuple[ActionResult, ...] = ()
    failure: Failure | None = None
    error: str = ""
    result: Json = None


def work_of(request: Request) -> Work:
    """Name a request. Deterministic: the same frame always gives the same work."""
    digest = _digest(request)
    if isinstance(request, Command):
        # A COMMAND without response_id cannot be told from another; its content names it then.
        return Work(work_id(request.task_id, request.response_id or digest), digest, request)
    return Work(work_id(request.task_id), digest, request)


def work_id(task_id: str | None, response_id: str | None = None) -> WorkId:
    """Name the COMMAND with these ids, or the TASK when there is no ``response_id``."""
    if response_id is None:
        return WorkId(f"task:{task_id or ''}")
    return WorkId(f"command:{task_id or ''}:{response_id}")


def _digest(request: Request) -> str:
    content = request.model_dump_json(exclude={"timestamp", "status", "metadata"})
    return hashlib.sha256(content.encode()).hexdigest()


def failed_actions(
    actions: tuple[Action, ...], failure: Failure, detail: str
) -> tuple[ActionResult, ...]:
    """Refuse a whole COMMAND: the first action fails with the reason, the rest is skipped."""
    return tuple(
        ActionResult(
            status="failure" if position == 0 else "skipped",
            error=f"{failure.value}: {detail}" if position == 0 else "skipped after a failure",
            call_id=action.call_id,
        )
        for position, action in enumerate(actions)
    )
