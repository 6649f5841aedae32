"""
The messages of AIP, one frozen model per kind and direction.

``From Client`` is what a device or a constellation says to a server, ``From Server`` what a
server says to them (docs/protocol.md, sections 1.2 and 1.3). A device that listens speaks the
server's vocabulary. Wire spellings differ from field names in one place only: the wire's
``session_id`` is a task's id, so the field is ``task_id``.

Models are strict (no int for a str) and ignore unknown fields; optional fields are absent, not
null: the codec drops nulls at the envelope before validation.
"""

from typing import Annotated, Any, Literal, NewType, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

DeviceId = NewType("DeviceId", str)
ClientId = NewType("ClientId", str)
TaskId = NewType("TaskId", str)
ResponseId = NewType("ResponseId", str)
CallId = NewType("CallId", str)

Json: TypeAlias = Any
"""Any JSON value. Null, 0, "", [] and false are data here and are kept as they are."""

Status: TypeAlias = Literal["continue", "completed", "failed", "ok", "error"]
ClientType: TypeAlias = Literal["device", "constellation"]
ToolType: TypeAlias = Literal["data_collection", "action"]
ResultStatus: TypeAlias = Literal["success", "failure", "skipped", "none"]

Accepts: TypeAlias = dict[str, Any]
"""Extensions a side takes: name to true, or to a number (docs/protocol.md, "Extensions")."""


class Wire(BaseModel):
    """What all parts of a message have in common."""

    # Built when first used: nobody speaks all of it.
    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", populate_by_name=True, defer_build=True
    )


class Action(Wire):
    """One entry of a COMMAND: which tool, with what (AIP calls it Command)."""

    tool_name: str
    tool_type: ToolType = "action"
    parameters: dict[str, Json] | None = None
    call_id: CallId | None = None


class ActionResult(Wire):
    """How one action ended (AIP calls it Result). Servers match results by position."""

    status: ResultStatus
    result: Json = None
    error: str | None = None
    namespace: str | None = None
    call_id: CallId | None = None


Actions: TypeAlias = Annotated[tuple[Action, ...], Field(strict=False, fail_fast=True)]
ActionResults: TypeAlias = Annotated[tuple[ActionResult, ...], Field(strict=False, fail_fast=True)]
Texts: TypeAlias = Annotated[tuple[str, ...], Field(strict=False, fail_fast=True)]


def _task_id() -> Any:  # noqa: ANN401 -- pydantic's Field is typed so, to stand for any default
    return Field(default=None, validation_alias="session_id", serialization_alias="session_id")


class FromClient(Wire):
    """Fields that every message to a server may carry."""

    status: Status = "ok"
    client_type: ClientType = "device"
    client_id: ClientId | None = None
    target_id: DeviceId | None = None
    timestamp: str | None = None
    request_id: str | None = None
    metadata: dict[str, Json] | None = None


class Register(FromClient):
    """First message on a link to a server: who is calling, and what it is."""

    type: Literal["register"] = "register"
    client_id: ClientId = Field(min_length=1)


class ClientHeartbeat(FromClient):
    """Still here; a server answers with :class:`ServerHeartbeat`."""

    type: Literal["heartbeat"] = "heartbeat"


class ClientTask(FromClient):
    """A task for a server (or a listening device) to carry out; a device sends its TASK back so."""

    type: Literal["task"] = "task"
    status: Status = "continue"
    task_id: TaskId | None = _task_id()
    task_name: str | None = None
    request: str | None = None
    actions: Actions | None = None
    """Extension ``plans``: explicit steps instead of words."""


class CommandResults(FromClient):
    """The answer to a COMMAND: one result per action, in order."""

    type: Literal["command_results"] = "command_results"
    task_id: TaskId | None = _task_id()
    task_name: str | None = None
    prev_response_id: ResponseId | None = None
    action_results: ActionResults | None = None
    error: str | None = None


class ClientTaskEnd(FromClient):
    """Extension ``task_end``: how a task that the device itself carried out has ended."""

    type: Literal["task_end"] = "task_end"
    task_id: TaskId | None = _task_id()
    task_name: str | None = None
    result: Json = None
    error: str | None = None


class DeviceInfoRequest(FromClient):
    """A constellation asks what a device is; answered by request_id."""

    type: Literal["device_info_request"] = "device_info_request"


