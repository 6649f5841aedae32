"""Which part of the desktop the latest frames showed, so that their pixels can be pointed at."""

import threading
from collections import OrderedDict

from ..catalog.places import View
from ..errors import Failure, ToolError

KEPT_VIEWS = 32


class Views:
    """Remembers the last :data:`KEPT_VIEWS` frames by their ids. Any thread may use it."""

    def __init__(self) -> None:
        self._views: OrderedDict[str, View] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, frame_id: str, view: View) -> None:
        """Keep *view*, as the latest one."""
        with self._lock:
            self._views[frame_id] = view
            self._views.move_to_end(frame_id)
            while len(self._views) > KEPT_VIEWS:
                self._views.popitem(last=False)

    def keep(self, frame_id: str) -> None:
        """Count a frame as the latest one, if it is known."""
        with self._lock:
            if frame_id in self._views:
                self._views.move_to_end(frame_id)

    def find(self, frame_id: str) -> View:
        """
        What a frame showed.

        Raises:
            ToolError: ``bad_arguments`` where it is not known, or not any more.

        """
        with self._lock:
            view = self._views.get(frame_id)
        if view is None:
            raise ToolError(
                Failure.BAD_ARGUMENTS,
                f"there is no frame {frame_id!r} among the last {KEPT_VIEWS}, or the desktop "
                "process has started anew since; take another screenshot",
            )
        return view
