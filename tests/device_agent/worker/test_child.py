"""One worker process as the event loop sees it, with processes that are no workers."""

import asyncio
import subprocess
import sys

import pytest

from device_agent.errors import WorkerLost
from device_agent.worker.child import Child
from device_agent.worker.frames import Desktop, Held, Hello, Ping, encode
from tests.device_agent.worker.hosts import until


class Nobody:
    """Wants to know nothing."""

    def __init__(self) -> None:
        self.seen: list[object] = []

    def saw(self, desktop: Desktop) -> None:
        self.seen.append(desktop)

    def holds(self, held: Held) -> None:
        self.seen.append(held)


async def _child(code: str, watcher: Nobody | None = None) -> Child:
    _, child = await asyncio.get_running_loop().subprocess_exec(
        lambda: Child(watcher or Nobody()),
        sys.executable,
        "-c",
        code,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return child


def _saying(*raw: bytes) -> str:
    said = b"".join(raw)
    return f"import sys\nsys.stdout.buffer.write({said!r}); sys.stdout.flush()\nsys.stdin.read()"


def test_one_that_says_garbage_is_killed() -> None:
    async def scene() -> None:
        child = await _child(_saying(b"Traceback (most recent call last)"))
        assert "over the limit" in await child.gone
        with pytest.raises(WorkerLost):
            await child.ready

    asyncio.run(scene())


def test_one_that_never_says_hello_and_ends_was_never_ready() -> None:
    async def scene() -> None:
        child = await _child("raise SystemExit(7)")
        assert "exit code 7" in await child.gone
        assert not child.takes_calls
        with pytest.raises(WorkerLost):
            await child.ready

    asyncio.run(scene())


def test_what_it_says_of_itself_is_passed_on() -> None:
    said = (Hello(1), Held(("a",), ()), Desktop("active"))

    async def scene() -> None:
        watcher = Nobody()
        child = await _child(_saying(*(encode(frame) for frame in said)), watcher)
        await child.ready
        await until(lambda: len(watcher.seen) == 2)
        assert watcher.seen == list(said[1:])
        assert child.takes_calls
        child.close()
        assert not child.takes_calls
        assert await child.gone == "the agent is stopping"
        child.send(Ping(1))
        child.kill("too late")

    asyncio.run(scene())


def test_all_that_wait_learn_that_it_has_ended() -> None:
    async def scene() -> None:
        child = await _child(_saying(encode(Hello(1))))
        await child.ready
        answer, pong = child.expect("a", "shell"), child.expect_pong(1)
        child.kill("it was time")
        for waiting in (answer, pong):
            with pytest.raises(WorkerLost, match="it was time"):
                await waiting
        assert child.pending == {}

    asyncio.run(scene())


def test_one_that_closes_its_stream_is_killed() -> None:
    async def scene() -> None:
        child = await _child("import os, time; os.close(1); time.sleep(60)")
        assert "signal 9" in await child.gone

    asyncio.run(scene())
