"""A pretend wire between two sessions: text in between, a journal and a body that are dicts."""

from collections import deque
from collections.abc import Callable

from device_agent.errors import RemoteProtocolError
from device_agent.protocol import effects as fx
from device_agent.protocol import events as ev
from device_agent.protocol.codec import encode
from device_agent.protocol.messages import ActionResult, Message
from device_agent.protocol.work import Outcome, Work
from tests.playbook import Session

Decode = Callable[[str | bytes], Message]


def succeed(work: Work) -> Outcome:
    """Pretend that every action worked."""
    results = tuple(
        ActionResult(status="success", result=action.tool_name, call_id=action.call_id)
        for action in work.actions
    )
    return Outcome(results=results, result="done")


class Side:
    """One end: a session and everything it wants done, done at once and remembered."""

    def __init__(
        self, session: Session, decode: Decode, body: Callable[[Work], Outcome] = succeed
    ) -> None:
        self.session = session
        self.decode = decode
        self.body = body
        self.out: deque[str] = deque()
        self.sent: list[str] = []
        self.delivered_to_owner: list[Message] = []
        self.proven: list[str] = []
        self.closed: fx.CloseLink | None = None
        self.opened: fx.Opened | None = None
        self.answers: dict[str, str] = {}
        self.timers: set[str] = set()
        self.runs = 0

    def tell(self, event: ev.Event) -> None:
        """Report an event and do what is wanted."""
        for effect in self.session.handle(event):
            self.perform(effect)

    def hear(self, frame: str) -> None:
        """Take a frame from the wire."""
        try:
            message = self.decode(frame)
        except RemoteProtocolError as error:
            self.tell(ev.Garbled(error))
        else:
            self.tell(ev.Received(message))

    def perform(self, effect: fx.Effect) -> None:  # noqa: PLR0915 -- one line per effect
        """Do one thing."""
        match effect:
            case fx.Send(message):
                self._put(encode(message))
            case fx.SendAnswer(_, answer):
                self._put(answer)
            case fx.CloseLink():
                self.closed = effect
            case fx.Opened():
                self.opened = effect
            case fx.StartTimer(name):
                self.timers.add(name)
            case fx.StopTimer(name):
                self.timers.discard(name)
            case fx.Accept(work) if work.work_id in self.answers:
                self.tell(ev.Recorded(work.work_id, self.answers[work.work_id]))
            case fx.Accept(work):
                self.tell(ev.Accepted(work))
            case fx.Run(work):
                self.runs += 1
                self.tell(ev.Done(work, self.body(work)))
            case fx.Record(work, _, answer):
                self.answers[work.work_id] = encode(answer)
                self.tell(ev.Recorded(work.work_id, self.answers[work.work_id]))
            case fx.Delivered(work_ids):
                self.proven.extend(work_ids)
            case fx.Probe():
                self.tell(ev.Proven())
            case fx.AskFacts(request_id):
                self.tell(ev.Facts(request_id, {"cpu_count": 2}))
            case fx.Admit():
                self.tell(ev.Admitted({"task_end": True, "ack": True}))
            case fx.Deliver(message):
                self.delivered_to_owner.append(message)
            case _:
                pass

    def _put(self, frame: str) -> None:
        self.out.append(frame)
        self.sent.append(frame)


class Wire:
    """Two joined sides; :meth:`settle` carries frames until both are silent."""

    def __init__(self, caller: Side, called: Side) -> None:
        self.caller = caller
        self.called = called
        called.tell(ev.LinkUp())
        caller.tell(ev.LinkUp({"platform": "linux", "system_info": {"cpu_count": 2}}))
        self.settle()

    def settle(self) -> None:
        """Carry frames both ways until nobody says anything more."""
        while self.caller.out or self.called.out:
            if self.caller.out:
                self.called.hear(self.caller.out.popleft())
            if self.called.out:
                self.caller.hear(self.called.out.popleft())

    def cut(self) -> None:
        """Lose the link."""
        for side in (self.caller, self.called):
            side.out.clear()
            side.tell(ev.LinkDown())
