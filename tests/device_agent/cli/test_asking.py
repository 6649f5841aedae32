"""Asking the running agent through a real local door."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from device_agent.cli.asking import answer_of, ask, failure_of
from device_agent.cli.exits import NothingThere
from device_agent.errors import Failure, ToolError
from device_agent.runtime import control


@contextmanager
def _agent(state_dir: Path, answer: control.Answer) -> Iterator[None]:
    """Have a door that answers so, in a thread with a loop of its own."""
    loop = asyncio.new_event_loop()
    serving = loop.create_task(control.serve(state_dir, answer))

    def run() -> None:
        with pytest.raises(asyncio.CancelledError):
            loop.run_until_complete(serving)
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        while not Path(control.door(state_dir)).exists():
            assert thread.is_alive()
        yield
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)


def test_an_answer_comes_back_and_a_refusal_is_raised(tmp_path: Path) -> None:
    async def answer(question: dict[str, Any]) -> dict[str, Any]:
        if question["op"] == "status":
            return {"ok": True, "pid": 7}
        return {"ok": False, "failure": "paused", "error": "the owner has paused this device"}

    with _agent(tmp_path, answer):
        assert ask(tmp_path, {"op": "status"}) == {"ok": True, "pid": 7}
        assert answer_of(tmp_path, {"op": "call"}, 5.0)["failure"] == "paused"
        with pytest.raises(ToolError, match="paused this device") as caught:
            ask(tmp_path, {"op": "call"})
    assert caught.value.failure is Failure.PAUSED


def test_an_agent_that_does_not_answer_is_timed_out(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(control.door(tmp_path))
        silent.listen()
        with pytest.raises(ToolError, match="did not answer within") as caught:
            ask(tmp_path, {"op": "status"}, 0.1)
    assert caught.value.failure is Failure.TIMED_OUT


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(NothingThere, match="device-agent run"):
        ask(tmp_path, {"op": "status"})


def test_a_failure_with_an_unknown_word_is_a_failure() -> None:
    assert failure_of({"failure": "new_word", "error": "x"}).failure is Failure.FAILED
