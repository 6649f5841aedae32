"""What a call may reach, on its way to the desktop process."""

import json

from device_agent.catalog import Tier
from device_agent.catalog.grant import Grant

GRANT = Grant("hub", frozenset({Tier.FILES, Tier.SHELL}), ("~", "/srv"), ("/srv/state",))


def test_a_grant_comes_back_as_it_was() -> None:
    assert Grant.of_json(json.loads(json.dumps(GRANT.as_json()))) == GRANT


def test_what_is_absent_is_not_granted() -> None:
    assert Grant.of_json({}) == Grant("", frozenset(), (), ())