class ClientDeviceInfo(FromClient):
    """Facts pushed by a device (AIP: reserved; accepted and not answered)."""

    type: Literal["device_info_response"] = "device_info_response"
    response_id: ResponseId | None = None
    result: Json = None


class ClientError(FromClient):
    """Something went wrong at the client. Never answered: a server would echo it for ever."""

    type: Literal["error"] = "error"
    status: Status = "error"
    task_id: TaskId | None = _task_id()
    error: str | None = None


class Progress(FromClient):
    """Extension ``progress``: how far a task has come."""

    type: Literal["progress"] = "progress"
    status: Status = "continue"
    task_id: TaskId | None = _task_id()
    step: int
    total: int | None = None
    text: str = ""


class ClientAck(FromClient):
    """Extension ``ack``: a constellation has kept the outcome of a task for good."""

    type: Literal["ack"] = "ack"
    task_id: TaskId | None = _task_id()
    response_id: ResponseId | None = None


class ClientCancel(FromClient):
    """Extension ``cancel``: a constellation wants a task stopped."""

    type: Literal["cancel"] = "cancel"
    task_id: TaskId | None = _task_id()
    reason: str = ""


class FromServer(Wire):
    """Fields that every message from a server may carry."""

    status: Status = "ok"
    task_id: TaskId | None = _task_id()
    task_name: str | None = None
    timestamp: str | None = None
    response_id: ResponseId | None = None
    error: str | None = None
    messages: Texts | None = None
    user_request: str | None = None
    agent_name: str | None = None
    process_name: str | None = None
    root_name: str | None = None


class ServerHeartbeat(FromServer):
    """Answer to REGISTER, to a HEARTBEAT, and (with a task id) to a TASK."""

    type: Literal["heartbeat"] = "heartbeat"
    result: Json = None


class ServerTask(FromServer):
    """A server hands a task to a device."""

    type: Literal["task"] = "task"
    status: Status = "continue"
    actions: Actions | None = None


class Command(FromServer):
    """Zero or more actions to be run in order, answered by one :class:`CommandResults`."""

    type: Literal["command"] = "command"
    status: Status = "continue"
    actions: Actions = ()


class ServerTaskEnd(FromServer):
    """How a task ended. Only its task id correlates it."""

    type: Literal["task_end"] = "task_end"
    result: Json = None


class ServerDeviceInfoRequest(FromServer):
    """Reserved by AIP: a server asks a device for its facts."""

    type: Literal["device_info_request"] = "device_info_request"
    request_id: str | None = None


class DeviceInfo(FromServer):
    """Facts of a device; ``response_id`` repeats the request's id."""

    type: Literal["device_info_response"] = "device_info_response"
    result: Json = None


class ServerError(FromServer):
    """Something went wrong at the server. Correlates with nothing."""

    type: Literal["error"] = "error"
    status: Status = "error"


class ServerProgress(FromServer):
    """Extension ``progress``, passed on to whoever asked for the task."""

    type: Literal["progress"] = "progress"
    status: Status = "continue"
    step: int
    total: int | None = None
    text: str = ""


class ServerAck(FromServer):
    """Extension ``ack``: the server has kept an outcome for good."""

    type: Literal["ack"] = "ack"


class Cancel(FromServer):
    """Extension ``cancel``: stop a task; it ends as TASK_END failed "cancelled"."""

    type: Literal["cancel"] = "cancel"
    reason: str = ""


ClientMessage: TypeAlias = Annotated[
    Register
    | ClientHeartbeat
    | ClientTask
    | CommandResults
    | ClientTaskEnd
    | DeviceInfoRequest
    | ClientDeviceInfo
    | ClientError
    | Progress
    | ClientAck
    | ClientCancel,
    Field(discriminator="type"),
]
"""What a device or constellation says to a server."""

ServerMessage: TypeAlias = Annotated[
    ServerHeartbeat
    | ServerTask
    | Command
    | ServerTaskEnd
    | ServerDeviceInfoRequest
    | DeviceInfo
    | ServerError
    | ServerProgress
    | ServerAck
    | Cancel,
    Field(discriminator="type"),
]
"""What a server (or a device that listens) says to its clients."""

Message: TypeAlias = ClientMessage | ServerMessage
