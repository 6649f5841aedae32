"""Which calls are allowed, and in which words others are refused."""

from dataclasses import replace

import pytest

from device_agent.catalog import TOOLS, Tier
from device_agent.policy.rules import (
    BY_HAND,
    Allow,
    Ask,
    Deny,
    Policy,
    as_service,
    by_hand,
    decide,
    grant,
    offers,
)

SHELL = TOOLS["shell"]
CLICK = TOOLS["mouse_click"]
LOOK = TOOLS["screenshot"]


def test_by_hand_observes_types_and_copies_but_runs_nothing() -> None:
    policy = by_hand()
    assert policy.tiers == {Tier.OBSERVE, Tier.INPUT, Tier.CLIPBOARD}
    assert decide(policy, LOOK, {}) == decide(policy, CLICK, {}) == Allow()
    verdict = decide(policy, SHELL, {"command": "id"})
    assert verdict == Deny(
        "tiers",
        "policy: tier 'shell' is not allowed (rule `tiers` in the built-in default for a run by "
        "hand); allow it with --allow shell",
    )


def test_a_service_only_observes_until_its_owner_says_more() -> None:
    policy = as_service(file="F")
    assert decide(policy, LOOK, {}) == Allow()
    verdict = decide(policy, CLICK, {})
    assert isinstance(verdict, Deny)
    assert "a service" in verdict.reason
    assert verdict.reason.endswith("--allow input or in F")


def test_tiers_of_the_run_add_to_those_of_the_file() -> None:
    policy = Policy(frozenset({Tier.OBSERVE}), "F", run_tiers=frozenset({Tier.SHELL}))
    assert decide(policy, SHELL, {}) == Allow()
    assert decide(policy, LOOK, {}) == Allow()
    assert isinstance(decide(policy, CLICK, {}), Deny)


def test_rules_about_single_tools_go_before_tiers() -> None:
    policy = replace(
        by_hand(),
        allow_tools=frozenset({"shell"}),
        deny_tools=frozenset({"mouse_click"}),
        ask_tools=frozenset({"screenshot"}),
    )
    assert decide(policy, SHELL, {}) == Allow()
    denied = decide(policy, CLICK, {})
    assert isinstance(denied, Deny)
    assert denied.rule == "tools.deny"
    asked = decide(policy, LOOK, {})
    assert isinstance(asked, Ask)
    assert "tools.ask" in asked.reason


def test_deny_wins_over_allow_ask_and_the_run() -> None:
    policy = replace(
        by_hand(frozenset({Tier.SHELL})),
        allow_tools=frozenset({"shell"}),
        ask_tools=frozenset({"shell"}),
        deny_tools=frozenset({"shell"}),
    )
    assert isinstance(decide(policy, SHELL, {}), Deny)


@pytest.mark.parametrize("tier", list(Tier))
def test_what_nothing_allows_is_refused(tier: Tier) -> None:
    nothing = Policy(frozenset(), "F")
    for tool in TOOLS.values():
        if tool.tier is tier:
            assert isinstance(decide(nothing, tool, {}), Deny)


def test_only_what_is_not_refused_outright_is_offered() -> None:
    policy = replace(by_hand(), ask_tools=frozenset({"mouse_click"}))
    assert offers(policy, CLICK)
    assert offers(policy, LOOK)
    assert not offers(policy, SHELL)


def test_a_grant_says_whose_call_it_is_and_what_it_may_reach() -> None:
    policy = replace(by_hand(frozenset({Tier.FILES})), roots=("/srv",))
    given = grant(policy, "hub", ("/state",))
    assert (given.owner, given.roots, given.closed) == ("hub", ("/srv",), ("/state",))
    assert given.tiers == BY_HAND | {Tier.FILES}


def test_what_is_installed_leaves_only_where_the_owner_says_share_inventory() -> None:
    inventory = TOOLS["list_applications"]
    private = replace(by_hand(), allow_tools=frozenset({"list_applications"}))
    denied = decide(private, inventory, {})
    assert isinstance(denied, Deny)
    assert denied.rule == "share_inventory"
    assert "share_inventory = true" in denied.reason
    assert not offers(private, inventory)
    assert decide(replace(by_hand(), share_inventory=True), inventory, {}) == Allow()
