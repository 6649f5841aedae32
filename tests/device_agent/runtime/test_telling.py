"""The wall between one session and all others."""

import pytest

from device_agent.protocol.events import Event, Proven
from device_agent.runtime.telling import report


def test_what_a_session_cannot_take_is_logged_and_goes_no_further(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[Event] = []
    report(told.append, Proven())
    assert told == [Proven()]

    def broken(event: Event) -> None:
        raise RuntimeError(f"no {event}")

    report(broken, Proven())
    assert "could not take Proven" in caplog.text
