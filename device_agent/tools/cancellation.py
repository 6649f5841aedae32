"""How a call hears that it is no longer wanted."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import Failure, ToolError


class Cancellation:
    """Tells a call, once and for good, that it is no longer wanted. Any thread may ask or tell."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._lock = threading.Lock()
        self._watchers: list[Callable[[], None]] = []

    def cancel(self) -> None:
        """The call is no longer wanted."""
        with self._lock:
            self._told.set()
            watchers = tuple(self._watchers)
        for watcher in watchers:
            watcher()

    @property
    def told(self) -> bool:
        """Whether it is no longer wanted."""
        return self._told.is_set()

    def wait(self, seconds: float) -> None:
        """
        Wait, but not on behalf of a call that is no longer wanted.

        Raises:
            ToolError: ``cancelled``.

        """
        self._told.wait(seconds)
        self.check()

    def check(self) -> None:
        """Raise ToolError ``cancelled`` if the call is no longer wanted."""
        if self.told:
            raise ToolError(Failure.CANCELLED, "the call was cancelled")

    @contextmanager
    def watched(self, watcher: Callable[[], None]) -> Iterator[None]:
        """Meanwhile *watcher* is called when the call is cancelled; at once if it already is."""
        with self._lock:
            self._watchers.append(watcher)
            told = self.told
        if told:
            watcher()
        try:
            yield
        finally:
            with self._lock:
                self._watchers.remove(watcher)
