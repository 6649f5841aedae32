"""What dialects remember of each peer's tasks, such as the window that was selected."""

from collections import OrderedDict

from ..catalog.dialects import Memory

KEPT = 64
"""Tasks that are remembered; the one that was quiet for longest is forgotten first."""


class Memories:
    """
    One memory per peer and task.

    A task that is new begins with what its peer's last one knew: some callers name every COMMAND
    a task of its own. Nothing that one peer was shown is ever used for another.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], Memory] = OrderedDict()

    def of(self, peer: str, task_id: str) -> Memory:
        """What is remembered; empty where nothing is."""
        own = self._kept.get((peer, task_id))
        if own is not None:
            return own
        others = (memory for (owner, _), memory in reversed(self._kept.items()) if owner == peer)
        return next(others, Memory())

    def keep(self, peer: str, task_id: str, memory: Memory) -> None:
        """Remember this instead of what was remembered before."""
        self._kept[peer, task_id] = memory
        self._kept.move_to_end((peer, task_id))
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
