"""
The course of tasks: given to devices, ended, handed over to whoever asked. No I/O.

A task ends once. While a device is away its tasks wait :data:`GRACE_S` for it, because a device
of ours finishes what it accepted and reports it on its next link; while a constellation is away
the outcomes wait for it. A device that takes ``ack`` gets one when its outcome was handed over,
not before: until then the outcome is still in the device's journal, whatever happens to a hub.
"""

import logging
from collections.abc import Callable
from typing import Protocol, TypeAlias

from device_agent.errors import Failure
from device_agent.protocol.called import Counted
from device_agent.protocol.messages import Cancel, ResponseId, ServerAck, TaskId

from .clients import Client, Clients
from .endings import Ending, failed
from .tasks import HubTask, Tasks, TaskState

log = logging.getLogger(__name__)

GRACE_S = 60.0
"""How long a device may stay away before its tasks are given up; it redials within 15 s."""


class Pending(Protocol):
    """A call that will be made later."""

    def cancel(self) -> None:
        """Do not make it."""


Later: TypeAlias = Callable[[float, Callable[[], None]], Pending]
"""Make a call after so many seconds."""


class Errands:
    """
    Brings tasks to devices and outcomes back.

    Args:
        clients: Who is connected.
        tasks: What was asked.
        ids: Makes response ids that no earlier run of this hub has made.
        later: The clock's alarm.
        grace_s: How long a device may stay away.

    """

    def __init__(
        self, clients: Clients, tasks: Tasks, ids: Counted, later: Later, grace_s: float = GRACE_S
    ) -> None:
        self._clients = clients
        self._tasks = tasks
        self._ids = ids
        self._later = later
        self._grace_s = grace_s
        self._alarms: dict[TaskId, Pending] = {}

    def came(self, client: Client) -> None:
        """Go on where the last link of this client broke off."""
        if client.is_device:
            for task in self._tasks.of_device(client.device_id):
                if task.state is TaskState.AWAY:
                    self._give_again(client, task)
            return
        for task in self._tasks.of_asker(client.client_id):
            if task.state is TaskState.ENDED:
                self.hand_over(task)

    def left(self, client: Client) -> None:
        """Let the tasks of a device wait for it. What a constellation asked simply goes on."""
        if not client.is_device:
            return
        for task in self._tasks.of_device(client.device_id):
            if task.state is TaskState.GIVEN:
                task.move(TaskState.AWAY)
                self._set_alarm(task)

    def give(self, device: Client, task: HubTask) -> None:
        """Tell a device what to do."""
        self._tasks.add(task)
        device.line.say(task.order)

    def end(self, task: HubTask, ending: Ending) -> None:
        """Note the outcome of an open task, and hand it over if that can be done now."""
        self._drop_alarm(task.task_id)
        said = ending.message(task.task_id, task.order.task_name, self._ids.next())
        dropped = self._tasks.ended(task, said)
        if dropped is not None:
            log.warning("the outcome of %r was dropped: nobody came for it", dropped.task_id)
        self.hand_over(task)

    def hand_over(self, task: HubTask) -> None:
        """Tell whoever asked, if it is connected; settled at once where there is no ``ack``."""
        if task.on_end is not None:
            self.settle(task)
            task.on_end(task)
            return
        asker = self._clients.find(task.asker)
        if asker is None or asker.is_device or task.ending is None:
            return
        asker.line.say(task.ending)
        if "ack" not in asker.accepts:
            self.settle(task)

    def settle(self, task: HubTask) -> None:
        """Whoever asked has the outcome: the device need not keep it any longer."""
        self._tasks.handed_over(task)
        device = self._clients.device(task.device_id)
        if device is not None:
            self.confirm(device, task.task_id, task.command_id)

    def cancel(self, task: HubTask, reason: str) -> None:
        """Have an open task stopped; it ends when the device says so, if it can."""
        task.cancelled = reason
        if task.state is TaskState.AWAY:
            return  # The device hears of it when it is back; else the task is given up in time.
        if not self._tell_to_stop(task, reason):
            detail = "the device cannot be told to stop; what had begun may go on"
            self.end(task, failed(Failure.CANCELLED, detail))

    def give_up(self, task: HubTask, failure: Failure, detail: str) -> None:
        """End an open task that nobody waits for any longer."""
        self._tell_to_stop(task, detail)
        self.end(task, failed(failure, detail))

    @staticmethod
    def confirm(device: Client, task_id: TaskId, command_id: ResponseId | None) -> None:
        """Acknowledge an outcome to the device it came from."""
        if "ack" in device.accepts:
            device.line.say(ServerAck(task_id=task_id, response_id=command_id))

    def _tell_to_stop(self, task: HubTask, reason: str) -> bool:
        device = self._clients.device(task.device_id)
        if device is None or "cancel" not in device.accepts:
            return False
        device.line.say(Cancel(task_id=task.task_id, reason=reason))
        return True

    def _give_again(self, device: Client, task: HubTask) -> None:
        """
        Tell a device that is back what it was told before.

        A device with a journal knows the same order again and runs it once. Plain AIP has no such
        promise: there the task only waits, in case the outcome comes.
        """
        if "ack" not in device.accepts:
            return
        self._drop_alarm(task.task_id)
        task.move(TaskState.GIVEN)
        device.line.say(task.order)
        if task.cancelled is not None:
            self._tell_to_stop(task, task.cancelled)

    def _set_alarm(self, task: HubTask) -> None:
        def expired() -> None:
            self._alarms.pop(task.task_id, None)
            detail = f"device {task.device_id!r} went away with the task; it may have happened"
            self.end(task, failed(Failure.INTERRUPTED, detail))

        self._alarms[task.task_id] = self._later(self._grace_s, expired)

    def _drop_alarm(self, task_id: TaskId) -> None:
        alarm = self._alarms.pop(task_id, None)
        if alarm is not None:
            alarm.cancel()
