"""The broker's handle: what hangs, crashes or is killed costs one worker and nothing else."""

import asyncio
import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from blockbuster import BlockBuster

from device_agent.catalog import TOOLS, parse
from device_agent.errors import Failure, ToolError, WorkerLost
from device_agent.worker.frames import Held
from device_agent.worker.host import WorkerHost
from device_agent.worker.status import WorkerOptions
from tests.device_agent.worker.hosts import (
    alive,
    call,
    environment,
    pressed,
    running,
    tag,
    tagged,
    until,
)
from tests.x11 import running_x_server, wait_until

# Children that ignore SIGTERM, have forked twice, are in sessions of their own, or empty their
# environment; NAME is for finding them.
STUBBORN = """
trap '' TERM
( env -i setsid sh -c 'trap "" TERM; sleep 60; : NAME' & )
( setsid sh -c 'sleep 60; : NAME' & )
sh -c 'trap "" TERM; sleep 60; : NAME'
"""


def test_a_result_comes_back_and_a_non_zero_exit_is_one() -> None:
    async def scene() -> None:
        async with running() as host:
            value = await call(host, "shell", command="echo out; echo err >&2; exit 3")
            assert (value["exit_code"], value["stdout"], value["stderr"]) == (3, "out\n", "err\n")
            assert host.status().in_flight == ()

    asyncio.run(scene())


def test_a_tools_own_reason_comes_back() -> None:
    async def scene() -> None:
        async with running() as host:
            with pytest.raises(ToolError) as caught:
                await call(host, "screenshot")
            assert caught.value.failure is Failure.NO_SESSION
            assert "DISPLAY" in caught.value.detail
            with pytest.raises(ToolError) as caught:
                await call(host, "type_text", text="x")
            assert caught.value.failure is Failure.NO_SESSION
            desktop = await host.look()
            assert desktop is not None
            assert (desktop.state, desktop.capabilities) == ("no_session", ("shell",))

    asyncio.run(scene())


def test_the_event_loop_is_never_blocked(no_blocking: BlockBuster) -> None:
    async def scene() -> None:
        async with running() as host:
            await host.ping()
            await call(host, "shell", command="true")
            no_blocking.deactivate()

    asyncio.run(scene())


def test_observing_calls_run_beside_acting_ones(x_server: str) -> None:
    async def scene() -> None:
        async with running(x_server) as host, asyncio.TaskGroup() as group:
            slow = group.create_task(call(host, "shell", command="read line", timeout_s=30))
            await until(lambda: host.status().in_flight)
            shot = await call(host, "screenshot", format="jpeg", max_width=64)
            assert shot["width"] == 64
            slow.cancel()

    asyncio.run(scene())


def test_a_hung_display_costs_one_call_and_no_key_stays_down() -> None:
    async def scene(display: str, server: int) -> None:
        async with running(display) as host:
            await call(host, "key_down", key="shift")
            assert host.held == Held(("shift",), ())
            assert pressed(display)
            os.kill(server, signal.SIGSTOP)
            started = time.monotonic()
            tool = TOOLS["mouse_click"]
            with pytest.raises(ToolError) as caught:
                await host.call(tool, parse(tool, {"x": 5, "y": 5}), deadline_s=1.0)
            assert caught.value.failure is Failure.TIMED_OUT
            assert time.monotonic() - started < 2.0
            # A call that needs no display works while it hangs.
            assert (await call(host, "shell", command="echo hi"))["stdout"] == "hi\n"
            os.kill(server, signal.SIGCONT)
            await call(host, "mouse_click", x=7, y=8)
            assert await call(host, "cursor_position") == {"x": 7, "y": 8}
            assert host.status().restarts == 1
            assert not pressed(display)
            assert host.held == Held()

    with running_x_server() as (display, server):
        asyncio.run(scene(display, server.pid))


def test_a_hung_display_does_not_keep_heartbeats_waiting() -> None:
    gaps: list[float] = []

    async def beat() -> None:
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.01)
            now = time.monotonic()
            gaps.append(now - last)
            last = now

    async def scene(display: str, server: int) -> None:
        async with running(display) as host, asyncio.TaskGroup() as group:
            await call(host, "screen_size")
            beating = group.create_task(beat())
            os.kill(server, signal.SIGSTOP)
            tool = TOOLS["screenshot"]
            with pytest.raises(ToolError):
                await host.call(tool, parse(tool, {}), deadline_s=0.5)
            os.kill(server, signal.SIGCONT)
            await call(host, "screen_size")
            beating.cancel()

    with running_x_server() as (display, server):
        asyncio.run(scene(display, server.pid))
    assert max(gaps) < 0.5


def test_calls_that_die_with_their_worker_say_so_and_the_next_one_works() -> None:
    async def scene(name: str) -> None:
        async with running() as host, asyncio.TaskGroup() as group:
            command = f"sh -c 'sleep 60; :' {name} & sleep 60; : {name}"
            lost = group.create_task(_error(call(host, "shell", command=command, timeout_s=50)))
            await until(lambda: tagged(name))
            pid = host.status().pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            error = await lost
            assert isinstance(error, WorkerLost)
            assert "signal 9" in str(error)
            assert (await call(host, "shell", command="echo hi"))["stdout"] == "hi\n"
            assert not tagged(name)
            assert host.status().restarts == 1
            assert "signal 9" in host.status().last_end

    asyncio.run(scene(tag()))


