"""A task in words: its plan, and its run."""

from device_agent.cli.exits import Exit

from .conftest import Cli, one_line


def test_a_dry_run_shows_the_plan_and_does_nothing(cli: Cli) -> None:
    words = ("task", 'type "h\u00e9llo" then press ctrl+s then run id', "--dry-run")
    done = cli(*words, "--json")
    assert done.code == Exit.DONE
    first, second, third = done.json["steps"]
    assert (first["tool"], first["parameters"]) == ("type_text", {"text": "h\u00e9llo"})
    assert (second["tier"], second["acts"], second["allowed"]) == ("input", True, True)
    assert not third["allowed"]
    assert "rule `tiers`" in third["problem"]
    shown = cli(*words)
    assert [line.split()[1] for line in shown.out.splitlines()[1:]] == [
        "type_text",
        "press_keys",
        "shell",
    ]
    assert not cli.state_dir.exists()


def test_a_dry_run_tells_of_tools_and_arguments_that_do_not_exist(cli: Cli) -> None:
    actions = '[{"tool_name": "fly"}, {"tool_name": "mouse_move", "parameters": {"x": 1}}]'
    steps = cli("task", actions, "--dry-run", "--json").json["steps"]
    assert "unknown_tool" in steps[0]["problem"]
    assert "bad_arguments" in steps[1]["problem"]


def test_unknown_words_fail_with_the_nearest_phrases(cli: Cli) -> None:
    done = cli("task", "take a screeenshot please sir", "--dry-run")
    assert done.code == Exit.TASK_FAILED
    assert "take a screenshot" in one_line(done)


def test_a_task_runs_alone_without_an_agent(desktop_cli: Cli) -> None:
    done = desktop_cli("task", "move to 5,6 then where is the pointer", "--json")
    assert done.code == Exit.DONE, done.err
    assert done.json["ok"]
    assert done.json["steps"][1]["result"] == {"x": 5, "y": 6}


def test_a_task_that_policy_stops_shows_how_far_it_came(cli: Cli) -> None:
    done = cli("task", "wait 10 ms then run id then wait 1 s", "--json")
    assert done.code == Exit.REFUSED
    statuses = [step["status"] for step in done.json["steps"]]
    assert statuses == ["success", "failure", "skipped"]
