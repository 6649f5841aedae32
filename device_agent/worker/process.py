"""
The main of the desktop process: frames in, calls run, frames out.

It ends when its stream closes, whatever the reason: everything held is released, everything it
started is killed, and it is gone within :data:`LEAVE_S`. It must not outlive its broker, which
may have been killed, nor wait for a display that hangs.
"""

import argparse
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import FrameBroken, StateLocked
from ..journal.lock import WORKER_LOCK, Lock
from ..processes import Mark, Tree, adopt_orphans, carrying, descendants, end
from .frames import Bye, Decoder, Frame, Hello, encode
from .marks import WORKER, is_stale

if TYPE_CHECKING:
    from .workplace import Workplace

LEAVE_S = 1.8
RELEASE_S = 0.4
HAND_OVER_S = 0.9
CHILDREN_GRACE_S = 0.6
# An older worker is gone 2 s after its broker.
LOCK_WAIT_S = 3.0
# Whoever has not seen the desktop by then goes on without.
FIRST_LOOK_S = 0.5
CHUNK_BYTES = 256 * 1024

EXIT_LOCKED = 2


class Stream:
    """The two ends of the byte stream to the broker; any thread may send."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._lock = threading.Lock()

    def receive(self) -> bytes:
        """The next bytes; none at all when the broker has closed the stream."""
        return os.read(self._reading, CHUNK_BYTES)

    def end(self) -> None:
        """
        Make the next :meth:`receive`, and one that waits now, find the stream closed.

        A signal handler may call it: it neither raises nor frees the descriptor for another use.
        """
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, self._reading)
        os.close(nothing)

    def send(self, frame: Frame) -> None:
        """Put a frame on the stream. Nothing happens where nobody listens any more."""
        rest = memoryview(encode(frame))
        with self._lock, contextlib.suppress(OSError):
            while rest:
                rest = rest[os.write(self._writing, rest) :]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the desktop process until its stream closes. Ends the process on most ways."""
    parser = argparse.ArgumentParser(prog="device_agent.worker.process")
    parser.add_argument("--state-dir", type=Path)
    state_dir: Path | None = parser.parse_args(arguments).state_dir
    stream = _own_streams()
    try:
        lock = _lock(state_dir)
    except StateLocked as error:
        stream.send(Bye(str(error)))
        return EXIT_LOCKED
    with lock or contextlib.nullcontext():
        _serve(stream, state_dir)
    return 0


def _serve(stream: Stream, state_dir: Path | None) -> None:
    adopt_orphans()
    mark = Mark(WORKER, os.environ.get(WORKER, "none:unmarked"))
    _hear_signals(stream.end)
    stream.send(Hello(os.getpid()))
    _look_first(stream)
    # What follows costs time and memory; the broker does not wait for it.
    from ..tools.children import Children
    from ..tools.recorder import Studio
    from .workplace import Workplace

    children = Children()
    if sys.platform != "win32":
        signal.signal(signal.SIGCHLD, lambda _number, _frame: children.reap())
    studio = None
    if state_dir is not None:
        studio = partial(Studio, state_dir=state_dir, clock=_clock())
    workplace = Workplace(stream.send, mark, children, studio)
    threading.Thread(target=_sweep, args=(mark,), name="sweep", daemon=True).start()
    workplace.open()
    with contextlib.suppress(FrameBroken, OSError):
        decoder = Decoder()
        while chunk := stream.receive():
            for frame in decoder.feed(chunk):
                workplace.take(frame)
    _leave(workplace, mark)


def _look_first(stream: Stream) -> None:
    """
    Tell of the desktop before everything else is imported: REGISTER waits for that.

    Beside the main thread, which goes on when a display hangs.
    """

    def tell() -> None:
        from .. import screen
        from .look import look

        eye = screen.choose()
        stream.send(look(eye.displays))
        eye.close()

    looking = threading.Thread(target=tell, name="first look", daemon=True)
    looking.start()
    looking.join(FIRST_LOOK_S)


def _own_streams() -> Stream:
    """Take standard input and output away from whatever else would read or print there."""
    stream = Stream(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return stream


def _lock(state_dir: Path | None) -> Lock | None:
    if state_dir is None:
        return None
    return Lock.take(state_dir / WORKER_LOCK, "worker", clock=_clock(), wait_s=LOCK_WAIT_S)


def _clock() -> Callable[[], float]:
    return time.time  # noqa: TID251 -- a process has no one to hand it a clock


def _hear_signals(end: Callable[[], None]) -> None:
    signal.signal(signal.SIGTERM, lambda _number, _frame: end())
    if sys.platform != "win32":
        # Not SIG_IGN: commands would inherit that.
        signal.signal(signal.SIGINT, lambda _number, _frame: None)


def _sweep(mark: Mark) -> None:
    """Kill what an earlier worker of this state directory left: it and its broker were killed."""
    end(lambda: carrying(WORKER, lambda value: is_stale(value, mark)), CHILDREN_GRACE_S)


def _leave(workplace: "Workplace", mark: Mark) -> None:
    """Release, hand over, kill, and end this process: in time, even if a display hangs."""
    last = threading.Timer(LEAVE_S, os._exit, (1,))
    last.daemon = True
    last.start()
    killing = threading.Thread(target=_kill_children, args=(mark,), name="kill", daemon=True)
    killing.start()
    handing = threading.Thread(
        target=workplace.hand_over, args=(HAND_OVER_S,), name="hand over", daemon=True
    )
    handing.start()
    if not workplace.leave(RELEASE_S):
        _release_apart()
    killing.join()
    handing.join(HAND_OVER_S)
    os._exit(0)


def _release_apart() -> None:
    """The inputs' thread is busy or hangs: release over a connection of its own."""
    from ..inputs import choose

    done = threading.Event()

    def release() -> None:
        with contextlib.suppress(Exception):  # Nothing is left to be told, or to be tried.
            choose().release_all()
        done.set()

    threading.Thread(target=release, name="release", daemon=True).start()
    done.wait(RELEASE_S)


def _kill_children(mark: Mark) -> None:
    tree = Tree(mark)
    end(lambda: {*descendants(), *tree.members()}, CHILDREN_GRACE_S)


if __name__ == "__main__":
    sys.exit(main())
