"""Who is told what: a hub's reaction to everything its clients say. No I/O."""

import logging
from collections.abc import Callable
from dataclasses import replace

from device_agent.errors import Failure
from device_agent.protocol.called import Counted
from device_agent.protocol.codec import encode
from device_agent.protocol.limits import fits
from device_agent.protocol.messages import (
    Action,
    ClientAck,
    ClientCancel,
    ClientDeviceInfo,
    ClientHeartbeat,
    ClientMessage,
    ClientTask,
    ClientTaskEnd,
    Command,
    CommandResults,
    DeviceId,
    DeviceInfo,
    DeviceInfoRequest,
    Progress,
    Register,
    ResponseId,
    ServerError,
    ServerHeartbeat,
    ServerProgress,
    ServerTask,
    TaskId,
)
from device_agent.protocol.work import work_of

from .clients import Client, Clients
from .endings import Ending, failed, of_results, of_task_end
from .errands import Errands
from .tasks import HubTask, Order, Tasks, TaskState

log = logging.getLogger(__name__)

MAX_OPEN_TASKS = 10_000

MAX_ID_CHARACTERS = 512
"""Ids are repeated in answers and kept in tables."""

MAX_PROGRESS_CHARACTERS = 4000

STAMP_BYTES = 64
"""What the driver adds to a frame: the time."""

NO_PLANNER = "this device leaves planning to the hub, and this hub has no planner"


