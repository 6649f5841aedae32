"""Escape sequences and keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.errors import ToolError
from device_agent.tools.terminal_text import finished_bytes, key_bytes, plain


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a\x1b[1;31mb\x1b[0mc", "abc"),
        ("\x1b]0;title\x07x\x1b]8;;http://h\x1b\\y", "xy"),
        ("\x1bP1$r0m\x1b\\z\x1b(B\x1b=\x1b>", "z"),
        ("\x1b[?2004hline\r\nnext\rlast", "line\nnext\nlast"),
        ("bell\x07 tab\tdel\x7f", "bell tab\tdel"),
        ("héllo 你好 😀", "héllo 你好 😀"),
    ],
)
def test_only_what_is_read_remains(raw: str, text: str) -> None:
    assert plain(raw) == text


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (b"abc", 3),
        (b"abc\x1b", 3),
        (b"abc\x1b[1;3", 3),
        (b"abc\x1b]0;tit", 3),
        (b"abc\xf0\x9f", 3),
        (b"abc\xc3", 3),
        (b"\xc3\xa9", 2),
        (b"ab\x1b[0m", 6),
        (b"\x1b[1", 3),
    ],
)
def test_a_sequence_or_character_is_not_cut_in_two(content: bytes, whole: int) -> None:
    assert finished_bytes(content) == whole


@given(st.binary(max_size=400))
def test_something_can_always_be_read(content: bytes) -> None:
    assert 0 < finished_bytes(content) <= len(content) or not content


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("enter", b"\r"),
        ("Ctrl+C", b"\x03"),
        ("ctrl+[", b"\x1b"),
        ("Page_Up", b"\x1b[5~"),
        ("page down", b"\x1b[6~"),
        ("alt+b", b"\x1bb"),
        ("alt+enter", b"\x1b\r"),
        ("f12", b"\x1b[24~"),
        ("shift+tab", b"\x1b[Z"),
        ("q", b"q"),
        ("Q", b"Q"),
        ("é", "é".encode()),
    ],
)
def test_a_key_sends_what_terminals_send(name: str, sent: bytes) -> None:
    assert key_bytes(name) == sent


@pytest.mark.parametrize("name", ["ctrl+enter", "entr", "", "hyper+x", "ctrl+é"])
def test_a_key_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(ToolError, match="there is no key"):
        key_bytes(name)
