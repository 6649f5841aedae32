"""An event loop in a thread of its own, for threads that have none."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from contextlib import nullcontext
from typing import Any, TypeVar

from ..errors import Failure, ToolError
from .base import Watched

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for other threads; its own starts with the first, ends with the process."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(
        self, work: Coroutine[Any, Any, T], timeout_s: float, watched: Watched | None = None
    ) -> T:
        """
        Run *work* to its end.

        Args:
            work: What to run; it is cancelled where it takes too long.
            timeout_s: How long the caller waits.
            watched: Handed what ends it early.

        Raises:
            ToolError: ``timed_out`` or ``cancelled``; also whatever *work* raises.

        """
        future = asyncio.run_coroutine_threadsafe(work, self._started())
        with nullcontext() if watched is None else watched(lambda: _stop(future)):
            done, _ = concurrent.futures.wait({future}, timeout_s)
        if not done:
            future.cancel()
            raise ToolError(Failure.TIMED_OUT, f"no answer within {timeout_s:g} s")
        if future.cancelled():
            raise ToolError(Failure.CANCELLED, "the call was cancelled")
        return future.result()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                run = self._loop.run_forever
                threading.Thread(target=run, name=self._name, daemon=True).start()
            return self._loop


def _stop(future: "concurrent.futures.Future[Any]") -> None:
    future.cancel()
