"""Delays stay within their bounds, whatever happens and however long."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.errors import Refusal
from device_agent.protocol import backoff
from device_agent.protocol.backoff import Backoff, Cause, cause_of, next_delay

OUTAGES = st.floats(0, 1e9)
ATTEMPTS = st.integers(0, 10**6)
DICE = st.randoms(use_true_random=False)


def highest(low: float, high: float) -> float:
    del low
    return high


def lowest(low: float, high: float) -> float:
    del high
    return low


@given(OUTAGES, ATTEMPTS, st.sampled_from(Cause), DICE)
def test_delays_are_bounded(
    outage_s: float, attempt: int, cause: Cause, dice: random.Random
) -> None:
    delay = next_delay(outage_s, attempt, cause, dice.uniform)
    match cause:
        case Cause.LOST:
            assert 0.5 <= delay <= (15.0 if outage_s < 600 else 60.0)
            assert delay <= max(0.5, 0.5 * 2.0 ** min(attempt, 20))
        case Cause.REFUSED:
            assert 4.0 <= delay <= 5.0
        case Cause.CREDENTIALS:
            assert 60.0 <= delay <= 66.0


@given(OUTAGES, ATTEMPTS, st.sampled_from(Cause), DICE, st.floats(0, 1e9))
def test_a_peer_is_left_alone_as_long_as_it_asked_but_not_for_ever(
    outage_s: float, attempt: int, cause: Cause, dice: random.Random, asked_s: float
) -> None:
    delay = next_delay(outage_s, attempt, cause, dice.uniform, asked_s)
    assert delay >= min(asked_s, backoff.MOST_PATIENCE_S)
    assert delay <= max(66.0, 1.1 * backoff.MOST_PATIENCE_S)


def test_S1_36_backoff_doubles_up_to_its_cap() -> None:
    bounds = [next_delay(0.0, attempt, Cause.LOST, highest) for attempt in range(8)]
    assert bounds == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]
    assert next_delay(600.0, 30, Cause.LOST, highest) == 60.0


def test_an_outage_grows_old_by_the_clock_that_is_handed_in() -> None:
    redial = Backoff(highest)
    delays = [redial.delay(now_s, Cause.LOST) for now_s in range(0, 120, 10)]
    assert delays[-1] == 15.0
    assert redial.delay(599.0, Cause.LOST) == 15.0
    assert redial.delay(600.0, Cause.LOST) == 60.0


def test_a_stable_link_ends_an_outage_and_a_flapping_one_does_not() -> None:
    redial = Backoff(highest)
    for now_s in range(10):
        redial.delay(float(now_s), Cause.LOST, lasted_s=1.0)
    assert redial.delay(70.0, Cause.LOST, lasted_s=59.9) == 15.0
    assert redial.delay(140.0, Cause.LOST, lasted_s=60.0) == 0.5
    assert redial.delay(141.0, Cause.LOST) == 1.0


def test_refusals_do_not_lengthen_what_comes_after_them() -> None:
    redial = Backoff(highest)
    for now_s in range(20):
        redial.delay(float(now_s), Cause.REFUSED)
    assert redial.delay(21.0, Cause.LOST) == 0.5


def test_an_id_that_is_free_after_forty_seconds_is_got_within_forty_five() -> None:
    redial, now_s = Backoff(highest), 0.0
    while now_s < 40.0:
        now_s += redial.delay(now_s, Cause.REFUSED)
    assert now_s <= 45.0


@pytest.mark.parametrize("refusal", Refusal)
def test_only_refused_credentials_are_asked_slowly(refusal: Refusal) -> None:
    slow = cause_of(refusal) is Cause.CREDENTIALS
    assert slow == (refusal is Refusal.CREDENTIALS)


def test_a_thousand_devices_do_not_come_back_together() -> None:
    dice = random.Random(7)
    # The fifth try of an outage: bound 8 s, so no second should see much more than an eighth.
    seconds = [int(next_delay(10.0, 4, Cause.LOST, dice.uniform)) for _ in range(1000)]
    assert max(seconds.count(second) for second in set(seconds)) < 200
    assert next_delay(10.0, 4, Cause.LOST, lowest) == 0.5
