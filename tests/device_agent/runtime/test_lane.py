"""The lane against a model of what it promises."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from device_agent.protocol.work import PeerId, WorkId
from device_agent.runtime.lane import RELEASE, Lane, Ticket

PEERS = [PeerId(name) for name in "abc"]


class Arrivals(RuleBasedStateMachine):
    """Peers join, leave with or without held keys, give up, and have their keys taken away."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[Ticket] = []
        self.lane = Lane(self.start)
        self.waiting: list[Ticket] = []
        self.running: Ticket | None = None
        self.keeper: PeerId | None = None
        self.count = 0

    def start(self, ticket: Ticket) -> None:
        self.started.append(ticket)

    def advance(self) -> None:
        if self.running is not None:
            return
        for ticket in self.waiting:
            if self.keeper in {None, ticket.peer}:
                self.waiting.remove(ticket)
                self.running = ticket
                return

    @rule(peer=st.sampled_from(PEERS))
    def join(self, peer: PeerId) -> None:
        self.count += 1
        ticket = Ticket(peer, WorkId(f"w{self.count}"), "")
        self.waiting.append(ticket)
        self.advance()
        self.lane.join(ticket)

    @precondition(lambda self: self.running is not None)
    @rule(holding=st.booleans())
    def leave(self, holding: bool) -> None:
        ticket = self.running
        assert ticket is not None
        holding = holding and ticket.work_id != RELEASE
        self.running = None
        self.keeper = ticket.peer if holding else None
        self.advance()
        self.lane.leave(ticket, holding=holding)

    @precondition(lambda self: self.waiting)
    @rule(pick=st.randoms(use_true_random=False))
    def drop(self, pick: object) -> None:
        ticket = pick.choice(self.waiting)  # type: ignore[attr-defined]
        self.waiting.remove(ticket)
        assert self.lane.drop(ticket)
        assert not self.lane.drop(ticket)

    @rule(peer=st.sampled_from(PEERS))
    def let_go(self, peer: PeerId) -> None:
        kept = self.keeper == peer
        if kept:
            self.keeper = None
            self.advance()
        assert self.lane.let_go(peer) is kept

    @rule(peer=st.sampled_from(PEERS))
    def evict(self, peer: PeerId) -> None:
        turn = self.lane.evict(peer)
        assert (turn is not None) is (self.keeper == peer and self.running is None)
        if turn is not None:
            self.keeper, self.running = None, turn

    @invariant()
    def agrees(self) -> None:
        assert self.lane.running == self.running
        assert self.lane.keeper == self.keeper
        assert self.lane.waiting == tuple(self.waiting)
        assert len(self.lane) == len(self.waiting) + (self.running is not None)

    @invariant()
    def each_peer_is_served_in_the_order_of_its_arrival(self) -> None:
        for peer in PEERS:
            numbers = [int(t.work_id[1:]) for t in self.started if t.peer == peer]
            assert numbers == sorted(numbers)
        assert len(self.started) == len(set(self.started))

    @invariant()
    def nobody_waits_for_nothing(self) -> None:
        if self.running is None and self.waiting:
            assert self.keeper is not None
            assert all(ticket.peer != self.keeper for ticket in self.waiting)


def test_one_at_a_time_in_order_and_the_keeper_alone_while_it_keeps() -> None:
    run_state_machine_as_test(
        Arrivals, settings=settings(max_examples=150, stateful_step_count=40, deadline=None)
    )


def test_a_ticket_that_never_had_its_turn_ends_nobody_elses() -> None:
    lane = Lane(lambda _: None)
    first, second = (Ticket(PEERS[0], WorkId(name), "") for name in "xy")
    lane.join(first)
    lane.leave(second, holding=True)
    assert lane.running == first
    assert lane.keeper is None
