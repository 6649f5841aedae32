"""The owner's file: what it may say, and how it is refused."""

import sys
from pathlib import Path

import pytest

from device_agent.catalog import Tier
from device_agent.errors import PolicyError
from device_agent.policy.load import load, read
from device_agent.policy.rules import AS_SERVICE, BY_HAND


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


def test_a_file_says_everything(file: Path) -> None:
    file.write_text(
        'tiers = ["observe", "shell"]\nshare_inventory = true\n'
        '[tools]\nallow = ["mouse_click"]\ndeny = ["screenshot"]\nask = ["shell"]\n'
    )
    policy = load(file, allow=[Tier.FILES])
    assert policy.tiers == {Tier.OBSERVE, Tier.SHELL}
    assert policy.run_tiers == {Tier.FILES}
    assert policy.share_inventory
    assert (policy.allow_tools, policy.deny_tools, policy.ask_tools) == (
        {"mouse_click"},
        {"screenshot"},
        {"shell"},
    )
    assert policy.source == policy.file == str(file)


def test_without_a_file_the_built_in_default_counts() -> None:
    assert load(None).tiers == BY_HAND
    assert load(None, service=True, usual="F").tiers == AS_SERVICE
    assert load(None, service=True, usual="F").file == "F"
    assert not load(None).share_inventory


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ('tiers = ["observe", "shel"]\n', 1, "tiers.1", "observe, input, clipboard"),
        ("\nteirs = []\n", 2, "unknown key `teirs`", "did you mean `tiers`?"),
        ('tiers = []\n[tools]\nalow = ["shell"]\n', 3, "`tools.alow`", "`allow`"),
        ('tiers = []\n[tools]\ndeny = ["shel"]\n', 3, "no tool 'shel'", "shell"),
        ('tiers = []\n[tools]\nask = ["qqqqqq"]\n', 3, "no tool", "device-agent tools"),
        ('tiers = []\nshare_inventory = "perhaps"\n', 2, "share_inventory", "installed"),
        ('tiers = []\n[files]\nroots = ["docs"]\n', 3, "files.roots.0", "home by default"),
        ("tiers = [\n", 1, "not TOML", "key = value"),
        ("# nothing\n", None, "`tiers` is missing", "add it"),
    ],
)
def test_a_bad_policy_names_file_line_key_and_hint(
    file: Path, text: str, line: int | None, message: str, hint: str
) -> None:
    file.write_text(text)
    with pytest.raises(PolicyError) as caught:
        load(file)
    assert caught.value.where == (f"{file}:{line}" if line else str(file))
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_missing_file_that_was_named_is_not_the_default(file: Path) -> None:
    with pytest.raises(PolicyError, match="No such file"):
        load(file)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_policy_that_everybody_can_change_is_none(file: Path) -> None:
    file.write_text('tiers = ["observe"]\n')
    file.chmod(0o666)
    with pytest.raises(PolicyError, match="every user") as caught:
        read(file)
    assert "chmod" in caught.value.hint


@pytest.mark.parametrize(
    ("more", "roots"),
    [
        ("", ("~",)),
        ('[files]\nroots = ["/srv", "~/out"]\n', ("/srv", "~/out")),
        ("[files]\nroots = []\n", ()),
    ],
)
def test_file_tools_reach_the_home_unless_the_file_says_otherwise(
    file: Path, more: str, roots: tuple[str, ...]
) -> None:
    file.write_text(f'tiers = ["files"]\n{more}')
    assert load(file).roots == roots


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ('[shell]\nmode = "some"\n', 2, "`shell.mode`", "off: nothing"),
        ('shell = "arg"\n', 1, "`shell.mode`", "argv"),
        ('[[shell.allow]]\nprogram = "git"\n', 2, "shell.allow.0.program", "absolute path"),
        ('[[shell.allow]]\nprogram = "/bin/../git"\n', 2, "without ..", "absolute path"),
        ('[[shell.allow]]\nprogram = "/x"\nargs = ["("]\n', 3, "no regular expression", "argument"),
        ('[[shell.allow]]\nprogram = "/x"\nmore = "a"\n', 2, "more needs max_args", ""),
        ('[[shell.allow]]\nprogram = "/x"\nmax_args = 2\n', 2, "max_args is larger", ""),
        ('[shell]\nenv = ["LD_PRELOAD"]\n', 2, "with LD_PRELOAD programs load", "callers may set"),
        ('[[shell.allow]]\nprogram = "/usr/bin/env"\nargs = [".*"]\n', 2, "in disguise", "spell"),
        (
            '[[shell.allow]]\nprogram = "/usr/bin/git"\nargs = [".*"]\n',
            2,
            "args.0 lets",
            "list the",
        ),
        ("[input]\ndeny_windows = [{}]\n", 2, "needs app or title", "take none"),
        ('[input]\nallow_windows = [{ app = "[" }]\n', 2, "no regular expression", "Class"),
        ("[limits.calls_per_minute]\nshel = 1\n", 2, "calls_per_minute", "Calls of a tier"),
        ("[limits.calls_per_minute]\nshell = 0\n", 2, "calls_per_minute.shell", "Calls of a tier"),
    ],
)
def test_bad_rules_about_programs_windows_and_rates_are_refused(
    file: Path, text: str, line: int, message: str, hint: str
) -> None:
    file.write_text(f'tiers = ["shell"]\n{text}')
    with pytest.raises(PolicyError) as caught:
        load(file)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.where in {f"{file}:{line}", f"{file}:{line + 1}"}


def test_a_program_that_callers_may_write_is_a_shell_in_disguise(
    file: Path, tmp_path: Path
) -> None:
    program = tmp_path / "root" / "report"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    rules = f'[files]\nroots = ["{tmp_path}/root"]\n[[shell.allow]]\nprogram = "{program}"\n'
    file.write_text(f'tiers = ["shell"]\n{rules}')
    assert load(file).shell.allow
    file.write_text(f'tiers = ["files", "shell"]\n{rules}')
    with pytest.raises(PolicyError, match="which lies inside"):
        load(file)
    program.chmod(0o777)
    file.write_text(f'tiers = ["shell"]\n{rules}')
    with pytest.raises(PolicyError, match="every user can change"):
        load(file)


def test_a_link_to_a_shell_is_a_shell(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "report"
    link.symlink_to("/bin/sh")
    file.write_text(
        f'tiers = ["shell"]\n[[shell.allow]]\nprogram = "{link}"\nmore = ".*"\nmax_args = 9\n'
    )
    with pytest.raises(PolicyError, match="shell in disguise"):
        load(file)


def test_a_tool_that_runs_any_program_is_not_allowed_beside_listed_ones(file: Path) -> None:
    file.write_text('tiers = []\nshell = "argv"\n[tools]\nallow = ["open_terminal"]\n')
    with pytest.raises(PolicyError, match="runs any program"):
        load(file)


def test_windows_and_rates_are_read(file: Path) -> None:
    file.write_text(
        'tiers = ["input"]\n[input]\nguard_secrets = false\nallow_windows = [{ app = "^XTerm$" }]\n'
        "[limits.calls_per_minute]\ninput = 30\n"
    )
    policy = load(file)
    assert policy.calls_per_minute == {Tier.INPUT: 30}
    assert policy.guard.secret == ()
    assert policy.guard.refusal(["Gedit"], "a").endswith(f"in {file}")
    assert policy.guard.refusal(["XTerm"], "a") == ""
