import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from device_agent.accessibility.loop import LoopThread
from device_agent.errors import Failure, ToolError


async def forever() -> None:
    await asyncio.get_running_loop().create_future()


def test_work_runs_in_the_one_thread_for_whoever_asks() -> None:
    async def where() -> str:
        return threading.current_thread().name

    loop = LoopThread("looping")
    assert loop.run(where(), 5.0) == "looping"
    assert loop.run(where(), 5.0) == "looping"
    names = [thread.name for thread in threading.enumerate()]
    assert names.count("looping") == 1


def test_what_work_raises_is_raised() -> None:
    async def broken() -> None:
        raise ToolError(Failure.FAILED, "because")

    with pytest.raises(ToolError, match="because"):
        LoopThread("x").run(broken(), 5.0)


def test_work_that_takes_too_long_is_given_up_and_ended() -> None:
    ended = threading.Event()

    async def long() -> None:
        try:
            await forever()
        finally:
            ended.set()

    with pytest.raises(ToolError) as error:
        LoopThread("x").run(long(), 0.05)
    assert error.value.failure is Failure.TIMED_OUT
    assert ended.wait(5.0)


def test_work_that_is_no_longer_wanted_is_ended() -> None:
    @contextmanager
    def watched(stop: Callable[[], None]) -> Iterator[None]:
        timer = threading.Timer(0.05, stop)
        timer.start()
        yield
        timer.join()

    with pytest.raises(ToolError) as error:
        LoopThread("x").run(forever(), 20.0, watched)
    assert error.value.failure is Failure.CANCELLED
