"""Lines that only remember what was said on them, and an alarm clock that rings when told."""

from collections.abc import Callable

from constellation.hub.clients import Client, Clients, client_of
from constellation.hub.errands import Errands
from constellation.hub.relay import Relay
from constellation.hub.tasks import Tasks
from device_agent.protocol.called import Counted
from device_agent.protocol.effects import CloseReason
from device_agent.protocol.messages import (
    ClientId,
    ClientTask,
    ClientType,
    DeviceId,
    Json,
    Register,
    ServerMessage,
    TaskId,
)

OURS = ("ack", "cancel", "plans", "progress", "task_end")


class PretendLine:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[ServerMessage] = []

    def say(self, message: ServerMessage) -> None:
        self.said.append(message)

    async def answers(self, within_s: float) -> bool:
        raise AssertionError(within_s)

    async def hang_up(self, reason: CloseReason) -> None:
        raise AssertionError(reason)

    def heard(self) -> list[ServerMessage]:
        """Give what was said since the last time."""
        said, self.said = self.said, []
        return said


class Alarm:
    """A call that is made when the test says so."""

    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        self.seconds = seconds
        self.call = call
        self.is_set = True

    def cancel(self) -> None:
        self.is_set = False


class Rig:
    """A relay between pretend lines."""

    def __init__(self, max_kept: int = 1000) -> None:
        self.alarms: list[Alarm] = []
        self.clients = Clients()
        self.tasks = Tasks(max_kept=max_kept)
        ids = Counted("t")
        errands = Errands(self.clients, self.tasks, ids, self._later)
        self.relay = Relay(self.clients, self.tasks, errands, ids)

    def _later(self, seconds: float, call: Callable[[], None]) -> Alarm:
        self.alarms.append(Alarm(seconds, call))
        return self.alarms[-1]

    def ring(self) -> None:
        """Let every alarm go off that is set."""
        for alarm in [alarm for alarm in self.alarms if alarm.is_set]:
            alarm.cancel()
            alarm.call()

    def connect(
        self,
        client_id: str,
        client_type: ClientType = "device",
        accepts: tuple[str, ...] = OURS,
        metadata: dict[str, Json] | None = None,
        target_id: str | None = None,
    ) -> tuple[Client, PretendLine]:
        """Register a client."""
        line = PretendLine()
        register = Register(
            client_id=ClientId(client_id),
            client_type=client_type,
            metadata=metadata,
            target_id=None if target_id is None else DeviceId(target_id),
        )
        client = client_of(register, line, accepts, since_s=0.0)
        self.relay.came(client)
        return client, line


def task(request: str | None = "look", task_id: str = "T@1", target: str = "d1") -> ClientTask:
    """Ask for something in words."""
    return ClientTask(
        client_type="constellation",
        task_id=TaskId(task_id),
        request=request,
        target_id=DeviceId(target),
    )
