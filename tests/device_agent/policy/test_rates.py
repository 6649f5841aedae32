"""Calls a minute."""

from device_agent.catalog import Tier
from device_agent.policy.rates import Rates
from device_agent.policy.rules import Deny


def test_calls_beyond_the_limit_are_refused_until_a_minute_has_passed() -> None:
    now = [100.0]
    rates = Rates({Tier.SHELL: 2}, "F", lambda: now[0])
    assert rates.take(Tier.SHELL) is None
    now[0] += 20
    assert rates.take(Tier.SHELL) is None
    refused = rates.take(Tier.SHELL)
    assert refused == Deny(
        "limits.calls_per_minute.shell",
        "policy: 2 calls of tier 'shell' in a minute are the limit (rule "
        "`limits.calls_per_minute.shell` in F); the next may come in 40 s",
    )
    now[0] += 39.9
    assert isinstance(rates.take(Tier.SHELL), Deny)
    now[0] += 0.1
    assert rates.take(Tier.SHELL) is None
    assert isinstance(rates.take(Tier.SHELL), Deny)


def test_a_tier_without_a_limit_has_none() -> None:
    rates = Rates({Tier.SHELL: 1}, "F", lambda: 0.0)
    assert all(rates.take(Tier.INPUT) is None for _ in range(1000))
