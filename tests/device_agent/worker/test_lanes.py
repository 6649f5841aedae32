"""Threads for calls."""

import threading

from device_agent.worker.lanes import MAX_BESIDE, BesideEachOther, OneThread


def test_one_thread_runs_jobs_in_order() -> None:
    lane = OneThread("lane")
    seen: list[tuple[int, int]] = []
    done = threading.Event()
    for number in range(100):
        assert lane.submit(lambda number=number: seen.append((number, threading.get_ident())))
    lane.submit(done.set)
    assert done.wait(5)
    assert [number for number, _ in seen] == list(range(100))
    assert len({thread for _, thread in seen}) == 1


def test_jobs_beside_each_other_are_limited_and_then_free_again() -> None:
    lane = BesideEachOther()
    go, left = threading.Event(), threading.Barrier(MAX_BESIDE + 1)

    def job() -> None:
        go.wait(5)
        left.wait(5)

    assert all(lane.submit(job) for _ in range(MAX_BESIDE))
    assert not lane.submit(job)
    go.set()
    left.wait(5)
    again = threading.Event()
    for _ in range(1000):
        if lane.submit(again.set):
            break
        again.wait(0.01)
    assert again.wait(5)
