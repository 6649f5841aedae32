"""The desktop process: it never outlives its broker, and leaves nothing behind."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil

from device_agent.worker.frames import (
    Bye,
    Call,
    Cancel,
    Decoder,
    Desktop,
    Failed,
    Frame,
    Held,
    Hello,
    Json,
    Look,
    Ping,
    Pong,
    Release,
    Returned,
    encode,
)
from device_agent.worker.marks import WORKER, new_mark
from tests.device_agent.worker.hosts import alive, environment, pressed, tag, tagged
from tests.x11 import running_x_server, wait_until

F = TypeVar("F")

BROKER = """
import asyncio, os, sys
from device_agent.catalog import TOOLS, parse
from device_agent.worker.host import WorkerHost
from device_agent.worker.status import WorkerOptions

async def call(host, name, **parameters):
    return await host.call(TOOLS[name], parse(TOOLS[name], parameters))

async def main():
    host = WorkerHost(WorkerOptions(os.environ))
    async with asyncio.TaskGroup() as group:
        group.create_task(host.run())
        await call(host, "key_down", key="a")
        await call(host, "mouse_down", x=5, y=5)
        await call(host, "shell", command="(setsid sh -c 'trap \\"\\" TERM; sleep 60; : NAME' &)")
        group.create_task(call(host, "shell", command="trap '' TERM; sleep 60; : NAME"))
        await asyncio.sleep(0.3)
        print(host.status().pid, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


class Talk:
    """A worker and what it says, without a host."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self._decoder = Decoder()
        self._heard: list[Frame] = []

    def say(self, frame: Frame) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode(frame))
        self.process.stdin.flush()

    def hear(self, kind: type[F]) -> F:
        """The next frame of that kind; others are passed over."""
        while True:
            while self._heard:
                frame = self._heard.pop(0)
                if isinstance(frame, kind):
                    return frame
            assert self.process.stdout is not None
            chunk = os.read(self.process.stdout.fileno(), 1 << 20)
            assert chunk, f"the worker ended before it said {kind.__name__}"
            self._heard.extend(self._decoder.feed(chunk))

    def close(self) -> None:
        """Close the stream, as a broker does that ends."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def call(self, name: str, **arguments: object) -> Json:
        """Call a tool and hear its answer."""
        self.say(Call("a", name, arguments, 1 << 24))
        return self.hear(Returned).value


@contextmanager
def _worker(*arguments: str, **environ: str) -> Iterator[Talk]:
    command = [sys.executable, "-P", "-m", "device_agent.worker.process", *arguments]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environ,
        start_new_session=True,
    ) as process:
        try:
            yield Talk(process)
        finally:
            process.kill()


def test_a_killed_broker_takes_worker_commands_and_held_keys_with_it() -> None:
    with running_x_server() as (display, _):
        name = tag()
        code = BROKER.replace("NAME", name)
        with subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            env=environment(display),
            text=True,
        ) as broker:
            assert broker.stdout is not None
            worker = int(broker.stdout.readline())
            wait_until(lambda: len(tagged(name)) >= 2, "the commands run")
            assert pressed(display)
            broker.kill()
            broker.wait()
            ended = time.monotonic()
            wait_until(lambda: not alive(worker), "the worker ends", 2.0)
            assert time.monotonic() - ended < 2.0
        assert [pid for pid in tagged(name) if pid != broker.pid] == []
        assert not pressed(display)


def test_it_says_hello_before_it_looks_at_anything() -> None:
    with _worker(**environment()) as talk:
        assert talk.hear(Hello).pid == talk.process.pid
        desktop = talk.hear(Desktop)
        assert (desktop.state, desktop.displays) == ("no_session", ())


def test_it_looks_again_when_asked(x_server: str) -> None:
    with _worker(**environment(x_server)) as talk:
        first = talk.hear(Desktop)
        assert first.state == "active"
        assert first.displays[0]["width"] == 1280
        talk.say(Look())
        assert talk.hear(Desktop) == first


def test_it_answers_pings_and_ignores_what_makes_no_sense() -> None:
    with _worker(**environment()) as talk:
        talk.say(Hello(1))
        talk.say(Cancel("nobody"))
        talk.say(Release())
        assert talk.hear(Held) == Held()
        talk.say(Ping(7))
        assert talk.hear(Pong) == Pong(7)


def test_an_unknown_tool_and_wrong_arguments_are_refused_again_here() -> None:
    with _worker(**environment()) as talk:
        talk.say(Call("a", "nothing", {}, 1000))
        assert talk.hear(Failed).failure == "unknown_tool"
        talk.say(Call("b", "wait", {"second": 1}, 1000))
        assert talk.hear(Failed).failure == "bad_arguments"


