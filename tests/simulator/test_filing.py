"""The files of a simulated machine behave as real ones do."""

from typing import Any

import pytest

from device_agent.catalog import TOOLS, parse
from device_agent.errors import Failure, ToolError
from simulator.body import react
from simulator.machine import Machine
from tests.simulator.support import machine


def call(on: Machine, tool: str, **arguments: Any) -> Any:  # noqa: ANN401
    return react(TOOLS[tool], parse(TOOLS[tool], arguments), on).result


def refused(on: Machine, tool: str, **arguments: Any) -> Failure:  # noqa: ANN401
    with pytest.raises(ToolError) as caught:
        call(on, tool, **arguments)
    return caught.value.failure


@pytest.mark.parametrize("profile", ["linux-workstation", "windows-office"])
def test_what_was_written_is_there_until_it_is_deleted(profile: str) -> None:
    one = machine(profile)
    path = call(one, "write_file", path="Documents/new/a.txt", text="1", make_parents=True).path
    assert path in {"/home/user/Documents/new/a.txt", "C:\\Users\\user\\Documents\\new\\a.txt"}
    call(one, "write_file", path=path, text="2\n3\n", mode="append")
    assert call(one, "read_file", path=path).text == "12\n3\n"
    assert call(one, "read_file", path=path, tail_lines=1).text == "3\n"
    assert call(one, "read_file", path=path, offset=1, length=1, encoding="base64").base64 == "Mg=="
    entries = call(one, "list_files", path="Documents", depth=2).entries
    assert [entry.name for entry in entries] == ["new", "new/a.txt", "notes.txt"]
    call(one, "move_file", path="Documents/new", to="moved")
    assert call(one, "copy_file", path="moved/a.txt", to="~/b.txt").size_bytes == 5
    assert call(one, "delete_file", path="moved", recursive=True).deleted == 2
    assert not call(one, "stat_file", path=path).exists
    assert call(one, "stat_file", path="b.txt").size_bytes == 5


def test_mistakes_are_refused_in_the_same_words() -> None:
    one = machine()
    assert refused(one, "read_file", path="none") is Failure.BAD_ARGUMENTS
    assert refused(one, "read_file", path="Documents") is Failure.BAD_ARGUMENTS
    assert refused(one, "list_files", path="Documents/notes.txt") is Failure.BAD_ARGUMENTS
    assert refused(one, "write_file", path="x/y", text="") is Failure.BAD_ARGUMENTS
    assert refused(one, "read_file", path="../x") is Failure.DENIED
    assert refused(one, "read_file", path="/etc/passwd") is Failure.DENIED
    assert refused(one, "delete_file", path="Documents") is Failure.CONFLICT
    assert refused(one, "delete_file", path="~") is Failure.DENIED
    note = "Documents/notes.txt"
    assert refused(one, "write_file", path=note, text="", mode="create") is Failure.CONFLICT
    assert refused(one, "make_directory", path=note) is Failure.CONFLICT
    assert refused(one, "copy_file", path=note, to=note) is Failure.CONFLICT
    assert refused(one, "move_file", path="Documents", to="Documents/x") is Failure.CONFLICT
