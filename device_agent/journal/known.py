"""Whether a work may have been seen before, without asking the disk."""

from collections.abc import Iterable

_SLOTS = 1 << 18


class Known:
    """
    A memory of ids that forgets none and may believe too many.

    It takes 256 KiB at most, however many ids there are, and only as much as is in use. Safe to
    :meth:`add` and ask from several threads at once.
    """

    def __init__(self) -> None:
        self._slots = bytearray(_SLOTS)
        self._complete = False

    def add(self, peer: str, work_id: str) -> None:
        """Remember a work."""
        self._slots[hash((peer, work_id)) % _SLOTS] = 1

    def load(self, ids: Iterable[tuple[str, str]]) -> None:
        """Remember all works of the file; until then, every work may have been seen."""
        for peer, work_id in ids:
            self.add(peer, work_id)
        self._complete = True

    def may_contain(self, peer: str, work_id: str) -> bool:
        """False: certainly never seen."""
        return not self._complete or self._slots[hash((peer, work_id)) % _SLOTS] == 1
