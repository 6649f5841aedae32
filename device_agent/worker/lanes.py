"""The threads that calls run in."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

Job: TypeAlias = Callable[[], None]

# Calls that run beside each other in threads of their own, mostly commands; more are refused.
MAX_BESIDE = 16


class OneThread:
    """
    Runs jobs one after the other, always in the same thread; starts it with the first job.

    Jobs never raise. The thread ends with the process: nothing waits for a job that hangs.
    """

    def __init__(self, name: str) -> None:
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def submit(self, job: Job) -> bool:
        """Queue a job; always taken. Only one thread may submit."""
        if self._thread.ident is None:
            self._thread.start()
        self._jobs.put(job)
        return True

    def _run(self) -> None:
        while True:
            self._jobs.get()()


class BesideEachOther:
    """Runs each job in a thread of its own, up to a limit. Jobs never raise."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(MAX_BESIDE, "beside")
        self._free = threading.Semaphore(MAX_BESIDE)

    def submit(self, job: Job) -> bool:
        """Start a job; False if there are too many already."""
        if not self._free.acquire(blocking=False):
            return False
        self._pool.submit(self._run, job)
        return True

    def _run(self, job: Job) -> None:
        try:
            job()
        finally:
            self._free.release()
