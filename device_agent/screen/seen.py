"""Which frames were seen before, so that an unchanged screen need not be sent again."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from .base import Frame, Region

# A 1080p frame takes 8 MB; callers watch one or two regions at a time.
KEPT_FRAMES = 2


@dataclass(frozen=True, slots=True)
class _Seen:
    frame_id: str
    pixels: bytes | bytearray


class SeenFrames:
    """
    Gives every distinct frame an id.

    The same region gets the same id for as long as nothing in it changes. Ids of another
    process, or of an earlier life of this one, never match: "unchanged" is always true.
    """

    def __init__(self) -> None:
        self._life = secrets.token_hex(4)
        self._count = 0
        self._latest: OrderedDict[tuple[Region, bool], _Seen] = OrderedDict()

    def identify(self, frame: Frame) -> str:
        """The id of *frame*: that of the latest frame of its region if all pixels are equal."""
        place = (frame.region, frame.cursor)
        latest = self._latest.get(place)
        if latest is None or latest.pixels != frame.pixels:
            self._count += 1
            latest = _Seen(f"{self._life}-{self._count}", frame.pixels)
            self._latest[place] = latest
        self._latest.move_to_end(place)
        while len(self._latest) > KEPT_FRAMES:
            self._latest.popitem(last=False)
        return latest.frame_id
