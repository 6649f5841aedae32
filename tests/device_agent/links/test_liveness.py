"""Silence, slowness and death told apart, without a clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.links.liveness import PEER_BUFFER_BYTES, Liveness, Pace, Sample, Verdict

PACE = Pace()


def dead_after_s(
    sample_at: "dict[float, Sample]", *, until_s: float = 600.0, pace: Pace = PACE
) -> float | None:
    """Look every second; the last sample at or before a moment holds. None: it never dies."""
    live = Liveness(pace, 0.0)
    now_s = 0.0
    while now_s < until_s:
        now_s += pace.look_every_s
        sample = sample_at[max(moment for moment in sample_at if moment <= now_s)]
        if live.look(now_s, sample) is Verdict.DEAD:
            return now_s
    return None


def test_a_silent_link_is_noticed_within_25_seconds() -> None:
    noticed_s = dead_after_s({0.0: Sample(heard_s=0.0)})
    assert noticed_s is not None
    assert 20.0 <= noticed_s <= 21.0


def test_a_heartbeat_on_its_way_does_not_delay_that_beyond_25_seconds() -> None:
    noticed_s = dead_after_s({0.0: Sample(heard_s=0.0, unread_bytes=2000)})
    assert noticed_s is not None
    assert noticed_s <= 25.0


def test_a_large_frame_on_its_way_does_not_either_where_the_system_tells() -> None:
    lost = {float(s): Sample(0.0, 0, 10**6, unacknowledged_s=float(s)) for s in range(600)}
    noticed_s = dead_after_s(lost)
    assert noticed_s is not None
    assert noticed_s <= 25.0


def test_any_byte_is_a_sign_of_life() -> None:
    chatty = {float(s): Sample(heard_s=s - s % 9) for s in range(600)}
    assert dead_after_s(chatty) is None


def test_a_slow_reader_is_waited_for() -> None:
    # 1 MB at 1 KB/s, visible in steps of 64 KiB only, as on loopback; the pong comes last.
    slow = {float(s): Sample(0.0, s // 64 * 65536, unread_bytes=10**6) for s in range(1000)}
    assert dead_after_s(slow, until_s=990.0) is None


def test_what_the_peers_system_took_is_waited_for_too() -> None:
    rest = {0.0: Sample(0.0, out_bytes=10**6, unread_bytes=PEER_BUFFER_BYTES)}
    assert dead_after_s(rest, until_s=PEER_BUFFER_BYTES / 1000) is None


def test_a_backlog_that_stands_still_ends() -> None:
    noticed_s = dead_after_s({0.0: Sample(0.0, unread_bytes=10**7)})
    assert noticed_s is not None
    assert 120.0 <= noticed_s <= 600.0


def test_silence_proves_nothing_while_we_do_not_read() -> None:
    assert dead_after_s({0.0: Sample(0.0, is_deaf=True)}) is None
    assert dead_after_s({0.0: Sample(0.0, unread_bytes=10**7, is_deaf=True)}) is None


def test_who_begins_to_read_again_finds_the_answer_first() -> None:
    live = Liveness(PACE, 0.0)
    for second in range(1, 61):
        assert live.look(float(second), Sample(0.0, is_deaf=True)) is not Verdict.DEAD
    for second in range(61, 70):
        assert live.look(float(second), Sample(0.0)) is Verdict.WAIT
    assert live.look(70.0, Sample(0.0)) is Verdict.DEAD


def test_two_sides_that_both_do_not_read_part() -> None:
    stuck = Sample(0.0, unread_bytes=10**7, queued_bytes=10**6, is_deaf=True)
    assert dead_after_s({0.0: stuck}) is not None


def test_a_machine_that_slept_asks_before_it_judges() -> None:
    live = Liveness(PACE, 0.0)
    assert live.look(10.0, Sample(0.0)) is Verdict.PING
    assert live.look(3600.0, Sample(0.0)) is Verdict.PING
    assert live.look(3601.0, Sample(0.0)) is Verdict.WAIT
    for second in range(3602, 3610):
        assert live.look(float(second), Sample(0.0)) is Verdict.WAIT
    assert live.look(3610.0, Sample(0.0)) is Verdict.DEAD


def test_a_backlog_is_asked_about_at_once_so_that_it_is_known_when_it_ends() -> None:
    live = Liveness(PACE, 0.0)
    assert live.look(1.0, Sample(heard_s=1.0, unread_bytes=10**5)) is Verdict.PING
    assert live.look(2.0, Sample(heard_s=2.0, unread_bytes=10**5)) is Verdict.WAIT
    live.answered()
    assert live.look(3.0, Sample(heard_s=3.0, unread_bytes=10**5)) is Verdict.PING


@given(
    st.lists(st.tuples(st.floats(0.1, 5.0), st.integers(0, 10**6), st.booleans()), max_size=60),
)
def test_a_peer_that_answers_within_ten_seconds_never_dies(
    steps: list[tuple[float, int, bool]],
) -> None:
    live, now_s, heard_s = Liveness(PACE, 0.0), 0.0, 0.0
    for passed_s, unread_bytes, speaks in steps:
        now_s += passed_s
        if speaks or now_s - heard_s >= 9.0:
            heard_s = now_s
        assert live.look(now_s, Sample(heard_s, 0, unread_bytes)) is not Verdict.DEAD


@pytest.mark.parametrize("unread_bytes", [0, 100, 10**4, 10**9])
def test_every_silence_ends(unread_bytes: int) -> None:
    assert dead_after_s({0.0: Sample(0.0, unread_bytes=unread_bytes)}) is not None
