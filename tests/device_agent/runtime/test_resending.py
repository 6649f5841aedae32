"""What a peer missed goes out in order, and in portions."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from device_agent.journal.works import Pending
from device_agent.protocol.work import WorkId
from device_agent.runtime.resending import WINDOW_BYTES, WINDOW_WORKS, Resending

MIB = 1024 * 1024


def pending(*sizes: int) -> list[Pending]:
    return [
        Pending(str(number), "t", str(number), "command", size, False)
        for number, size in enumerate(sizes)
    ]


def begun(fetch: Callable[[WorkId], None], *sizes: int) -> Resending:
    resending = Resending(fetch)
    resending.begin(pending(*sizes))
    return resending


def test_little_goes_out_at_once() -> None:
    fetched: list[str] = []
    resending = begun(fetched.append, 1, 2, 3)
    assert fetched == ["0", "1", "2"]
    for name in "012":
        assert not resending.is_over, "what is being fetched must not be overtaken"
        resending.sent(WorkId(name))
    assert resending.is_over
    assert begun(fetched.append).is_over
    assert not Resending(fetched.append).is_over


def test_much_waits_for_what_went_before_to_arrive() -> None:
    fetched: list[str] = []
    resending = begun(fetched.append, *[10 * MIB] * 4)
    assert fetched == ["0", "1"]
    resending.settled([WorkId("unknown")])
    assert fetched == ["0", "1"]
    resending.settled([WorkId("0"), WorkId("1")])
    assert fetched == ["0", "1", "2", "3"]


def test_what_is_recorded_meanwhile_comes_last_and_once() -> None:
    fetched: list[str] = []
    resending = Resending(fetched.append)
    resending.recorded(WorkId("1"), 5)
    resending.recorded(WorkId("new"), 20 * MIB)
    assert not fetched
    resending.begin(pending(5, 5))
    assert fetched == ["0", "1", "new"]
    resending.recorded(WorkId("newer"), 5)
    resending.recorded(WorkId("newer"), 5)
    assert fetched == ["0", "1", "new"]
    resending.recorded(WorkId("new"), 5)
    assert fetched == ["0", "1", "new", "new"], "a shorter one instead of the one under way"
    resending.settled([WorkId("new")])
    assert fetched[4:] == ["newer"]


@given(st.lists(st.integers(0, 3 * WINDOW_BYTES // 2), max_size=40), st.data())
def test_everything_goes_out_once_in_order_and_little_is_under_way(
    sizes: list[int], choices: st.DataObject
) -> None:
    fetched: list[WorkId] = []
    resending = begun(fetched.append, *sizes)
    arrived: set[WorkId] = set()
    while len(arrived) < len(sizes):
        flying = [work_id for work_id in fetched if work_id not in arrived]
        assert flying, "nothing is under way and something waits"
        under_way = [sizes[int(work_id)] for work_id in flying]
        assert sum(under_way) - under_way[-1] < WINDOW_BYTES
        assert len(flying) <= WINDOW_WORKS
        work_id = choices.draw(st.sampled_from(flying))
        arrived.add(work_id)
        resending.settled([work_id])
    assert [int(work_id) for work_id in fetched] == list(range(len(sizes)))
    assert resending.is_over


def test_many_small_ones_do_not_fill_the_way_out() -> None:
    fetched: list[str] = []
    begun(fetched.append, *[1] * (WINDOW_WORKS + 10))
    assert len(fetched) == WINDOW_WORKS
