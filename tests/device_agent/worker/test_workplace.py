"""What the desktop process does with frames, in this process and without a desktop."""

import queue
from typing import Any

import pytest

from device_agent.catalog.screen import NoArguments
from device_agent.catalog.system import SystemInfoResult
from device_agent.processes import Mark
from device_agent.tools.bench import Bench
from device_agent.tools.children import Children
from device_agent.worker.frames import Call, Cancel, Failed, Frame, Returned
from device_agent.worker.lanes import MAX_BESIDE
from device_agent.worker.marks import WORKER
from device_agent.worker.workplace import Workplace

LARGE = 1 << 24


class Answers:
    """A workplace, and what it says."""

    def __init__(self) -> None:
        self._said: queue.SimpleQueue[Frame] = queue.SimpleQueue()
        self.workplace = Workplace(self._said.put, Mark(WORKER, "none:test"), Children())

    def call(self, call_id: str, tool: str, most: int = LARGE, **arguments: Any) -> None:  # noqa: ANN401
        self.workplace.take(Call(call_id, tool, arguments, most))

    def next(self) -> Frame:
        """What it says next."""
        return self._said.get(timeout=10)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    monkeypatch.delenv("DISPLAY", raising=False)
    return Answers()


def _tool_gives(monkeypatch: pytest.MonkeyPatch, facts: dict[str, Any]) -> None:
    def give(_: NoArguments, bench: Bench) -> SystemInfoResult:
        del bench
        return SystemInfoResult(facts=facts)

    monkeypatch.setattr("device_agent.tools.system.system_info", give)


def test_a_result_comes_without_what_was_not_set(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tool_gives(monkeypatch, {"nothing": None})
    answers.call("a", "system_info")
    assert answers.next() == Returned("a", {"facts": {"nothing": None}})


def test_a_bug_in_a_tool_fails_that_call_alone(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: NoArguments, bench: Bench) -> SystemInfoResult:
        del bench
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("device_agent.tools.system.system_info", broken)
    answers.call("a", "system_info")
    assert answers.next() == Failed("a", "failed", "ZeroDivisionError: by zero")
    answers.call("b", "wait", seconds=0.001)
    assert isinstance(answers.next(), Returned)


def test_a_nested_result_is_measured_too(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    _tool_gives(monkeypatch, {"long": ["x" * 1000]})
    answers.call("a", "system_info", most=900)
    answer = answers.next()
    assert isinstance(answer, Failed)
    assert answer.failure == "result_too_large"
    assert "900" in answer.detail


def test_too_many_commands_are_refused_not_queued(answers: Answers) -> None:
    for number in range(MAX_BESIDE):
        answers.call(f"wait-{number}", "wait", seconds=60)
    answers.call("more", "wait", seconds=60)
    answer = answers.next()
    assert isinstance(answer, Failed)
    assert (answer.call_id, answer.failure) == ("more", "busy")
    for number in range(MAX_BESIDE):
        answers.workplace.take(Cancel(f"wait-{number}"))
    ended = [answers.next() for _ in range(MAX_BESIDE)]
    assert {each.failure for each in ended if isinstance(each, Failed)} == {"cancelled"}


def test_a_command_killed_with_too_much_output_loses_the_output(answers: Answers) -> None:
    command = "head -c 100000 /dev/zero; sleep 60"
    answers.call("a", "shell", most=5000, command=command, timeout_s=0.5)
    answer = answers.next()
    assert isinstance(answer, Failed)
    assert (answer.failure, answer.value) == ("timed_out", None)


def test_calls_that_are_cut_off_by_the_end_are_not_answered(answers: Answers) -> None:
    answers.call("a", "wait", seconds=60)
    assert answers.workplace.leave(5.0)
    held = answers.next()
    assert not isinstance(held, (Returned, Failed))
