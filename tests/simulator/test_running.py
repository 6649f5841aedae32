"""The programs of a simulated machine."""

from typing import Any

import pytest

from device_agent.catalog import TOOLS, parse
from device_agent.errors import Failure, ToolError
from simulator.body import react
from simulator.machine import Machine
from tests.simulator.support import machine


def call(on: Machine, tool: str, **arguments: Any) -> Any:  # noqa: ANN401
    return react(TOOLS[tool], parse(TOOLS[tool], arguments), on).result


def test_a_program_that_is_ended_is_gone_with_its_windows() -> None:
    one = machine()
    window = one.screen.windows[0]
    (entry,) = [each for each in call(one, "list_processes").processes if each.pid == window.pid]
    assert call(one, "end_process", pid=entry.pid, started=entry.started).ended == 1
    assert window not in one.screen.windows
    listed = call(one, "list_processes").processes
    assert entry.pid not in {each.pid for each in listed}


def test_a_server_has_programs_without_a_desktop() -> None:
    listed = call(machine("headless-server"), "list_processes", user="root")
    assert [each.name for each in listed.processes] == ["init", "agent", "logger"]


@pytest.mark.parametrize(
    ("pid", "name", "failure"),
    [
        (1, "init", Failure.DENIED),
        (2, "agent", Failure.DENIED),
        (3, "other", Failure.CONFLICT),
        (999_999, "x", Failure.BAD_ARGUMENTS),
    ],
)
def test_the_wrong_process_is_not_ended(pid: int, name: str, failure: Failure) -> None:
    with pytest.raises(ToolError) as caught:
        call(machine(), "end_process", pid=pid, name=name)
    assert caught.value.failure is failure
