"""The state directory while somebody uses it: its lock, and errors that say what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import ConfigError, JournalError, JournalFull, StateLocked
from ..journal.files import write_private
from ..journal.lock import STATE_LOCK, WORKER_LOCK, Lock, wait_until_free
from .clock import wall

WORKER_GONE_S = 3.0
"""How long a new agent waits for the desktop process of one that was killed."""

_PAUSED = "paused"
_ELSEWHERE = "choose another directory with --state-dir"


@contextmanager
def held(state_dir: Path, role: str) -> Iterator[Lock]:
    """
    Hold a state directory while the context lasts; blocks while an older worker leaves it.

    Args:
        state_dir: Made when missing.
        role: Who holds it, for others to be told: ``agent`` or ``command``.

    Raises:
        StateLocked: Another process holds it; says which.
        ConfigError: It cannot be used.

    """
    with usable(state_dir):
        lock = Lock.take(state_dir / STATE_LOCK, role, clock=wall)
    with lock:
        with usable(state_dir):
            wait_until_free(state_dir / WORKER_LOCK, WORKER_GONE_S)
        yield lock


@contextmanager
def usable(state_dir: Path) -> Iterator[None]:
    """Say what is wrong with a state directory as of a setting that can be changed."""
    try:
        yield
    except StateLocked:
        raise
    except JournalFull as error:
        raise ConfigError(str(error), hint=f"make room, or {_ELSEWHERE}") from error
    except JournalError as error:
        raise ConfigError(str(error), hint=_ELSEWHERE) from error
    except OSError as error:
        reason = error.strerror or str(error)
        message = f"the state directory {state_dir} cannot be used: {reason}"
        raise ConfigError(message, hint=_ELSEWHERE) from error


class PauseMark:
    """
    Remembers that the owner has paused the device, so that a restart does not undo it.

    Args:
        state_dir: Where the mark lies: an empty file named ``paused``.

    """

    def __init__(self, state_dir: Path) -> None:
        self._path = state_dir / _PAUSED

    def __bool__(self) -> bool:
        """Whether the device is paused."""
        return self._path.exists()

    def set(self) -> bool:
        """Remember; False when that cannot be written, and lasts only as long as the agent."""
        try:
            write_private(self._path, b"")
        except OSError:
            return False
        return True

    def clear(self) -> None:
        """Forget."""
        self._path.unlink(missing_ok=True)