def test_calls_beside_a_hung_one_are_told_why_they_were_lost() -> None:
    async def scene(display: str, server: int) -> None:
        async with running(display) as host, asyncio.TaskGroup() as group:
            await call(host, "screen_size")
            lost = group.create_task(_error(call(host, "wait", seconds=30)))
            await until(lambda: host.status().in_flight)
            os.kill(server, signal.SIGSTOP)
            tool = TOOLS["screenshot"]
            late = await _error(host.call(tool, parse(tool, {}), deadline_s=0.3))
            os.kill(server, signal.SIGCONT)
            assert isinstance(late, ToolError)
            error = await lost
            assert isinstance(error, WorkerLost)
            assert "screenshot hung" in str(error)

    with running_x_server() as (display, server):
        asyncio.run(scene(display, server.pid))


def test_a_command_that_hides_in_every_way_leaves_no_process() -> None:
    async def scene(name: str) -> None:
        async with running() as host:
            with pytest.raises(ToolError) as caught:
                await call(host, "shell", command=STUBBORN.replace("NAME", name), timeout_s=0.5)
            assert caught.value.failure is Failure.TIMED_OUT
            assert not tagged(name)
            pid = host.status().pid
            assert pid is not None
            await until(lambda: not psutil.Process(pid).children())
            assert host.status().restarts == 0

    asyncio.run(scene(tag()))


def test_a_cancelled_command_fails_as_cancelled_and_leaves_no_process() -> None:
    async def scene(name: str) -> None:
        async with running() as host, asyncio.TaskGroup() as group:
            tool = TOOLS["shell"]
            arguments = parse(tool, {"command": f"echo so far; sh -c 'sleep 60; :' {name}"})
            task = group.create_task(_error(host.call(tool, arguments, call_id="one")))
            await until(lambda: tagged(name))
            host.cancel("one")
            host.cancel("nobody")
            error = await task
            assert isinstance(error, ToolError)
            assert error.failure is Failure.CANCELLED
            assert isinstance(error.value, dict)
            assert error.value["stdout"] == "so far\n"
            assert not tagged(name)
            assert host.status().restarts == 0

    asyncio.run(scene(tag()))


def test_a_call_whose_task_is_cancelled_is_stopped_too() -> None:
    async def scene(name: str) -> None:
        async with running() as host, asyncio.TaskGroup() as group:
            command = f"sh -c 'sleep 60; :' {name}"
            task = group.create_task(call(host, "shell", command=command))
            await until(lambda: tagged(name))
            task.cancel()
            await until(lambda: not tagged(name))
            await until(lambda: not host.status().in_flight)

    asyncio.run(scene(tag()))


def test_a_call_that_cannot_be_cancelled_costs_the_worker() -> None:
    async def scene(display: str, server: int) -> None:
        async with running(display) as host, asyncio.TaskGroup() as group:
            await call(host, "screen_size")
            os.kill(server, signal.SIGSTOP)
            tool = TOOLS["screenshot"]
            call_it = host.call(tool, parse(tool, {}), call_id="one", deadline_s=30)
            task = group.create_task(_error(call_it))
            await until(lambda: host.status().in_flight)
            host.cancel("one")
            error = await task
            os.kill(server, signal.SIGCONT)
            assert isinstance(error, ToolError)
            assert error.failure is Failure.CANCELLED
            await call(host, "screen_size")
            assert host.status().restarts == 1

    with running_x_server() as (display, server):
        asyncio.run(scene(display, server.pid))


def test_a_call_may_be_cancelled_before_there_is_a_worker() -> None:
    async def scene() -> None:
        async with running() as host, asyncio.TaskGroup() as group:
            tool = TOOLS["wait"]
            task = group.create_task(
                _error(host.call(tool, parse(tool, {"seconds": 9}), call_id="a"))
            )
            await asyncio.sleep(0)
            host.cancel("a")
            error = await task
            assert isinstance(error, ToolError)
            assert error.failure is Failure.CANCELLED

    asyncio.run(scene())


def test_a_result_too_large_never_reaches_the_broker() -> None:
    async def scene() -> None:
        async with running() as host:
            with pytest.raises(ToolError) as caught:
                await call(host, "shell", command="head -c 40m /dev/zero | tr '\\0' x")
            assert caught.value.failure is Failure.RESULT_TOO_LARGE
            assert "max_output_bytes" in caught.value.detail
            value = await call(
                host, "shell", command="head -c 40m /dev/zero", max_output_bytes=100_000
            )
            assert value["stdout_bytes"] == 40 * 1024 * 1024
            assert value["truncated"] is True

    asyncio.run(scene())


