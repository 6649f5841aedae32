"""What stays of a text that is too long: its beginning and its end, and word of the rest. Pure."""

_LONGEST_CHARACTER = 4


def shares(limit_bytes: int) -> tuple[int, int]:
    """How many bytes of the beginning and of the end are kept."""
    return limit_bytes - limit_bytes // 2, limit_bytes // 2


def joined(head: bytes, tail: bytes, total_bytes: int) -> str:
    """
    Head and tail of *total_bytes* bytes of UTF-8 as one text.

    What was left out between them is said in a line of its own. A character that was cut in two is
    left out too; bytes that are no text are replaced.
    """
    if len(head) + len(tail) >= total_bytes:
        return (head + tail).decode(errors="replace")
    head, tail = _without_cut_end(head), _without_cut_begin(tail)
    left_out = total_bytes - len(head) - len(tail)
    return (
        f"{head.decode(errors='replace')}\n[... {left_out} bytes left out ...]\n"
        f"{tail.decode(errors='replace')}"
    )


def shortened(content: bytes, limit_bytes: int) -> str:
    """Head and tail of *content*, together at most *limit_bytes*, as one text."""
    if len(content) <= limit_bytes:
        return content.decode(errors="replace")
    first, last = shares(limit_bytes)
    return joined(content[:first], content[len(content) - last :], len(content))


def _without_cut_end(content: bytes) -> bytes:
    for back in range(1, min(_LONGEST_CHARACTER, len(content)) + 1):
        byte = content[-back]
        if byte & 0xC0 == 0x80:
            continue
        expected = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC0 else 1
        return content[:-back] if expected > back else content
    return content


def _without_cut_begin(content: bytes) -> bytes:
    for skip in range(min(_LONGEST_CHARACTER, len(content))):
        if content[skip] & 0xC0 != 0x80:
            return content[skip:]
    return content if len(content) >= _LONGEST_CHARACTER else b""
