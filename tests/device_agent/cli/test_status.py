"""The status as people read it."""

from device_agent.cli.status import _text

STATUS = {
    "device_id": "d1",
    "pid": 7,
    "uptime_s": 3723.4,
    "listening_port": 5005,
    "links": [{"peer": "ws://h/ws", "state": "connected", "reason": ""}],
    "policy": {"source": "F", "tiers": ["observe"]},
    "desk": {
        "paused": True,
        "in_hand": 2,
        "limit": 64,
        "lane": {
            "running": {"peer": "p", "work": "w", "summary": "mouse_click"},
            "keeper": "p",
            "waiting": [{"peer": "q", "work": "v", "summary": "type_text"}],
        },
    },
}


def test_who_runs_who_waits_and_who_holds_the_desktop() -> None:
    text = _text(STATUS)
    for words in (
        "7, up 1 h 2 min",
        "observe (F)",
        "2 of 64 in hand, PAUSED",
        "running    mouse_click (for p)",
        "held by    p",
        "waiting 1  type_text (for q)",
        "link 0     peer=ws://h/ws state=connected",
        "port 5005",
    ):
        assert words in text


def test_a_short_answer_is_shown_too() -> None:
    assert "up unknown" in _text({"pid": 1})
    assert "1 min 5 s" in _text({"uptime_s": 65})
