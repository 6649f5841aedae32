"""The local door, over real sockets."""

import asyncio
import json
import socket
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from device_agent.errors import ConfigError
from device_agent.runtime import control
from device_agent.runtime.control import AnswerLost, NotRunning, door, request
from tests.device_agent.runtime.rigs import Frame, run_async, until


@asynccontextmanager
async def opened(state_dir: Path, answer: control.Answer) -> AsyncIterator[None]:
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(control.serve(state_dir, answer))
        await until(lambda: serving.done() or Path(door(state_dir)).exists())
        try:
            yield
        finally:
            serving.cancel()


async def ask(state_dir: Path, timeout_s: float | None = 10.0, **question: object) -> Frame:
    answer: Frame = await asyncio.to_thread(request, state_dir, question, timeout_s)
    return answer


def mode_of(state_dir: Path) -> int:
    return Path(door(state_dir)).stat().st_mode


async def echo(question: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "heard": question}


def test_a_question_gets_its_answer_however_large(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path, echo):
            big = "é" * 3_000_000
            answer = await ask(tmp_path, op="call", text=big)
            assert answer == {"ok": True, "heard": {"op": "call", "text": big}}

    run_async(story)


def test_only_the_owner_may_open_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with opened(tmp_path, echo):
            mode = mode_of(tmp_path)
            assert stat.S_ISSOCK(mode)
            assert stat.S_IMODE(mode) == 0o600

    run_async(story)


def test_what_a_killed_agent_left_is_replaced(tmp_path: Path) -> None:
    async def story() -> None:
        for name in ("control.sock", "control.sock.new"):
            with socket.socket(socket.AF_UNIX) as stale:
                stale.bind(str(tmp_path / name))
        with pytest.raises(NotRunning):
            await ask(tmp_path, op="status")
        async with opened(tmp_path, echo):
            async with asyncio.timeout(10):
                while True:
                    try:
                        answer = await ask(tmp_path, op="status")
                        break
                    except NotRunning:
                        await asyncio.sleep(0.01)
            assert answer["ok"]

    run_async(story)


def test_a_state_directory_may_have_a_long_name(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 20) / ("name" * 20) / "state"
    deep.mkdir(parents=True)

    async def story() -> None:
        assert len(door(deep)) > 200
        async with opened(deep, echo):
            assert (await ask(deep, op="status"))["ok"]
            assert (deep / "control.sock").is_socket()

    run_async(story)


def test_a_door_that_cannot_be_opened_is_a_setting_that_is_wrong(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    (state_dir / "control.sock").mkdir(parents=True)

    async def story() -> None:
        with pytest.raises(ExceptionGroup) as caught:
            async with asyncio.TaskGroup() as group:
                group.create_task(control.serve(state_dir, echo))
        assert caught.group_contains(ConfigError, match="control.sock cannot be opened")

    run_async(story)


def test_callers_do_not_wait_for_each_other(tmp_path: Path) -> None:
    async def story() -> None:
        gate = asyncio.Event()

        async def answer(question: dict[str, Any]) -> dict[str, Any]:
            if question["op"] == "slow":
                await gate.wait()
            else:
                gate.set()
            return {"ok": True, "op": question["op"]}

        async with opened(tmp_path, answer):
            async with asyncio.TaskGroup() as group:
                slow = [group.create_task(ask(tmp_path, op="slow")) for _ in range(5)]
                await ask(tmp_path, op="quick")
            assert [task.result()["op"] for task in slow] == ["slow"] * 5

    run_async(story)


def test_who_hangs_up_has_his_request_cancelled(tmp_path: Path) -> None:
    async def story() -> None:
        cancelled = asyncio.Event()

        async def answer(question: dict[str, Any]) -> dict[str, Any]:
            if question["op"] == "status":
                return {"ok": True}
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                cancelled.set()
            return {}

        async with opened(tmp_path, answer):
            with pytest.raises(TimeoutError):
                await ask(tmp_path, 0.2, op="call")
            async with asyncio.timeout(10):
                await cancelled.wait()
            assert (await ask(tmp_path, op="status"))["ok"]

    run_async(story)


def test_a_fault_of_ours_is_answered_and_ends_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(question: dict[str, Any]) -> dict[str, Any]:
        if question["op"] == "bad":
            raise RuntimeError("a bug")
        return {"ok": True, "odd": {1, 2} if question["op"] == "odd" else None}

    async def story() -> None:
        async with opened(tmp_path, answer):
            for op in ("bad", "odd"):
                refused = await ask(tmp_path, op=op)
                assert (refused["ok"], refused["failure"]) == (False, "failed")
            assert (await ask(tmp_path, op="good"))["ok"]

    run_async(story)
    assert caplog.text.count("a local request failed") == 2


@pytest.mark.parametrize("line", [b"{nope\n", b"\n", b"7\n", b"[]\n", b'"x"\n', b"\xff\n", b""])
def test_nonsense_is_answered(tmp_path: Path, line: bytes) -> None:
    async def story() -> None:
        async with opened(tmp_path, echo):
            reader, writer = await asyncio.open_unix_connection(door(tmp_path))
            writer.write(line)
            writer.write_eof()
            answer = json.loads(await reader.readline())
            assert answer["failure"] == "bad_arguments"
            writer.close()

    run_async(story)


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "LINE_BYTES", 1000)

    async def story() -> None:
        async with opened(tmp_path, echo):
            reader, writer = await asyncio.open_unix_connection(door(tmp_path))
            writer.write(b"x" * 10_000)
            assert json.loads(await reader.readline())["failure"] == "bad_arguments"
            writer.close()

    run_async(story)


def test_an_agent_that_goes_away_is_told_from_one_that_was_never_there(tmp_path: Path) -> None:
    with pytest.raises(NotRunning):
        request(tmp_path, {"op": "call"})
    with socket.socket(socket.AF_UNIX) as dying:
        dying.bind(door(tmp_path))
        dying.listen()

        def die() -> None:
            caller, _ = dying.accept()
            caller.recv(1000)
            caller.close()

        thread = threading.Thread(target=die)
        thread.start()
        with pytest.raises(AnswerLost, match="may have happened"):
            request(tmp_path, {"op": "call"}, 10)
        thread.join()


def test_it_closes_at_once_with_callers_inside(tmp_path: Path) -> None:
    async def story() -> None:
        async def never(question: dict[str, Any]) -> dict[str, Any]:
            await asyncio.get_running_loop().create_future()
            return question

        async with opened(tmp_path, never):
            silent = await asyncio.open_unix_connection(door(tmp_path))
            waiting = await asyncio.open_unix_connection(door(tmp_path))
            waiting[1].write(b'{"op": "call"}\n')
            await asyncio.sleep(0)
        for reader, writer in (silent, waiting):
            assert await reader.read() == b""
            writer.close()

    run_async(story, 5)


def test_a_stranger_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_is_owner", lambda _: False)

    async def story() -> None:
        async with opened(tmp_path, echo):
            with pytest.raises(AnswerLost):
                await ask(tmp_path, op="status")

    run_async(story)
