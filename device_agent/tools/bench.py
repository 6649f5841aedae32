"""What tools work with."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..catalog.grant import Grant
from ..errors import Failure, ToolError
from ..processes import Mark
from .children import Children
from .desktop import Desktop


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


@dataclass(frozen=True, slots=True)
class Bench:
    """
    What one call works with.

    Attributes:
        desktop: Screen and inputs; the same for all calls.
        children: Starts and reaps processes; the same for all calls.
        mark: Carried by the processes that this call starts.
        cancellation: Of this call.
        grant: What this call may reach.

    """

    desktop: Desktop
    children: Children
    mark: Mark
    cancellation: Cancellation
    grant: Grant = field(default_factory=Grant)
