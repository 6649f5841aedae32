"""Head and tail of long texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.catalog.left_out import joined, shares, shortened


def test_a_short_text_stays_as_it_is() -> None:
    assert shortened("héllo".encode(), 6) == "héllo"
    assert joined(b"he", b"llo", 5) == "hello"
    assert shortened(b"a\xffb", 3) == "a�b"


def test_the_end_is_kept_beside_the_beginning_and_the_rest_is_counted() -> None:
    assert shortened(b"0123456789", 5) == "012\n[... 5 bytes left out ...]\n89"
    assert shortened(b"0123456789", 0) == "\n[... 10 bytes left out ...]\n"


@pytest.mark.parametrize("limit", range(24))
def test_no_character_is_cut_in_two(limit: int) -> None:
    text = "aé你😀" * 20
    assert "�" not in shortened(text.encode(), limit)


@given(st.binary(max_size=200), st.integers(0, 220))
def test_no_more_is_kept_than_was_asked_for(content: bytes, limit: int) -> None:
    assert sum(shares(limit)) == limit
    assert len(shortened(content, limit)) <= limit + len("\n[... 200 bytes left out ...]\n")
