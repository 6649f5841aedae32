"""Whoever comes, goes, asks, answers and cancels, in any order: every task ends exactly once."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from device_agent.protocol import messages as msg
from device_agent.protocol.messages import ClientId, DeviceId, TaskId
from tests.constellation.hub.pretend import OURS, PretendLine, Rig

DEVICES = {"ours": OURS, "simple": ("task_end",), "plain": ()}
ASKERS = {"keeps": OURS, "galaxy": ()}
LOOK = msg.Action(tool_name="screen_size")

device_ids = st.sampled_from(sorted(DEVICES))
asker_ids = st.sampled_from(sorted(ASKERS))


class Traffic(RuleBasedStateMachine):
    """A hub in the middle of everything."""

    def __init__(self) -> None:
        super().__init__()
        self.rig = Rig()
        self.lines: dict[str, PretendLine] = {}
        self.orders: dict[str, list[msg.ServerTask | msg.Command]] = {name: [] for name in DEVICES}
        self.asked: dict[TaskId, tuple[str, msg.ClientTask]] = {}
        self.endings: dict[TaskId, list[msg.ServerTaskEnd]] = {}
        self.acked: list[msg.ServerAck] = []

    @initialize()
    def everybody_comes(self) -> None:
        for name in (*DEVICES, *ASKERS):
            self.comes(name)

    @rule(name=st.sampled_from(sorted({**DEVICES, **ASKERS})))
    def comes(self, name: str) -> None:
        if name not in self.lines:
            kind = "device" if name in DEVICES else "constellation"
            _, self.lines[name] = self.rig.connect(name, kind, {**DEVICES, **ASKERS}[name])

    @rule(name=st.sampled_from(sorted({**DEVICES, **ASKERS})))
    def goes(self, name: str) -> None:
        if name in self.lines:
            found = self.rig.clients.find(name)
            assert found is not None
            self.listen()
            self.rig.relay.left(found)
            del self.lines[name]

    @rule(asker=asker_ids, device=device_ids, explicit=st.booleans())
    def asks(self, asker: str, device: str, explicit: bool) -> None:
        task_id = TaskId(f"T@{len(self.asked)}")
        task = msg.ClientTask(
            client_type="constellation",
            task_id=task_id,
            target_id=DeviceId(device),
            request=None if explicit else "look",
            actions=(LOOK,) if explicit else None,
        )
        if self.says(asker, task):
            self.asked[task_id] = asker, task

    @rule(pick=st.integers(min_value=0))
    def asks_again(self, pick: int) -> None:
        open_ids = [task_id for task_id in self.asked if task_id not in self.endings]
        if open_ids:
            asker, task = self.asked[open_ids[pick % len(open_ids)]]
            self.says(asker, task)

    @rule(device=device_ids, pick=st.integers(min_value=0), good=st.booleans())
    def answers(self, device: str, pick: int, good: bool) -> None:
        orders = self.orders[device]
        if orders:
            self.says(device, _answer(orders[pick % len(orders)], good=good))

    @rule(pick=st.integers(min_value=0))
    def cancels(self, pick: int) -> None:
        if self.asked:
            task_id = list(self.asked)[pick % len(self.asked)]
            cancel = msg.ClientCancel(client_type="constellation", task_id=task_id)
            self.says(self.asked[task_id][0], cancel)

    @rule(pick=st.integers(min_value=0))
    def keeps(self, pick: int) -> None:
        if self.endings:
            task_id = list(self.endings)[pick % len(self.endings)]
            ack = msg.ClientAck(client_type="constellation", task_id=task_id)
            self.says(self.asked[task_id][0], ack)

    @rule()
    def time_passes(self) -> None:
        self.rig.ring()

    def says(self, name: str, message: msg.ClientMessage) -> bool:
        """Let somebody speak who is there."""
        client = self.rig.clients.find(name)
        if client is None:
            return False
        self.rig.relay.heard(client, message)
        return True

    @invariant()
    def listen(self) -> None:
        for name, line in self.lines.items():
            for message in line.heard():
                if name in DEVICES and isinstance(message, msg.ServerTask | msg.Command):
                    self.orders[name].append(message)
                if isinstance(message, msg.ServerAck):
                    self.acked.append(message)
                if name in ASKERS and isinstance(message, msg.ServerTaskEnd):
                    assert message.task_id is not None
                    assert self.asked[message.task_id][0] == name
                    self.endings.setdefault(message.task_id, []).append(message)

    @invariant()
    def an_outcome_never_changes(self) -> None:
        for copies in self.endings.values():
            assert all(copy == copies[0] for copy in copies)

    @invariant()
    def an_order_never_changes(self) -> None:
        for orders in self.orders.values():
            by_id: dict[str | None, msg.ServerTask | msg.Command] = {}
            for order in orders:
                assert by_id.setdefault(order.task_id, order) == order

    @invariant()
    def who_has_no_journal_is_told_once(self) -> None:
        for name, accepts in DEVICES.items():
            told = [order.task_id for order in self.orders[name]]
            assert "ack" in accepts or len(told) == len(set(told))

    @invariant()
    def a_device_keeps_an_outcome_until_it_was_handed_over(self) -> None:
        assert {ack.task_id for ack in self.acked} <= set(self.endings)

    def teardown(self) -> None:
        for name in ASKERS:
            self.goes(name)
        for name in DEVICES:
            self.goes(name)
        self.rig.ring()
        for name in ASKERS:
            self.comes(name)
        self.listen()
        assert set(self.endings) == set(self.asked)
        self.an_outcome_never_changes()
        # Whoever cannot acknowledge is told once, and then it is over.
        assert not self.rig.tasks.of_asker(ClientId("galaxy"))


def _answer(order: msg.ServerTask | msg.Command, *, good: bool) -> msg.ClientMessage:
    if isinstance(order, msg.ServerTask):
        return msg.ClientTaskEnd(status="completed" if good else "failed", task_id=order.task_id)
    done = msg.ActionResult(status="success" if good else "failure")
    return msg.CommandResults(
        task_id=order.task_id, prev_response_id=order.response_id, action_results=(done,)
    )


TestTraffic = Traffic.TestCase
TestTraffic.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
