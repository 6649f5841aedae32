"""What two sides of a link agree upon."""

import pytest

from device_agent.protocol.negotiation import PLAIN, SMALLEST_FRAME_BYTES, Terms, agree, terms_of

OURS = Terms(("ack", "task_end"), 1 << 24)


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        (None, PLAIN),
        ("yes", PLAIN),
        ({}, PLAIN),
        ({"accepts": None}, PLAIN),
        ({"accepts": 7}, PLAIN),
        ({"accepts": {"task_end": True, "unknown": True}}, Terms(("task_end",))),
        ({"accepts": {"task_end": 1, "ack": "true"}}, PLAIN),
        ({"accepts": ["ack", 3, "cancel"]}, Terms(("ack",))),
        ({"accepts": {"max_frame_bytes": 1 << 20}}, Terms((), 1 << 20)),
        ({"accepts": {"max_frame_bytes": 5}}, Terms((), SMALLEST_FRAME_BYTES)),
        ({"accepts": {"max_frame_bytes": 1 << 40}}, Terms((), 100 << 20)),
        ({"accepts": {"max_frame_bytes": True}}, PLAIN),
        ({"accepts": {"max_frame_bytes": -1}}, PLAIN),
    ],
)
def test_only_what_both_sides_named_holds(said: object, agreed: Terms) -> None:
    assert agree(OURS, said) == agreed


def test_terms_survive_the_wire() -> None:
    assert terms_of(OURS.as_json()) == OURS