def test_a_text_that_grows_in_json_is_measured_as_json() -> None:
    async def scene() -> None:
        async with running() as host:
            tool = TOOLS["shell"]
            arguments = parse(tool, {"command": "head -c 20000 /dev/zero"})
            with pytest.raises(ToolError) as caught:
                await host.call(tool, arguments, max_result_bytes=50_000)
            assert caught.value.failure is Failure.RESULT_TOO_LARGE
            value = await host.call(tool, arguments, max_result_bytes=150_000)
            assert len(value["stdout"]) == 20_000

    asyncio.run(scene())


def test_commands_do_not_inherit_secrets() -> None:
    inherited = environment(
        DEVICE_AGENT_TOKEN="s3cret", DEVICE_AGENT_TOKEN_HUB="s3cret", KEY="s3cret"
    )

    async def scene() -> None:
        async with running(inherited=inherited, secrets=frozenset({"KEY"})) as host:
            value = await call(host, "shell", command="env; cat /proc/$PPID/environ")
            assert "s3cret" not in value["stdout"]
            assert "PATH=" in value["stdout"]

    asyncio.run(scene())


def test_released_keys_and_buttons_are_told() -> None:
    async def scene(display: str) -> None:
        async with running(display) as host:
            await call(host, "key_down", key="ctrl")
            await call(host, "mouse_down", x=3, y=3)
            assert host.held == Held(("ctrl",), ("left",))
            assert host.status().held == host.held
            assert pressed(display)
            await host.release()
            assert host.held == Held()
            assert not pressed(display)

    with running_x_server() as (display, _):
        asyncio.run(scene(display))


def test_releasing_that_hangs_costs_the_worker_and_the_next_one_releases(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("device_agent.worker.host.RELEASE_S", 0.3)

    async def scene(display: str, server: int) -> None:
        async with running(display) as host:
            await host.release()
            await call(host, "mouse_down", x=3, y=3)
            os.kill(server, signal.SIGSTOP)
            await host.release()
            await until(lambda: host.status().restarts == 1)
            assert "release" in host.status().last_end
            os.kill(server, signal.SIGCONT)
            await call(host, "cursor_position")
            assert not pressed(display)

    with running_x_server() as (display, server):
        asyncio.run(scene(display, server.pid))


def test_stopping_releases_everything_and_leaves_no_process() -> None:
    async def scene(display: str, name: str) -> int:
        async with running(display) as host:
            await call(host, "key_down", key="a")
            await call(host, "shell", command=f"sh -c 'sleep 60; :' {name} >&- 2>&- &")
            assert tagged(name)
            pid = host.status().pid
        assert pid is not None
        return pid

    with running_x_server() as (display, _):
        name = tag()
        pid = asyncio.run(scene(display, name))
        assert not psutil.pid_exists(pid)
        assert not tagged(name)
        assert not pressed(display)


def test_calls_in_hand_are_lost_when_the_agent_stops() -> None:
    async def scene() -> object:
        async with running() as host:
            await host.ping()
            loop = asyncio.get_running_loop()
            lost = loop.create_task(_error(call(host, "wait", seconds=30)))
            await until(lambda: host.status().in_flight)
        late = await _error(call(host, "wait", seconds=30))
        assert isinstance(late, WorkerLost)
        return await lost

    error = asyncio.run(scene())
    assert isinstance(error, WorkerLost)
    assert "stopping" in str(error)


def test_a_host_that_is_stopped_twice_leaves_no_worker() -> None:
    async def scene() -> int:
        host = WorkerHost(WorkerOptions(environment()))
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(host.run())
            await host.ping()
            pid = host.status().pid
            assert pid is not None
            # Frozen, it does not end when its stream closes.
            os.kill(pid, signal.SIGSTOP)
            keeping.cancel()
            asyncio.get_running_loop().call_later(0.1, keeping.cancel)
        return pid

    pid = asyncio.run(scene())
    wait_until(lambda: not alive(pid), "the worker is gone")


def test_where_no_worker_starts_the_call_says_so() -> None:
    inherited = environment(PYTHONHOME="/nonexistent")

    async def scene() -> None:
        async with running(inherited=inherited) as host:
            tool = TOOLS["wait"]
            with pytest.raises(ToolError) as caught:
                await host.call(tool, parse(tool, {"seconds": 1}), deadline_s=1.0)
            assert caught.value.failure is Failure.UNAVAILABLE
            assert "exit code 1" in caught.value.detail
            assert 1 < host.status().restarts < 10
            assert host.status().uptime_s == 0.0

    asyncio.run(scene())


def test_a_second_worker_on_one_state_directory_says_who_is_there(tmp_path: Path) -> None:
    async def scene() -> None:
        async with running(state_dir=tmp_path) as first:
            await first.ping()
            tool = TOOLS["wait"]
            async with running(state_dir=tmp_path) as second:
                with pytest.raises(ToolError) as caught:
                    await second.call(tool, parse(tool, {"seconds": 1}), deadline_s=4.5)
            assert caught.value.failure is Failure.UNAVAILABLE
            assert str(first.status().pid) in caught.value.detail

    asyncio.run(scene())


async def _error(awaitable: object) -> BaseException:
    try:
        value = await awaitable  # type: ignore[misc]
    except (ToolError, WorkerLost) as error:
        return error
    raise AssertionError(f"no error but {value!r}")
