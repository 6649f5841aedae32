"""
What constellations asked of devices, and how it ended, as far as a hub remembers.

Rule 1: every state of a task in a hub and every move between states is in this file.
Rule 2: a task ends once; whatever comes later about it changes nothing.
"""

from collections import OrderedDict
from collections.abc import Callable
from enum import Enum, auto
from typing import TypeAlias, TypeVar

from device_agent.errors import LocalProtocolError
from device_agent.protocol.messages import (
    ClientId,
    Command,
    CommandResults,
    DeviceId,
    ResponseId,
    ServerTask,
    ServerTaskEnd,
    TaskId,
)


class TaskState(Enum):
    """Where a task is in its life."""

    GIVEN = auto()
    """The device was told, and is connected."""
    AWAY = auto()
    """The device was told, then its link was lost; it may come back with the outcome."""
    ENDED = auto()
    """The outcome is known; whoever asked has not got it yet."""
    HANDED_OVER = auto()
    """Whoever asked has the outcome."""


MOVES: dict[TaskState, frozenset[TaskState]] = {
    TaskState.GIVEN: frozenset({TaskState.AWAY, TaskState.ENDED}),
    TaskState.AWAY: frozenset({TaskState.GIVEN, TaskState.ENDED}),
    TaskState.ENDED: frozenset({TaskState.HANDED_OVER}),
    TaskState.HANDED_OVER: frozenset(),
}

Order: TypeAlias = ServerTask | Command


class HubTask:
    """
    One task of one constellation for one device.

    Args:
        task_id: The wire's session_id.
        order: What the device is told; told again, it is the same word for word.
        digest: Of what was asked, to tell a repeated question from another one.
        device_id: Who shall do it.
        asker: The constellation; None when it was asked within this process.
        on_end: Called once with this task when it ends, where there is no asker.

    """

    __slots__ = (
        "asker",
        "cancelled",
        "device_id",
        "digest",
        "ending",
        "on_end",
        "order",
        "results",
        "state",
        "task_id",
    )

    def __init__(
        self,
        task_id: TaskId,
        order: Order,
        digest: str,
        device_id: DeviceId,
        asker: ClientId | None,
        on_end: Callable[["HubTask"], None] | None = None,
    ) -> None:
        self.task_id = task_id
        self.order = order
        self.digest = digest
        self.device_id = device_id
        self.asker = asker
        self.on_end = on_end
        self.state = TaskState.GIVEN
        self.cancelled: str | None = None
        self.ending: ServerTaskEnd | None = None
        self.results: CommandResults | None = None

    @property
    def command_id(self) -> ResponseId | None:
        """The response_id by which a device answers a COMMAND; None for a TASK."""
        return self.order.response_id if isinstance(self.order, Command) else None

    @property
    def is_open(self) -> bool:
        """Whether an outcome is still awaited."""
        return self.state in {TaskState.GIVEN, TaskState.AWAY}

    def move(self, to: TaskState) -> None:
        """
        Go on to another state.

        Raises:
            LocalProtocolError: There is no such move.

        """
        if to not in MOVES[self.state]:
            raise LocalProtocolError(f"a task cannot go from {self.state.name} to {to.name}")
        self.state = to


Key = TypeVar("Key")

Mark: TypeAlias = tuple[DeviceId, TaskId, ResponseId | None]
"""What a device names an outcome by."""


class Tasks:
    """
    The tasks that are open, the outcomes that wait for their constellation, and what was known.

    Args:
        max_kept: Outcomes kept for constellations that are away; beyond it the oldest is dropped
            here (a device that takes ``ack`` still has it).
        max_remembered: Outcomes handed over that are remembered, to acknowledge late copies.

    """

    def __init__(self, max_kept: int = 1000, max_remembered: int = 4000) -> None:
        self._max_kept = max_kept
        self._max_remembered = max_remembered
        self._by_id: dict[TaskId, HubTask] = {}
        self._by_device: dict[DeviceId, dict[TaskId, HubTask]] = {}
        self._by_asker: dict[ClientId, dict[TaskId, HubTask]] = {}
        self._kept: OrderedDict[TaskId, HubTask] = OrderedDict()
        self._over: OrderedDict[Mark, None] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_id)

    def find(self, task_id: TaskId | None) -> HubTask | None:
        """Find a task that is open, or whose outcome was not handed over."""
        return None if task_id is None else self._by_id.get(task_id)

    def of_device(self, device_id: DeviceId) -> tuple[HubTask, ...]:
        """List what a device was asked to do, oldest first."""
        return tuple(self._by_device.get(device_id, {}).values())

    def of_asker(self, client_id: ClientId) -> tuple[HubTask, ...]:
        """List what a constellation asked for, oldest first."""
        return tuple(self._by_asker.get(client_id, {}).values())

    def add(self, task: HubTask) -> None:
        """Remember a task; ids may come again from run to run, so an old one is forgotten."""
        self._by_id[task.task_id] = task
        self._by_device.setdefault(task.device_id, {})[task.task_id] = task
        if task.asker is not None:
            self._by_asker.setdefault(task.asker, {})[task.task_id] = task
        self._over.pop((task.device_id, task.task_id, task.command_id), None)

    def ended(self, task: HubTask, ending: ServerTaskEnd) -> HubTask | None:
        """Note the outcome; gives the task that had to make room, if one had to."""
        task.ending = ending
        task.move(TaskState.ENDED)
        self._kept[task.task_id] = task
        if len(self._kept) <= self._max_kept:
            return None
        _, oldest = self._kept.popitem(last=False)
        self._forget(oldest)
        return oldest

    def handed_over(self, task: HubTask) -> None:
        """Note that whoever asked has the outcome."""
        task.move(TaskState.HANDED_OVER)
        self._kept.pop(task.task_id, None)
        self._forget(task)
        self._over[task.device_id, task.task_id, task.command_id] = None
        if len(self._over) > self._max_remembered:
            self._over.popitem(last=False)

    def is_over(self, mark: Mark) -> bool:
        """Whether an outcome of that name was handed over lately."""
        return mark in self._over

    def _forget(self, task: HubTask) -> None:
        self._by_id.pop(task.task_id, None)
        _drop(self._by_device, task.device_id, task.task_id)
        if task.asker is not None:
            _drop(self._by_asker, task.asker, task.task_id)


def _drop(index: dict[Key, dict[TaskId, HubTask]], key: Key, task_id: TaskId) -> None:
    entries = index.get(key, {})
    entries.pop(task_id, None)
    if not entries:
        index.pop(key, None)
