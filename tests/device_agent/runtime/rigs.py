"""An agent's inside with a real worker and a real journal, and peers on memory links."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from device_agent.catalog import Tier
from device_agent.config.model import Config
from device_agent.driver.aio import serve
from device_agent.driver.core import Driver, Home
from device_agent.journal.tasks import Journal
from device_agent.links.memory import MemoryLink, memory_pair
from device_agent.policy.rules import Policy, by_hand
from device_agent.protocol.codec import decode_server
from device_agent.protocol.device_dialling import DeviceDialling
from device_agent.protocol.events import Done, Event, LinkUp, Step
from device_agent.protocol.messages import (
    Action,
    ClientId,
    ClientTask,
    Command,
    ResponseId,
    TaskId,
)
from device_agent.protocol.negotiation import Terms
from device_agent.protocol.work import Outcome, PeerId, Work, work_of
from device_agent.runtime.clock import now_text, wall
from device_agent.runtime.desktop import Desktop, desktop
from device_agent.runtime.ledger import Ledger
from device_agent.runtime.peers import Peers

PATIENCE_S = 20.0
HUB = PeerId("ws://hub/ws")
OTHER = PeerId("ws://other/ws")
EVERYTHING = frozenset(Tier)

Frame = dict[str, Any]


def run_async(story: Callable[[], Coroutine[Any, Any, None]], patience_s: float = 50.0) -> None:
    async def limited() -> None:
        async with asyncio.timeout(patience_s):
            await story()

    asyncio.run(limited())


def config_for(tmp_path: Path, display: str | None = None, **settings: object) -> Config:
    worker = {"display": display or ":9999"}
    return Config(device_id="d1", state_dir=tmp_path / "state", worker=worker, **settings)


def policy_of(tiers: frozenset[Tier] = EVERYTHING) -> Policy:
    return by_hand(tiers)


def act(tool_name: str, /, **parameters: object) -> Action:
    return Action(tool_name=tool_name, parameters=parameters or None, call_id=f"c-{tool_name}")


def sh(line: str) -> Action:
    return act("execute_command", command=line)


def ordered(name: str, *actions: Action, task: str = "t") -> Work:
    """A COMMAND."""
    command = Command(
        task_id=TaskId(task), response_id=ResponseId(name), actions=actions, agent_name="LinuxAgent"
    )
    return work_of(command)


def asked(words: str, task: str = "t") -> Work:
    """A TASK of a constellation."""
    return work_of(ClientTask(task_id=TaskId(task), request=words))


@dataclass
class Teller:
    """Somebody who is told things, and remembers."""

    events: list[Event] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._changed.set()

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    async def until(self, ready: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not ready():
                self._changed.clear()
                await self._changed.wait()

    async def heard(self, kind: type[Event], times: int = 1) -> list[Any]:
        await self.until(lambda: len(self.of(kind)) >= times)
        return self.of(kind)

    def of(self, kind: type[Event]) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    async def outcome(self) -> Outcome:
        (done,) = await self.heard(Done)
        found: Outcome = done.outcome
        return found

    async def begun(self) -> None:
        await self.heard(Step)


def errors_of(outcome: Outcome) -> list[str]:
    """The words of all failures, in order."""
    return [(result.error or "").partition(":")[0] for result in outcome.results]


async def until(ready: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    """Wait for what no event tells of."""
    async with asyncio.timeout(patience_s):
        while not ready():  # noqa: ASYNC110 -- what is waited for is in another process
            await asyncio.sleep(0.01)


def alive(marker: Path) -> bool:
    """Whether the process lives that wrote its id into a file; one not yet reaped does not."""
    try:
        status = psutil.Process(int(marker.read_text())).status()
    except psutil.NoSuchProcess:
        return False
    return bool(status != psutil.STATUS_ZOMBIE)


@contextmanager
def journal_in(state_dir: Path, **options: object) -> Iterator[Journal]:
    post = asyncio.get_running_loop().call_soon_threadsafe
    with Journal.open(state_dir, clock=wall, post=post, **options) as journal:
        yield journal


@dataclass
class Inside:
    """What the links of one agent share."""

    behind: Desktop
    journal: Journal
    ledger: Ledger
    peers: Peers
    group: asyncio.TaskGroup

    def hub(self, peer: PeerId = HUB) -> "Hub":
        """A hub that we dial again and again, with one session."""
        session = DeviceDialling(ClientId("d1"), peer, "linux", Terms(("ack", "cancel"), 1 << 24))
        behind = self.behind
        home = Home(
            decode_server, now_text, journal=self.ledger, body=behind.desk, facts=behind.machine
        )
        return Hub(self, Driver(session, home))


@asynccontextmanager
async def inside(
    tmp_path: Path, display: str | None = None, policy: Policy | None = None, **settings: object
) -> AsyncIterator[Inside]:
    config = config_for(tmp_path, display, **settings)
    async with asyncio.TaskGroup() as group:
        with journal_in(config.state_dir) as journal:
            async with desktop(config, policy or policy_of(), journal.step) as behind:
                summary = behind.runner.summary
                ledger = Ledger(journal, behind.desk, "d1", now_text, summary)
                ledger.settle_interrupted()
                peers = Peers(config, behind, ledger, now_text)
                yield Inside(behind, journal, ledger, peers, group)


class Far:
    """The other end of a link: says frames and waits for frames."""

    def __init__(self, link: MemoryLink) -> None:
        self.link = link
        self.frames: list[Frame] = []
        self.texts: list[str] = []

    async def say(self, **frame: object) -> None:
        await self.link.send(json.dumps(frame))

    async def next(self) -> Frame:
        async with asyncio.timeout(PATIENCE_S):
            text = await self.link.receive()
        assert isinstance(text, str)
        self.texts.append(text)
        self.frames.append(json.loads(text))
        return self.frames[-1]

    async def hear(self, kind: str) -> Frame:
        while (await self.next())["type"] != kind:
            pass
        return self.frames[-1]


class Hub:
    """A hub over a driver that outlives its links."""

    def __init__(self, inside_: Inside, driver: Driver) -> None:
        self._inside = inside_
        self.driver = driver

    @asynccontextmanager
    async def linked(self, **accepts: object) -> AsyncIterator[Far]:
        ours, theirs = memory_pair()
        far = Far(theirs)
        serving = self._inside.group.create_task(serve(self.driver, ours, LinkUp({})))
        await far.hear("register")
        await far.say(type="heartbeat", status="ok", response_id="h", result={"accepts": accepts})
        try:
            yield far
        finally:
            theirs.cut()
            await asyncio.wait({serving})


@asynccontextmanager
async def constellation(inside_: Inside, client_id: str = "rig") -> AsyncIterator[Far]:
    """A constellation that has dialled us and registered."""
    ours, theirs = memory_pair()
    far = Far(theirs)
    serving = inside_.group.create_task(inside_.peers._serve_one(ours))
    me = {"client_id": client_id, "client_type": "constellation", "status": "ok"}
    await far.say(type="register", target_id="d1", **me)
    await far.hear("heartbeat")
    try:
        yield far
    finally:
        theirs.cut()
        await asyncio.wait({serving})
