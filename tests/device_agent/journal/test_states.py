from device_agent.journal.states import (
    NUMBERS,
    OVER,
    STATES,
    UNDELIVERED,
    UNFINISHED,
    mask,
    sources,
)
from device_agent.protocol.task_state import MOVES, WorkState


def test_every_state_has_its_number() -> None:
    assert set(NUMBERS) == set(WorkState)
    assert {STATES[number]: number for number in STATES} == NUMBERS


def test_numbers_rise_along_every_move() -> None:
    for state, targets in MOVES.items():
        assert all(NUMBERS[target] > NUMBERS[state] for target in targets)


def test_every_state_is_unfinished_or_undelivered_or_over() -> None:
    assert set(WorkState) == UNFINISHED | UNDELIVERED | OVER
    assert len(UNFINISHED) + len(UNDELIVERED) + len(OVER) == len(WorkState)


def test_sources_turn_the_table_round() -> None:
    assert sources(WorkState.DONE) == UNFINISHED
    assert sources(WorkState.RECEIVED) == frozenset()


def test_mask_has_one_bit_for_each_state() -> None:
    assert mask(frozenset({WorkState.RECEIVED, WorkState.DONE})) == 0b101