class Relay:
    """
    Decides what a hub passes on.

    Args:
        clients: Who is connected.
        tasks: What was asked.
        errands: Brings tasks to devices and outcomes back.
        ids: Makes response ids that no earlier run of this hub has made.

    """

    def __init__(self, clients: Clients, tasks: Tasks, errands: Errands, ids: Counted) -> None:
        self._clients = clients
        self._tasks = tasks
        self._errands = errands
        self._ids = ids

    def refusal(self, register: Register) -> str | None:
        """Why a client may not register, in AIP's words where it has some; None when it may."""
        if len(register.client_id) > MAX_ID_CHARACTERS:
            return f"client_id is longer than {MAX_ID_CHARACTERS} characters"
        target = register.target_id
        if register.client_type == "device" or target is None or self._clients.device(target):
            return None
        return f"Target device '{target}' is not connected"

    def came(self, client: Client) -> None:
        """Take in a client that has registered."""
        self._clients.put(client)
        self._errands.came(client)

    def left(self, client: Client) -> None:
        """Note that a client's link is gone, unless a newer link has its id."""
        if self._clients.remove(client.line, client.client_id) is not None:
            self._errands.left(client)

    def heard(self, client: Client, message: ClientMessage) -> None:
        """Act on what a client says; its session has checked who it is."""
        match message:
            case ClientHeartbeat():
                pass  # Answered by its session.
            case ClientTask() if client.is_device:
                self._left_to_hub(client, message)
            case ClientTaskEnd() if client.is_device:
                self._task_end(client, message)
            case CommandResults() if client.is_device:
                self._results(client, message)
            case Progress() if client.is_device:
                self._progress(client, message)
            case ClientDeviceInfo() if client.is_device:
                self._clients.put(replace(client, system_info=message.result))
            case ClientTask():
                self._asked(client, message)
            case ClientCancel() if not client.is_device:
                self._cancel(client, message)
            case ClientAck() if not client.is_device:
                self._acknowledged(client, message)
            case DeviceInfoRequest() if not client.is_device:
                self._tell_info(client, message)
            case _:
                kind = str(getattr(message, "type", "this")).upper()
                client.line.say(
                    ServerError(error=f"{kind} is not for a {client.client_type} to say")
                )

    def command(
        self, device_id: DeviceId, actions: tuple[Action, ...], on_end: Callable[[HubTask], None]
    ) -> HubTask | None:
        """
        Have a device run explicit actions, for somebody in this process.

        Returns:
            What :meth:`give_up` takes; None when the device is not connected.

        """
        device = self._clients.device(device_id)
        if device is None:
            return None
        task_id = TaskId(self._ids.next())
        order = Command(task_id=task_id, response_id=self._ids.next(), actions=actions)
        task = HubTask(task_id, order, "", device_id, None, on_end)
        self._errands.give(device, task)
        return task

    def give_up(self, task: HubTask, failure: Failure, detail: str) -> None:
        """End a task that nobody waits for any longer; one that has ended is fine."""
        if task.is_open:
            self._errands.give_up(task, failure, detail)

    # What constellations say.

    def _asked(self, client: Client, message: ClientTask) -> None:
        task_id = message.task_id or TaskId(self._ids.next())
        if len(task_id) > MAX_ID_CHARACTERS:
            detail = f"session_id is longer than {MAX_ID_CHARACTERS} characters"
            client.line.say(ServerError(error=detail))
            return
        digest = work_of(message).digest
        known = self._tasks.find(task_id)
        if known is not None:
            self._asked_again(client, known, digest)
            return
        device_id = message.target_id or client.target_id
        device = self._clients.device(device_id)
        obstacle = self._obstacle(client, device_id, device, message)
        order = self._order(task_id, message)
        if obstacle is None and device is not None:
            if fits(encode(order), device.max_frame_bytes - STAMP_BYTES):
                task = HubTask(task_id, order, digest, device.device_id, client.client_id)
                self._accepted(client, task_id)
                self._errands.give(device, task)
                return
            obstacle = failed(Failure.BAD_ARGUMENTS, "TASK is larger than this device's frames")
        ending = obstacle or failed(Failure.UNAVAILABLE, f"device {device_id!r} is not connected")
        client.line.say(ending.message(task_id, message.task_name, self._ids.next()))

    def _asked_again(self, client: Client, known: HubTask, digest: str) -> None:
        if known.asker != client.client_id:
            ending = failed(Failure.BUSY, "somebody else's task has this session_id")
            client.line.say(ending.message(known.task_id, None, self._ids.next()))
        elif known.digest != digest:
            client.line.say(
                ServerError(error=f"session_id {known.task_id!r} is in use by another task")
            )
        elif known.state is TaskState.ENDED:
            self._errands.hand_over(known)
        else:
            self._accepted(client, known.task_id)

    def _obstacle(
        self,
        client: Client,
        device_id: DeviceId | None,
        device: Client | None,
        message: ClientTask,
    ) -> Ending | None:
        if device_id is None:
            return failed(Failure.BAD_ARGUMENTS, "TASK names no target_id")
        if client.target_id not in {None, device_id}:
            return failed(
                Failure.BAD_ARGUMENTS, f"this link was registered for {client.target_id!r} alone"
            )
        if device is None:
            return None  # Said by the caller.
        if len(self._tasks) >= MAX_OPEN_TASKS:
            return failed(Failure.BUSY, f"this hub has {MAX_OPEN_TASKS} open tasks")
        if message.actions is None and not message.request:
            return failed(Failure.BAD_ARGUMENTS, "TASK has neither words nor actions")
        if message.actions is None and "task_end" not in device.accepts:
            return failed(Failure.UNAVAILABLE, NO_PLANNER)
        return None

    def _order(self, task_id: TaskId, message: ClientTask) -> Order:
        if message.actions is not None:
            return Command(
                task_id=task_id,
                task_name=message.task_name,
                response_id=self._ids.next(),
                actions=message.actions,
            )
        return ServerTask(
            task_id=task_id,
            task_name=message.task_name,
            response_id=self._ids.next(),
            user_request=message.request,
        )

    def _accepted(self, client: Client, task_id: TaskId) -> None:
        client.line.say(ServerHeartbeat(response_id=self._ids.next(), task_id=task_id))

    def _cancel(self, client: Client, message: ClientCancel) -> None:
        task = self._tasks.find(message.task_id)
        if task is not None and task.asker == client.client_id and task.is_open:
            self._errands.cancel(task, message.reason)

    def _acknowledged(self, client: Client, message: ClientAck) -> None:
        task = self._tasks.find(message.task_id)
        if task is None or task.asker != client.client_id or task.state is not TaskState.ENDED:
            return
        self._errands.settle(task)

    def _tell_info(self, client: Client, message: DeviceInfoRequest) -> None:
        device_id = message.target_id or client.target_id
        device = self._clients.device(device_id)
        if client.target_id not in {None, device_id}:
            result = {"error": f"this link was registered for {client.target_id!r} alone"}
        elif device is None:
            result = {"error": f"device {device_id!r} is not connected"}
        elif device.system_info is None:
            result = {"error": f"device {device_id!r} has said nothing about itself"}
        else:
            result = device.system_info
        asked = None if message.request_id is None else ResponseId(message.request_id)
        client.line.say(DeviceInfo(response_id=asked, result=result))

    # What devices say.

    def _left_to_hub(self, client: Client, message: ClientTask) -> None:
        """Take a TASK that a device sends (back): there is nobody here to plan it."""
        task = self._tasks.find(message.task_id)
        ending = failed(Failure.UNAVAILABLE, NO_PLANNER)
        if task is not None and task.is_open and task.device_id == client.device_id:
            self._errands.end(task, ending)
            return
        task_id = message.task_id or TaskId(self._ids.next())
        client.line.say(ending.message(task_id, message.task_name, self._ids.next()))

    def _task_end(self, client: Client, message: ClientTaskEnd) -> None:
        task = self._awaited(client, message.task_id, None)
        if task is not None:
            self._errands.end(task, of_task_end(message))

    def _results(self, client: Client, message: CommandResults) -> None:
        task = self._awaited(client, message.task_id, message.prev_response_id)
        if task is not None and isinstance(task.order, Command):
            task.results = message
            self._errands.end(task, of_results(task.order, message))

    def _awaited(
        self, client: Client, task_id: TaskId | None, command_id: ResponseId | None
    ) -> HubTask | None:
        """Find the task that this device was asked to do; a copy that comes late is settled."""
        device_id = client.device_id
        task = self._tasks.find(task_id)
        if task is not None and (task.device_id, task.command_id) == (device_id, command_id):
            return task if task.is_open else None
        if task_id is not None and self._tasks.is_over((device_id, task_id, command_id)):
            self._errands.confirm(client, task_id, command_id)
        else:
            log.info("%s reports on %r, which nobody here asked it for", device_id, task_id)
        return None

    def _progress(self, client: Client, message: Progress) -> None:
        task = self._tasks.find(message.task_id)
        if task is None or task.device_id != client.device_id or not task.is_open:
            return
        asker = self._clients.find(task.asker)
        if asker is not None and "progress" in asker.accepts:
            said = ServerProgress(
                task_id=task.task_id,
                step=message.step,
                total=message.total,
                text=message.text[:MAX_PROGRESS_CHARACTERS],
            )
            asker.line.say(said)
