"""Which formats are offered, asked for, and how they are read."""

import pytest

from device_agent.clipboard import Content, Wanted
from device_agent.clipboard.x11_formats import chosen, decoded, offered


def test_text_is_offered_in_every_spelling_and_as_string_only_where_that_is_exact() -> None:
    assert offered(Content(text="é"))["STRING"] == ("STRING", b"\xe9")
    wide = offered(Content(text="é😀"))
    assert "STRING" not in wide
    assert {content for _, content in wide.values()} == {"é😀".encode()}
    assert wide["TEXT"][0] == "UTF8_STRING"


def test_a_picture_is_offered_as_png_alone() -> None:
    assert offered(Content(png=b"x")) == {"image/png": ("image/png", b"x")}


def test_the_most_exact_format_is_asked_for_first() -> None:
    there = ["STRING", "image/jpeg", "image/png", "UTF8_STRING", "text/html"]
    assert chosen(there, Wanted.TEXT) == ("UTF8_STRING", "STRING")
    assert chosen(there, Wanted.IMAGE) == ("image/png", "image/jpeg")
    assert chosen(there, Wanted.AUTO)[0] == "UTF8_STRING"
    assert chosen(["text/html"], Wanted.AUTO) == ()


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("UTF8_STRING", "ü😀".encode(), "ü😀"),
        ("UTF8_STRING", b"ended\0", "ended"),
        ("UTF8_STRING", "a\ud83d\ude00".encode("utf-8", "surrogatepass"), "a😀"),
        ("UTF8_STRING", b"a\xff", "a�"),
        ("STRING", b"\xfc", "ü"),
        ("text/plain;charset=utf-8", "ü".encode(), "ü"),
        ("text/plain", b"\xfc", "ü"),
        ("text/plain", "ü".encode(), "ü"),
        ("COMPOUND_TEXT", b"x", None),
    ],
)
def test_bytes_are_read_as_their_type_says(kind: str, content: bytes, text: str | None) -> None:
    assert decoded(kind, content) == text
