"""
What two sides of a link have agreed upon (docs/protocol.md, "Extensions"). Pure.

Each side says once what it takes: ``metadata.accepts`` in REGISTER, ``result.accepts`` in its
answer, an object of name to true (or to a number). What both name holds for this link; a side
that names nothing speaks plain AIP.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .messages import Json
from .scan import MOST_FRAME_BYTES

KNOWN = frozenset({"task_end", "ack", "cancel", "progress", "binary", "plans"})
"""Every extension but ``max_frame_bytes``, which is a limit and not a yes."""

SMALLEST_FRAME_BYTES = 64 * 1024
"""A peer that announces less is taken to mean this: a failure text must always fit."""


@dataclass(frozen=True, slots=True)
class Terms:
    """
    A set of extensions.

    Attributes:
        names: Sorted, each in :data:`KNOWN`.
        max_frame_bytes: The largest text frame this side takes, in bytes of UTF-8; None: unsaid.

    """

    names: tuple[str, ...] = ()
    max_frame_bytes: int | None = None

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def as_json(self) -> dict[str, Json]:
        """As it stands in ``accepts``."""
        said: dict[str, Json] = dict.fromkeys(self.names, True)
        if self.max_frame_bytes is not None:
            said["max_frame_bytes"] = self.max_frame_bytes
        return said


PLAIN = Terms()
"""Plain AIP as UFO speaks it."""


def terms_of(said: Json) -> Terms:
    """Read a peer's ``accepts``; what makes no sense is left out, because a peer may be newer."""
    if isinstance(said, list):
        said = {name: True for name in said if isinstance(name, str)}
    if not isinstance(said, Mapping):
        return PLAIN
    limit = said.get("max_frame_bytes")
    if isinstance(limit, bool) or not isinstance(limit, int) or limit <= 0:
        limit = None
    else:
        limit = min(max(limit, SMALLEST_FRAME_BYTES), MOST_FRAME_BYTES)
    return Terms(tuple(sorted(name for name in KNOWN if said.get(name) is True)), limit)


def agree(ours: Terms, container: Json) -> Terms:
    """
    What holds on this link: the names both sides said, and the peer's own frame limit.

    Args:
        ours: What we offered.
        container: The peer's REGISTER metadata or the result of its answer; may be anything.

    """
    said = container.get("accepts") if isinstance(container, Mapping) else None
    if said is None:
        return PLAIN
    theirs = terms_of(said)
    both = tuple(name for name in theirs.names if name in ours)
    return Terms(both, theirs.max_frame_bytes)
