"""A session that follows a script, and everybody around it taking notes."""

from collections.abc import Callable, Sequence
from typing import Any

from device_agent.driver.core import Driver, Home
from device_agent.driver.ports import Tell
from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol.codec import decode_server
from device_agent.protocol.messages import DeviceId, Message, Register, TaskId
from device_agent.protocol.work import Outcome, PeerId, Work, WorkId

NOON = "2026-01-01T12:00:00Z"
Reaction = Callable[[ev.Event], Sequence[fx.Effect]]


def nothing(event: ev.Event) -> Sequence[fx.Effect]:
    del event
    return ()


class Scripted:
    """Wants what its script says, and remembers what it was told."""

    def __init__(self, react: Reaction = nothing) -> None:
        self.react = react
        self.told: list[ev.Event] = []

    def handle(self, event: ev.Event) -> list[fx.Effect]:
        self.told.append(event)
        return list(self.react(event))


class Notes:
    """Outbox, timers, journal, body, facts and owner in one; every call becomes a line."""

    def __init__(self) -> None:
        self.lines: list[tuple[Any, ...]] = []
        self.moved_bytes = 0
        self.is_backlogged = False
        self.now: Callable[[str, Tell], None] = lambda _, __: None

    def send(self, text: str) -> None:
        self.lines.append(("send", text))

    def probe(self) -> None:
        self.lines.append(("probe",))

    def close(self, code: int, reason: str) -> None:
        self.lines.append(("close", code, reason))

    def start(self, name: str, seconds: float) -> None:
        self.lines.append(("start", name, seconds))

    def stop(self, name: str) -> None:
        self.lines.append(("stop", name))

    def accept(self, peer: PeerId, work: Work, tell: Tell) -> None:
        self.lines.append(("accept", peer, work.work_id))
        self.now("accept", tell)

    def record(self, peer: PeerId, work: Work, outcome: Outcome, answer: str) -> None:
        self.lines.append(("record", peer, work.work_id, outcome, answer))

    def resume(self, peer: PeerId, accepts: tuple[str, ...], tell: Tell) -> None:
        del accepts
        self.lines.append(("resume", peer))
        self.now("resume", tell)

    def sent(self, peer: PeerId, work_id: WorkId) -> None:
        self.lines.append(("sent", peer, work_id))

    def delivered(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        self.lines.append(("delivered", peer, work_ids))

    def confirmed(self, peer: PeerId, work_id: WorkId) -> None:
        self.lines.append(("confirmed", peer, work_id))

    def rejected(self, peer: PeerId, work_ids: tuple[WorkId, ...]) -> None:
        self.lines.append(("rejected", peer, work_ids))

    def run(self, peer: PeerId, work: Work, tell: Tell) -> None:
        self.lines.append(("run", peer, work.work_id))
        self.now("run", tell)

    def cancel(self, peer: PeerId, task_id: TaskId, reason: str) -> None:
        self.lines.append(("cancel", peer, task_id, reason))

    def ask(self, request_id: str | None, target_id: DeviceId | None, tell: Tell) -> None:
        self.lines.append(("ask", request_id, target_id))
        self.now("ask", tell)

    def admit(self, register: Register, tell: Tell) -> None:
        self.lines.append(("admit", register.client_id))
        self.now("admit", tell)

    def deliver(self, message: Message) -> None:
        self.lines.append(("deliver", message))

    def opened(self, accepts: tuple[str, ...], max_frame_bytes: int | None) -> None:
        self.lines.append(("opened", accepts, max_frame_bytes))


def staged(react: Reaction = nothing) -> tuple[Driver, Scripted, Notes]:
    """A driver between a scripted session and a note-taker at home; not connected yet."""
    session, notes = Scripted(react), Notes()
    home = Home(decode_server, lambda: NOON, notes, notes, notes, notes)
    return Driver(session, home), session, notes
