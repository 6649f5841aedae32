import json
import logging
import sys
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.journal.redact import (
    MASK,
    Redactor,
    SecretFilter,
    Secrets,
    SecretStream,
    mask_named,
    one_line,
    redact_url,
)

SECRET = 's3cr/et?&"ö'


def test_typed_text_is_length_and_keyed_hash() -> None:
    ours, theirs = Redactor(b"a" * 32), Redactor(b"b" * 32)
    assert ours.typed("hunter2").startswith("<7 characters, ")
    assert ours.typed("hunter2") == ours.typed("hunter2") != ours.typed("hunter3")
    assert ours.typed("hunter2") != theirs.typed("hunter2")
    assert ours.typed("\ud800")


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    first = Redactor.load(tmp_path / "state").typed("x")
    assert Redactor.load(tmp_path / "state").typed("x") == first
    key = tmp_path / "state" / "redact.key"
    assert len(key.read_bytes()) == 32
    assert sys.platform == "win32" or key.stat().st_mode & 0o777 == 0o600
    key.write_bytes(b"cut")
    assert Redactor.load(tmp_path / "state").typed("x") != first


def test_a_call_is_one_line_without_what_was_typed() -> None:
    redactor = Redactor(b"k" * 32)
    line = redactor.call("type_text", {"text": "hunter2", "enter": True}, ["text"])
    assert line == f"type_text text={redactor.typed('hunter2')} enter=true"
    command = redactor.call("execute_command", {"command": "curl -H 'token: abc'\nls"})
    assert command == "execute_command command=curl -H 'token: ***' ls"


def test_one_line_obeys_no_terminal_and_stays_short() -> None:
    assert one_line("a\x1b[31m\r\nb\u2028c") == "a [31m b c"
    assert one_line("x" * 500) == "x" * 199 + "…"
    assert one_line("\ud800") == "?"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ws://h:1/ws?token=abc&x=1", "ws://h:1/ws?***"),
        ("wss://h/ws", "wss://h/ws"),
        ("https://me:pw@h/p?q#f", "https://me:***@h/p?***#***"),
        ("https://me@h/", "https://me@h/"),
        ("http://[::1]:80/a?b", "http://[::1]:80/a?***"),
        ("/ws?token=abc", "/ws?***"),
        ("http://[bad?token=abc", "***"),
    ],
)
def test_a_url_shows_no_query_and_no_password(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("dial ws://h/ws?token=abc now", "dial ws://h/ws?*** now"),
        ("> GET /ws?token=abc HTTP/1.1", "> GET /ws?token=*** HTTP/1.1"),
        ('{"api_key": "abc", "x": 1}', '{"api_key": "***", "x": 1}'),
        ("mysql --password abc db", "mysql --password *** db"),
        ("Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer ***"),
        ("MY_SECRET=abc ./run", "MY_SECRET=*** ./run"),
        ("run --token-file /etc/t", "run --token-file /etc/t"),
        ("the token was refused", "the token was refused"),
        ("basic settings", "basic settings"),
    ],
)
def test_secrets_are_known_by_their_names(text: str, shown: str) -> None:
    assert mask_named(text) == shown


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
    ],
)
def test_a_secret_is_masked_in_every_spelling(spelling: str) -> None:
    assert Secrets([SECRET]).mask(f"a {spelling} b") == f"a {MASK} b"


def test_no_secrets_mask_nothing_and_short_ones_are_ignored() -> None:
    assert Secrets([]).mask("a text") == Secrets(["a", ""]).mask("a text") == "a text"


def test_the_longer_of_two_secrets_is_not_left_half_visible() -> None:
    stream = SecretStream(Secrets(["abcd", "abcdef"]))
    assert stream.feed("xabcd") + stream.feed("ef y") + stream.end() == f"x{MASK} y"


@given(
    text=st.lists(st.sampled_from(["abcd", "abcdef", "zabc", "a", "b", "z", " "]), max_size=12),
    cuts=st.lists(st.integers(0, 40), max_size=6),
)
def test_a_stream_masks_what_the_whole_text_would_however_it_is_cut(
    text: list[str], cuts: list[int]
) -> None:
    secrets = Secrets(["abcd", "abcdef", "zabc"])
    whole = "".join(text)
    edges = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    stream = SecretStream(secrets)
    pieces = [stream.feed(whole[a:b]) for a, b in pairwise(edges)]
    assert "".join(pieces) + stream.end() == secrets.mask(whole)


def test_a_log_line_shows_no_secret_wherever_it_hides() -> None:
    lines: list[str] = []
    handler = logging.StreamHandler()
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    handler.addFilter(SecretFilter([SECRET]))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    logger.warning("%s%s and %d%%", SECRET[:4], SECRET[4:], 5)
    logger.warning("dial ws://h/ws?token=short")
    try:
        raise ValueError(SECRET)  # noqa: TRY301 -- the traceback is what is tested
    except ValueError:
        logger.exception("failed", stack_info=True)
    assert lines[0] == f"{MASK} and 5%"
    assert lines[1] == f"dial ws://h/ws?{MASK}"
    assert SECRET not in lines[2]
    assert f"ValueError: {MASK}" in lines[2]
