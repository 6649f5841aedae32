"""The one frame that reports an outcome, in the words of either direction. Pure."""

from .messages import (
    ClientId,
    ClientTaskEnd,
    Command,
    CommandResults,
    Message,
    ServerTaskEnd,
)
from .work import Outcome, Work, failed_actions


def answer_to_server(client_id: ClientId, work: Work, outcome: Outcome) -> Message:
    """Report to a hub: COMMAND_RESULTS, or TASK_END where that was negotiated."""
    request = work.request
    if isinstance(request, Command):
        results = outcome.results
        if outcome.failure is not None and not results:
            results = failed_actions(work.actions, outcome.failure, outcome.error)
        return CommandResults(
            status=request.status,
            client_id=client_id,
            task_id=request.task_id,
            task_name=request.task_name,
            prev_response_id=request.response_id,
            request_id=request.response_id,
            action_results=results,
        )
    failed = outcome.failure is not None
    return ClientTaskEnd(
        status="failed" if failed else "completed",
        client_id=client_id,
        task_id=request.task_id,
        task_name=request.task_name,
        result=outcome.result,
        error=_error(outcome),
    )


def answer_to_client(work: Work, outcome: Outcome) -> Message:
    """
    Report to a constellation that dialled us: TASK_END with its very session id.

    Galaxy takes a task as successful only when the status is completed and ``error`` is null.
    """
    failed = outcome.failure is not None
    return ServerTaskEnd(
        status="failed" if failed else "completed",
        task_id=work.request.task_id,
        task_name=work.request.task_name,
        result=outcome.result,
        error=_error(outcome),
    )


def _error(outcome: Outcome) -> str | None:
    if outcome.failure is None:
        return None
    return f"{outcome.failure.value}: {outcome.error}" if outcome.error else outcome.failure.value
