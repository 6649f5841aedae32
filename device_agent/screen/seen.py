"""Which frames were seen before, so that an unchanged screen need not be sent again."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from .base import Frame, Region

# A 1080p frame takes 8 MB; callers watch one or two regions at a time.
KEPT_FRAMES = 2
# Between what names the pixels and what names the picture that was made of them.
SHAPED = "~"


@dataclass(frozen=True, slots=True)
class _Seen:
    frame_id: str
    pixels: bytes | bytearray


class SeenFrames:
    """
    Gives every distinct frame an id.

    The same region gets the same id for as long as nothing in it changes. Ids of another
    process, or of an earlier life of this one, never match: "unchanged" is always true. Any thread
    may use it.
    """

    def __init__(self) -> None:
        self._life = secrets.token_hex(4)
        self._count = 0
        self._lock = threading.Lock()
        self._latest: OrderedDict[tuple[Region, bool], _Seen] = OrderedDict()

    def identify(self, frame: Frame) -> str:
        """The id of *frame*: that of the latest frame of its region if all pixels are equal."""
        place = (frame.region, frame.cursor)
        with self._lock:
            latest = self._latest.get(place)
            if latest is None or latest.pixels != frame.pixels:
                self._count += 1
                latest = _Seen(f"{self._life}-{self._count}", frame.pixels)
                self._latest[place] = latest
            self._latest.move_to_end(place)
            while len(self._latest) > KEPT_FRAMES:
                self._latest.popitem(last=False)
            return latest.frame_id

    def recall(self, frame_id: str, now: Frame) -> Frame | None:
        """What *frame_id* showed of the region of *now*; None where it is not kept any more."""
        with self._lock:
            latest = self._latest.get((now.region, now.cursor))
        if latest is None or latest.frame_id != content_of(frame_id):
            return None
        return Frame(latest.pixels, now.region, now.cursor)


def shaped(frame_id: str, frame: Frame, size: tuple[int, int], window_id: int | None) -> str:
    """The id of a picture of *frame*: the frame's own where it shows each pixel as one."""
    parts = [frame_id]
    if size != (frame.region.width, frame.region.height):
        parts.append(f"{size[0]}x{size[1]}")
    if window_id is not None:
        parts.append(f"w{window_id}")
    return SHAPED.join(parts)


def content_of(frame_id: str) -> str:
    """The id of the frame that a picture was made of."""
    return frame_id.partition(SHAPED)[0]