def test_what_commands_and_libraries_print_never_reaches_the_stream() -> None:
    with _worker(**environment()) as talk:
        value = talk.call("shell", command="readlink /proc/$PPID/fd/0 /proc/$PPID/fd/1")
        stdin, stdout = value["stdout"].splitlines()
        assert stdin == "/dev/null"
        assert stdout == str(Path(f"/proc/{os.getpid()}/fd/2").readlink())


def test_garbage_on_the_stream_ends_it() -> None:
    with _worker(**environment()) as talk:
        talk.hear(Hello)
        assert talk.process.stdin is not None
        talk.process.stdin.write(b"\xff" * 64)
        talk.process.stdin.flush()
        assert talk.process.wait(5) == 0


def test_sigterm_is_a_way_to_end_it() -> None:
    with _worker(**environment()) as talk:
        talk.hear(Desktop)
        talk.process.send_signal(signal.SIGTERM)
        assert talk.process.wait(5) == 0


def test_commands_inherit_no_ignored_signal() -> None:
    with _worker(**environment()) as talk:
        talk.hear(Desktop)
        talk.process.send_signal(signal.SIGINT)
        value = talk.call("shell", command="grep SigIgn /proc/self/status")
        assert int(value["stdout"].split()[1], 16) & 0b111 == 0


def test_keys_are_released_even_while_input_is_under_way(x_server: str) -> None:
    with _worker(**environment(x_server)) as talk:
        path = [{"x": 1, "y": 1}, {"x": 900, "y": 700}]
        talk.hear(Held)
        talk.say(Call("a", "mouse_drag", {"path": path, "duration_s": 30}, 1000))
        wait_until(lambda: pressed(x_server), "the drag has begun")
        talk.close()
        talk.process.wait(5)
        wait_until(lambda: not pressed(x_server), "the button is up", 1.0)


def test_a_hung_display_does_not_keep_it_alive() -> None:
    with running_x_server() as (display, server), _worker(**environment(display)) as talk:
        talk.hear(Desktop)
        os.kill(server.pid, signal.SIGSTOP)
        talk.say(Call("a", "screenshot", {}, 1000))
        talk.say(Call("b", "mouse_move", {"x": 1, "y": 1}, 1000))
        started = time.monotonic()
        talk.close()
        talk.process.wait(5)
        assert time.monotonic() - started < 2.0


def test_orphans_of_commands_are_reaped() -> None:
    with _worker(**environment()) as talk:
        talk.call("shell", command="(sleep 0.2 >&- 2>&- &)")
        worker = psutil.Process(talk.process.pid)
        assert worker.children()
        wait_until(lambda: not worker.children(), "the orphan is reaped")


def test_what_a_killed_worker_and_broker_left_is_killed_by_the_next_one(tmp_path: Path) -> None:
    name = tag()
    mark = new_mark(tmp_path)
    other = tag()
    elsewhere = new_mark(tmp_path / "elsewhere")
    with (
        subprocess.Popen(
            ["sh", "-c", f"sleep 60; : {name}"],
            env={**environment(), WORKER: mark.value},
            start_new_session=True,
        ) as left,
        subprocess.Popen(
            ["sh", "-c", f"sleep 60; : {other}"],
            env={**environment(), WORKER: elsewhere.value},
            start_new_session=True,
        ) as spared,
    ):
        fresh = new_mark(tmp_path)
        with _worker("--state-dir", str(tmp_path), **environment(), **{WORKER: fresh.value}):
            assert left.wait(10) < 0
            assert tagged(other)
        os.killpg(spared.pid, signal.SIGKILL)


def test_a_new_worker_waits_for_the_old_ones_lock(tmp_path: Path) -> None:
    where = ("--state-dir", str(tmp_path))
    with _worker(*where, **environment()) as old, _worker(*where, **environment()) as new:
        # Either may have been first; the one that waits says hello when the other has gone.
        first, second = (old, new) if _speaks(old) else (new, old)
        first.hear(Hello)
        first.close()
        second.hear(Hello)


def test_one_that_never_gets_the_lock_says_who_holds_it(tmp_path: Path) -> None:
    where = ("--state-dir", str(tmp_path))
    with _worker(*where, **environment()) as old:
        old.hear(Hello)
        with _worker(*where, **environment()) as new:
            assert str(old.process.pid) in new.hear(Bye).reason
            assert new.process.wait(5) == 2


def _speaks(talk: Talk) -> bool:
    assert talk.process.stdout is not None
    ready, _, _ = select.select([talk.process.stdout], [], [], 3.0)
    return bool(ready)
