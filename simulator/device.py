"""One simulated device: the agent's own session on its own driver, with a pretend body."""

from collections.abc import Callable
from dataclasses import dataclass

from device_agent.driver import core
from device_agent.driver.ports import Tell
from device_agent.protocol.codec import decode_server
from device_agent.protocol.device_dialling import DeviceDialling, State
from device_agent.protocol.events import Facts
from device_agent.protocol.messages import ClientId, DeviceId, Json
from device_agent.protocol.negotiation import Terms

from .desk import Desk, Later
from .dice import Dice
from .journal import MemoryJournal
from .machine import Machine
from .profiles import Profile

EXTENSIONS = ("ack", "cancel", "progress", "task_end")


@dataclass(frozen=True, slots=True)
class Home:
    """
    What all devices of a fleet share.

    Attributes:
        peer: The hub: its URL without query.
        later: Where calls that take time are put.
        clock: The wall clock as ISO 8601 in UTC.
        opened: Told each time the hub has taken a device in.

    """

    peer: str
    later: Later
    clock: Callable[[], str]
    opened: Callable[[], None]


class Device:
    """
    A device that is not there.

    Args:
        profile: What kind of machine.
        dice: Its chance, and its number.
        home: What it shares with the others.

    Attributes:
        links: How often the hub has taken it in.

    """

    __slots__ = ("_home", "_redials", "_session", "desk", "device_id", "driver", "links", "machine")

    def __init__(self, profile: Profile, dice: Dice, home: Home) -> None:
        self.device_id = f"sim-{dice.index:04d}"
        self.machine = Machine(profile, dice, self.device_id)
        self.desk = Desk(self.machine, home.later)
        self.links = 0
        self._home = home
        self._redials = 0
        self._session = DeviceDialling(
            ClientId(self.device_id), home.peer, profile.platform, Terms(EXTENSIONS)
        )
        behind = core.Home(
            decode=decode_server,
            clock=home.clock,
            journal=MemoryJournal(home.clock, self._opened),
            body=self.desk,
            facts=self,
        )
        self.driver = core.Driver(self._session, behind)

    @property
    def is_registered(self) -> bool:
        """Whether the hub has it just now."""
        return self._session.state is State.READY

    def metadata(self) -> dict[str, Json]:
        """What REGISTER carries."""
        return {
            "platform": self.machine.profile.platform,
            "registration_time": self._home.clock(),
            "system_info": self.machine.facts,
        }

    def ask(self, request_id: str | None, target_id: DeviceId | None, tell: Tell) -> None:
        del target_id  # There is one device here, whatever the hub calls it.
        tell(Facts(request_id, self.machine.facts))

    def uniform(self, low: float, high: float) -> float:
        """Draw a number, another one each time: the dice of this device's redialling."""
        self._redials += 1
        return self.machine.dice.between(low, high, "redial", self._redials)

    def _opened(self) -> None:
        self.links += 1
        self._home.opened()
