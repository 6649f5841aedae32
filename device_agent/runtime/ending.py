"""How a process of ours ends: with one error that says why, and in time."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import DeviceAgentError

log = logging.getLogger(__name__)

STOP_WITHIN_S = 10.0
"""SIGTERM to exit, at most."""

_LAST_RESORT_S = 9.5
_LATE = 1


@contextmanager
def unwrapped() -> Iterator[None]:
    """Raise what ended the agent, not the groups of tasks that it left on its way."""
    try:
        yield
    except ExceptionGroup as group:
        raise cause_of(group) from None


def cause_of(group: ExceptionGroup) -> Exception:
    """Find the error that says most: ours before the system's, and those before any bug's."""
    leaves = list(_leaves(group))
    for kind in (DeviceAgentError, OSError):
        for leaf in leaves:
            if isinstance(leaf, kind):
                return leaf
    return leaves[0] if len(leaves) == 1 else group


def exit_in_time(within_s: float = _LAST_RESORT_S) -> None:
    """
    End the process when its orderly end takes too long, say because a disk hangs.

    What was accepted is in the journal, so such an end loses as little as a power cut: nothing.
    """
    timer = threading.Timer(within_s, _exit_now)
    timer.daemon = True
    timer.start()


def _exit_now() -> None:
    log.error("something hangs and cannot be stopped in order; ending without it")
    logging.shutdown()
    os._exit(_LATE)


def _leaves(error: Exception) -> Iterator[Exception]:
    if isinstance(error, ExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error
