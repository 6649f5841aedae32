import itertools

import pytest

from device_agent.journal.ages import LONGEST_NIGHT_S, Ages


def test_time_goes_on_with_the_monotonic_clock_alone() -> None:
    wall = itertools.cycle([0.0, 1e9, -1e9]).__next__
    ticks = iter([100.0, 101.0, 105.0]).__next__
    ages = Ages(wall, monotonic=ticks)
    assert [ages.now_s(), ages.now_s()] == [1.0, 5.0]


@pytest.mark.parametrize(
    ("pause_s", "counted_s"), [(60.0, 60.0), (-1e9, 0.0), (1e9, LONGEST_NIGHT_S)]
)
def test_a_pause_counts_but_a_jump_does_not(pause_s: float, counted_s: float) -> None:
    ages = Ages(lambda: 1000.0 + pause_s, 500.0, 1000.0, monotonic=lambda: 7.0)
    assert ages.now_s() == 500.0 + counted_s
