import pytest

from device_agent.screen.x11_sizes import taken_size

MIN, MAX, STEP, BASE = 1 << 4, 1 << 5, 1 << 6, 1 << 8


def hints(flags: int) -> tuple[int, ...]:
    """At least 50x40, at most 500x400, in steps of 10x20 from 4x6."""
    words = [0] * 18
    words[0] = flags
    words[5:11] = [50, 40, 500, 400, 10, 20]
    words[15:17] = [4, 6]
    return tuple(words)


@pytest.mark.parametrize(
    ("flags", "asked", "taken"),
    [
        (0, (7, 9), (7, 9)),
        (MIN, (7, 900), (50, 900)),
        (MIN | MAX, (700, 9), (500, 40)),
        (STEP | BASE, (99, 99), (94, 86)),
        (MIN | STEP, (99, 99), (90, 80)),
        (MIN | STEP | BASE, (51, 41), (50, 40)),
    ],
)
def test_a_size_is_what_the_window_takes(
    flags: int, asked: tuple[int, int], taken: tuple[int, int]
) -> None:
    assert taken_size(hints(flags), *asked) == taken


def test_a_window_that_says_nothing_takes_any_size() -> None:
    assert taken_size((), 3, 4) == (3, 4)
