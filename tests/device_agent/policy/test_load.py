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
