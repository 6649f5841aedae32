"""Log lines: for people or as JSON, never with a token in them."""

import json
import logging

import pytest

from device_agent.cli.logs import Lines
from device_agent.journal.redact import Secrets

TOKEN = "hunter2-hunter2"


def _record(text: str) -> logging.LogRecord:
    record = logging.LogRecord("a.b", logging.WARNING, "f", 1, text, (), None)
    record.created, record.msecs = 1_700_000_000.0, 7.0
    return record


def test_a_line_for_people() -> None:
    line = Lines(Secrets([]), as_json=False).format(_record("hello"))
    assert line == "2023-11-14T22:13:20.007Z warning: hello"


def test_a_line_as_json() -> None:
    line = json.loads(Lines(Secrets([]), as_json=True).format(_record("h\u00e9llo")))
    assert line == {
        "time": "2023-11-14T22:13:20.007Z",
        "level": "warning",
        "logger": "a.b",
        "text": "h\u00e9llo",
    }


@pytest.mark.parametrize("as_json", [True, False])
def test_tokens_are_masked_in_tracebacks_too(as_json: bool) -> None:
    record = _record(f"token {TOKEN}")
    error = ValueError(TOKEN)
    record.exc_info = (ValueError, error, None)
    line = Lines(Secrets([TOKEN]), as_json=as_json).format(record)
    assert TOKEN not in line
    assert "ValueError" in line
