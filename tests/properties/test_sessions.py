"""A peer can make a session answer or close, never raise: every message kind in every state."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from device_agent.errors import Breach, RemoteProtocolError, Salvage
from device_agent.protocol import (
    calling,
    device_listening,
    hub,
)
from device_agent.protocol import (
    effects as fx,
)
from device_agent.protocol import (
    events as ev,
)
from device_agent.protocol import (
    messages as msg,
)
from device_agent.protocol.constellation import ConstellationSession
from device_agent.protocol.device_dialling import DeviceDialling
from device_agent.protocol.device_listening import DeviceListening
from device_agent.protocol.hub import HubSession
from device_agent.protocol.negotiation import KNOWN, Terms
from device_agent.protocol.work import Outcome, WorkId, work_of
from tests.playbook import Session

OFFERS = Terms(tuple(sorted(KNOWN)))
IDS = st.sampled_from([None, "a", "b"])
ACCEPTS = st.sampled_from(
    [None, {}, {"accepts": dict.fromkeys(KNOWN, True)}, {"accepts": 3}, {"accepts": ["ack"]}]
)
STATUSES = st.sampled_from(["continue", "completed", "failed", "ok", "error"])
ACTIONS = st.lists(st.builds(msg.Action, tool_name=st.sampled_from(["wait", "?"])), max_size=2)

CLIENT_FIELDS = {"status": STATUSES, "client_id": IDS, "metadata": ACCEPTS}
CLIENT = st.one_of(
    st.builds(msg.Register, client_id=st.sampled_from(["a", "b"]), metadata=ACCEPTS),
    st.builds(msg.ClientHeartbeat, **CLIENT_FIELDS),
    st.builds(msg.ClientTask, task_id=IDS, actions=st.none() | ACTIONS, **CLIENT_FIELDS),
    st.builds(msg.CommandResults, task_id=IDS, prev_response_id=IDS, **CLIENT_FIELDS),
    st.builds(msg.ClientTaskEnd, task_id=IDS, **CLIENT_FIELDS),
    st.builds(msg.DeviceInfoRequest, request_id=IDS, **CLIENT_FIELDS),
    st.builds(msg.ClientDeviceInfo, **CLIENT_FIELDS),
    st.builds(msg.ClientError, **CLIENT_FIELDS),
    st.builds(msg.Progress, task_id=IDS, step=st.integers(), **CLIENT_FIELDS),
    st.builds(msg.ClientAck, task_id=IDS, **CLIENT_FIELDS),
    st.builds(msg.ClientCancel, task_id=IDS, **CLIENT_FIELDS),
)
SERVER_FIELDS = {"status": STATUSES, "task_id": IDS, "response_id": IDS}
SERVER = st.one_of(
    st.builds(msg.ServerHeartbeat, result=ACCEPTS, **SERVER_FIELDS),
    st.builds(msg.ServerTask, actions=st.none() | ACTIONS, **SERVER_FIELDS),
    st.builds(msg.Command, actions=ACTIONS, **SERVER_FIELDS),
    st.builds(msg.ServerTaskEnd, **SERVER_FIELDS),
    st.builds(msg.ServerDeviceInfoRequest, **SERVER_FIELDS),
    st.builds(msg.DeviceInfo, **SERVER_FIELDS),
    st.builds(msg.ServerError, **SERVER_FIELDS),
    st.builds(msg.ServerProgress, step=st.integers(), **SERVER_FIELDS),
    st.builds(msg.ServerAck, **SERVER_FIELDS),
    st.builds(msg.Cancel, **SERVER_FIELDS),
)
GARBLED = st.builds(
    ev.Garbled,
    st.builds(
        RemoteProtocolError,
        st.sampled_from(Breach),
        st.just("detail"),
        st.none()
        | st.builds(Salvage, st.sampled_from(["command", "task"]), IDS, IDS, st.integers(0, 3)),
    ),
)
TIMERS = st.builds(
    ev.TimerFired, st.sampled_from(["register", "heartbeat", "answer", "?"]), st.booleans()
)
WORK = work_of(msg.Command(task_id=msg.TaskId("a"), response_id=msg.ResponseId("r")))
HOME = st.sampled_from(
    [
        ev.Accepted(WORK),
        ev.Declined(WORK, Outcome()),
        ev.Done(WORK, Outcome()),
        ev.Recorded(WORK.work_id, "text"),
        ev.Facts("q", {}),
        ev.Step(WorkId("task:a"), 1, None, ""),
    ]
)
LINK = st.sampled_from([ev.LinkUp(), ev.LinkDown(), ev.Stopping()])

ROLES = {
    "dialling": (
        lambda: DeviceDialling(msg.ClientId("a"), "hub", "linux", OFFERS),
        calling.MOVES,
        st.one_of(st.builds(ev.Received, SERVER), GARBLED, TIMERS, HOME, LINK),
    ),
    "listening": (
        lambda: DeviceListening("a", OFFERS),
        device_listening.MOVES,
        st.one_of(st.builds(ev.Received, CLIENT), GARBLED, TIMERS, HOME, LINK)
        | st.just(ev.Proven()),
    ),
    "hub": (
        HubSession,
        hub.MOVES,
        st.one_of(st.builds(ev.Received, CLIENT), GARBLED, TIMERS, LINK)
        | st.sampled_from(
            [ev.Admitted({"task_end": True}), ev.Rejected("no"), ev.Say(msg.Command())]
        ),
    ),
    "constellation": (
        lambda: ConstellationSession(msg.ClientId("a"), "hub", OFFERS),
        calling.MOVES,
        st.one_of(st.builds(ev.Received, SERVER), GARBLED, TIMERS, LINK)
        | st.just(ev.Say(msg.ClientTask())),
    ),
}


@pytest.mark.parametrize("role", ROLES)
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_peer_makes_a_session_raise(role: str, data: st.DataObject) -> None:
    make, moves, events = ROLES[role]
    session, up = make(), False
    for event in data.draw(st.lists(events, max_size=25)):
        if isinstance(event, (ev.LinkUp, ev.LinkDown)):
            if isinstance(event, ev.LinkUp) == up:
                continue  # The driver never reports the same link twice.
            up = not up
        elif not up and isinstance(event, (ev.Received, ev.Garbled, ev.Proven)):
            continue  # Nobody speaks on a link that is not there.
        before = session.state
        effects = session.handle(event)
        assert session.state is before or session.state in moves[before]
        assert sum(isinstance(effect, fx.CloseLink) for effect in effects) <= 1
        if not up:
            assert not any(isinstance(effect, (fx.Send, fx.SendAnswer)) for effect in effects)


def in_every_state(role: str) -> list[Session]:
    """A session of a role for each state that a link can bring it to."""
    make, _, _ = ROLES[role]
    register = ev.Received(msg.Register(client_id=msg.ClientId("a")))
    answer = ev.Received(msg.ServerHeartbeat())
    steps: list[ev.Event] = {
        "dialling": [ev.LinkUp(), answer, ev.Stopping()],
        "constellation": [ev.LinkUp(), answer, ev.Stopping()],
        "listening": [ev.LinkUp(), register, ev.Stopping()],
        "hub": [ev.LinkUp(), register, ev.Admitted(None), ev.Stopping()],
    }[role]
    sessions = []
    for length in range(1, len(steps) + 1):
        session = make()
        for step in steps[:length]:
            session.handle(step)
        sessions.append(session)
    return sessions


KINDS = {
    "client": (
        msg.Register(client_id=msg.ClientId("a")),
        msg.ClientHeartbeat(),
        msg.ClientTask(task_id=msg.TaskId("t")),
        msg.CommandResults(),
        msg.ClientTaskEnd(),
        msg.DeviceInfoRequest(),
        msg.ClientDeviceInfo(),
        msg.ClientError(),
        msg.Progress(step=1),
        msg.ClientAck(),
        msg.ClientCancel(),
    ),
    "server": (
        msg.ServerHeartbeat(),
        msg.ServerTask(),
        msg.Command(),
        msg.ServerTaskEnd(),
        msg.ServerDeviceInfoRequest(),
        msg.DeviceInfo(),
        msg.ServerError(),
        msg.ServerProgress(step=1),
        msg.ServerAck(),
        msg.Cancel(),
    ),
}


@pytest.mark.parametrize(
    ("role", "message"),
    [
        *itertools.product(["dialling", "constellation"], KINDS["server"]),
        *itertools.product(["listening", "hub"], KINDS["client"]),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_every_message_kind_in_every_state(role: str, message: msg.Message) -> None:
    _, moves, _ = ROLES[role]
    for session in in_every_state(role):
        before = session.state
        session.handle(ev.Received(message))
        assert session.state is before or session.state in moves[before]
