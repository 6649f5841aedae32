"""What was accepted and how it ended, read from a real journal."""

from device_agent.cli.exits import Exit
from tests.device_agent.journal.support import accept, finish, open_journal, work

from .conftest import Cli, one_line


def _journal(cli: Cli) -> None:
    with open_journal(cli.state_dir) as journal:
        for number in (1, 2):
            accept(journal, work(number))
        finish(journal, work(1), '{"type": "command_results"}', "failed")


def test_tasks_are_listed_newest_first(cli: Cli) -> None:
    _journal(cli)
    rows = cli("tasks", "ls", "--json").json
    assert [row["response_id"] for row in rows] == ["r2", "r1"]
    assert [row["outcome"] for row in rows] == [None, "failed"]
    assert cli("tasks", "ls", "--json", "--limit", "1").json == rows[:1]
    head, newest, oldest = cli("tasks", "ls").out.splitlines()
    assert head.startswith("ACCEPTED")
    assert "execute_command" in newest
    assert "failed" in oldest


def test_one_task_is_shown_with_its_answer(cli: Cli) -> None:
    _journal(cli)
    (shown,) = cli("tasks", "show", "r1", "--json").json
    assert shown["answer"] == '{"type": "command_results"}'
    assert "command_results" in cli("tasks", "show", "r1").out


def test_a_damaged_journal_is_said_in_one_line(cli: Cli) -> None:
    _journal(cli)
    (path,) = cli.state_dir.glob("journal*.db")
    path.write_bytes(b"no journal at all" * 1000)
    done = cli("tasks", "ls")
    assert done.code == Exit.TASK_FAILED
    assert one_line(done)
