"""
In which formats X11 programs hand each other clips. Pure.

The names are ICCCM's (section 2.6.2) and, with a slash, media types:
https://www.x.org/releases/current/doc/xorg-docs/icccm/icccm.html.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress

from .base import Content, Wanted

TARGETS, TIMESTAMP, MULTIPLE, SAVE_TARGETS = "TARGETS", "TIMESTAMP", "MULTIPLE", "SAVE_TARGETS"
ABOUT = frozenset(
    {TARGETS, TIMESTAMP, MULTIPLE, SAVE_TARGETS, "DELETE", "INSERT_PROPERTY", "INSERT_SELECTION"}
)
"""What is asked about a clip, and is none of its formats."""

UTF8, LATIN1, ANY_TEXT = "UTF8_STRING", "STRING", "TEXT"
UTF8_MEDIA, PLAIN_MEDIA = "text/plain;charset=utf-8", "text/plain"
PNG = "image/png"

TEXT_FORMATS = (UTF8, UTF8_MEDIA, LATIN1, PLAIN_MEDIA, ANY_TEXT)
"""The most exact first."""

IMAGE_FORMATS = (PNG, "image/bmp", "image/x-bmp", "image/tiff", "image/webp", "image/jpeg")
"""Such as Pillow reads, lossless ones first."""


def offered(content: Content) -> Mapping[str, tuple[str, bytes]]:
    """Each format in which *content* can be had: its type and its bytes."""
    formats: dict[str, tuple[str, bytes]] = {}
    if content.text is not None:
        encoded = content.text.encode("utf-8", "replace")
        formats |= {name: (name, encoded) for name in (UTF8, UTF8_MEDIA, PLAIN_MEDIA)}
        formats[ANY_TEXT] = (UTF8, encoded)
        # STRING has no other characters; rather than wrong ones nothing is offered.
        with suppress(UnicodeEncodeError):
            formats[LATIN1] = (LATIN1, content.text.encode("latin-1"))
    if content.png is not None:
        formats[PNG] = (PNG, content.png)
    return formats


def chosen(there: Iterable[str], wanted: Wanted) -> tuple[str, ...]:
    """Which of the formats *there* to ask for, one after the other until one is given."""
    known = set(there)
    texts = tuple(name for name in TEXT_FORMATS if name in known)
    images = tuple(name for name in IMAGE_FORMATS if name in known)
    match wanted:
        case Wanted.TEXT:
            return texts
        case Wanted.IMAGE:
            return images
        case Wanted.AUTO:
            return texts + images


def decoded(kind: str, content: bytes) -> str | None:
    """The text that *content* of this type is; None where it is of a type that nobody uses now."""
    if kind == LATIN1:
        text = content.decode("latin-1")
    elif kind in {UTF8, UTF8_MEDIA}:
        text = _utf8(content)
    elif kind == PLAIN_MEDIA:
        text = _guessed(content)
    else:
        return None
    # Some programs count the end of a C string as a part of it.
    return text.removesuffix("\0")


def _utf8(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    try:
        # Tk 8.6 writes each half of a surrogate pair as a character of its own (CESU-8).
        halves = content.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        return halves.decode("utf-16-le", "replace")
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace")


def _guessed(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
