"""How a hub words the end of a task. Pure."""

from dataclasses import dataclass

from device_agent.errors import Failure
from device_agent.protocol.messages import (
    ActionResult,
    ClientTaskEnd,
    Command,
    CommandResults,
    Json,
    ResponseId,
    ServerTaskEnd,
    TaskId,
)


@dataclass(frozen=True, slots=True)
class Ending:
    """
    What came of a task.

    Attributes:
        error: None on success, else ``<failure>: <sentence>``. Galaxy takes a task as successful
            only when there is no error.
        result: What a device gave; for explicit actions a list with one object per action
            (``status``, ``result``, and ``error`` and ``call_id`` where there are any).

    """

    error: str | None = None
    result: Json = None

    def message(
        self, task_id: TaskId, task_name: str | None, response_id: ResponseId
    ) -> ServerTaskEnd:
        """Say it to whoever asked."""
        return ServerTaskEnd(
            status="completed" if self.error is None else "failed",
            task_id=task_id,
            task_name=task_name,
            response_id=response_id,
            result=self.result,
            error=self.error,
        )


def failed(failure: Failure, detail: str) -> Ending:
    """End a task that the hub itself gave up."""
    return Ending(error=f"{failure.value}: {detail}")


def of_task_end(said: ClientTaskEnd) -> Ending:
    """Pass on what a device says of a task it carried out itself."""
    error = said.error
    if said.status != "completed" and not error:
        error = f"{Failure.FAILED.value}: the device gave no reason"
    return Ending(error=error if said.status != "completed" else None, result=said.result)


def of_results(command: Command, said: CommandResults) -> Ending:
    """Sum up the results of explicit actions: the first that failed decides."""
    results = said.action_results or ()
    bad = next((each for each in results if each.status in {"failure", "skipped"}), None)
    error = said.error
    if error is None and bad is not None:
        error = bad.error or f"{Failure.FAILED.value}: the device gave no reason"
    if error is None and len(results) != len(command.actions):
        count = f"{len(results)} results for {len(command.actions)} actions"
        error = f"{Failure.FAILED.value}: the device gave {count}"
    return Ending(error=error, result=[_as_json(each) for each in results])


def _as_json(one: ActionResult) -> dict[str, Json]:
    said: dict[str, Json] = {"status": one.status, "result": one.result}
    if one.error is not None:
        said["error"] = one.error
    if one.call_id is not None:
        said["call_id"] = one.call_id
    return said
