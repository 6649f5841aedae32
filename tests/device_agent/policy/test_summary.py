"""What a policy lets in, in words."""

from dataclasses import replace
from pathlib import Path

from device_agent.catalog import Tier
from device_agent.policy.load import read
from device_agent.policy.rules import as_service, by_hand
from device_agent.policy.summary import LETS_IN, summary

PAGE = Path(__file__).parents[3] / "docs" / "policy.md"


def test_every_tier_is_told_with_what_it_lets_in() -> None:
    told = summary(by_hand(frozenset({Tier.SHELL})))
    assert told["tier input"] == LETS_IN[Tier.INPUT]
    assert "any command" in told["tier shell"]
    assert told["tier files"] == "refused"
    assert set(summary(as_service())) == {f"tier {tier.value}" for tier in Tier} | {
        "input.guard_secrets"
    }


def test_rules_that_narrow_are_told(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(
        'tiers = ["files"]\n[files]\nroots = ["/srv"]\n[shell]\nmode = "argv"\n'
        '[[shell.allow]]\nprogram = "/bin/ls"\nargs = ["-l"]\nmore = "[a-z]+"\nmax_args = 3\n'
        '[input]\nguard_secrets = false\ndeny_windows = [{ app = "x" }]\n'
        "[limits]\ncalls_per_minute = { shell = 3 }\n"
    )
    told = summary(read(file))
    assert told["tier files"].endswith("files.roots: /srv")
    assert told["shell.allow.0"] == "/bin/ls <-l> <[a-z]+>...  (1 to 3 arguments)"
    assert "no effect" in told["note"]
    assert told["input.guard_secrets"].startswith("no")
    assert told["limits.calls_per_minute.shell"] == "3"
    with_shell = summary(replace(read(file), run_tiers=frozenset({Tier.SHELL})))
    assert "nothing else" in with_shell["tier shell"]


def test_the_example_in_the_page_is_a_policy(tmp_path: Path) -> None:
    example = PAGE.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    file = tmp_path / "policy.toml"
    file.write_text(example)
    policy = read(file)
    assert len(policy.shell.allow) == 2
    assert policy.guard.allow is not None
