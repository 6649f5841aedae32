"""What the desktop process does with the frames it gets: run calls, and tell how they went."""

import contextlib
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping

from ..catalog import ToolResult, find, parse, unknown
from ..catalog.grant import Grant
from ..errors import Failure, ToolError
from ..processes import Mark
from ..tools import ENTRIES, Lane, load
from ..tools.bench import Bench, Cancellation
from ..tools.children import Children
from ..tools.desktop import Desktop
from ..tools.recorder import Recorder, Studio
from ..tools.tape import Step
from ..tools.terminals import Terminals
from .frames import Call, Cancel, Failed, Frame, Held, Json, Look, Ping, Pong, Release, Returned
from .lanes import BesideEachOther, OneThread
from .look import look
from .marks import CALL

# A character takes at most six bytes in JSON (\u001f), so that a short text need not be measured.
MOST_BYTES_A_CHARACTER = 6


class Workplace:
    """
    Runs calls in their lanes. Only the reading thread calls :meth:`take`, which never blocks.

    Args:
        send: Puts a frame on the stream; any thread may call it.
        mark: This worker's mark; the marks of its calls begin with its value.
        children: Starts and reaps processes.
        studio: What recordings of a desktop are made with; None: there are none.

    """

    def __init__(
        self,
        send: Callable[[Frame], None],
        mark: Mark,
        children: Children,
        studio: Callable[[Desktop], Studio] | None = None,
    ) -> None:
        self._send = send
        self._mark = mark
        self._children = children
        self._terminals = Terminals()
        self._desktop = Desktop()
        self._recorder = Recorder(None if studio is None else studio(self._desktop))
        self._screen = OneThread("screen")
        self._input = OneThread("input")
        self._lanes: Mapping[Lane, OneThread | BesideEachOther] = {
            Lane.SCREEN: self._screen,
            Lane.INPUT: self._input,
            Lane.OWN: BesideEachOther(),
        }
        self._running: dict[str, Cancellation] = {}
        self._lock = threading.Lock()
        self._leaving = False
        self._numbers = itertools.count(1)
        self._told_held = Held()

    def take(self, frame: Frame) -> None:
        """Do what a frame of the broker asks for. Frames that only a worker sends are ignored."""
        match frame:
            case Call():
                self._start(frame)
            case Cancel(call_id):
                self._cancel(call_id)
            case Release():
                self._input.submit(self._release)
            case Look():
                self._screen.submit(self._look)
            case Ping(number):
                self._send(Pong(number))
            case _:
                pass

    def open(self) -> None:
        """Look at the desktop, and release what an earlier worker left down."""
        self._screen.submit(self._look)
        self._input.submit(self._release)

    def leave(self, within_s: float) -> bool:
        """
        Cancel all calls without a word and release everything held; whether that was in time.

        The broker, if it still is there, counts them as lost: they may have happened.
        """
        self._leaving = True
        with self._lock:
            running = list(self._running.values())
        for cancellation in running:
            cancellation.cancel()
        released = threading.Event()

        def release() -> None:
            self._release()
            released.set()

        self._input.submit(release)
        return released.wait(within_s)

    def hand_over(self, within_s: float) -> None:
        """Hand on what would end with this process, such as what calls have copied."""
        recording = threading.Thread(
            target=self._recorder.close, args=(within_s,), name="end recordings", daemon=True
        )
        recording.start()
        self._desktop.leave(within_s)
        recording.join(within_s)

    def _start(self, call: Call) -> None:
        entry = ENTRIES.get(call.tool)
        if entry is None:
            self._fail(call, unknown(call.tool, ENTRIES))
            return
        cancellation = Cancellation()
        with self._lock:
            self._running[call.call_id] = cancellation
        if not self._lanes[entry.lane].submit(lambda: self._run(call, entry.lane, cancellation)):
            self._fail(call, ToolError(Failure.BUSY, "too many commands run already"))

    def _run(self, call: Call, lane: Lane, cancellation: Cancellation) -> None:
        began_s = time.monotonic()
        answer = self._answer(call, cancellation)
        if self._recorder.listens:
            step = _step(call, answer, time.monotonic() - began_s)
            self._recorder.saw(call.grant.get("owner", ""), step)
        if lane is Lane.INPUT:
            self._tell_held()
        with self._lock:
            self._running.pop(call.call_id, None)
        if not (self._leaving and cancellation.told):
            self._send(answer)

    def _answer(self, call: Call, cancellation: Cancellation) -> Frame:
        try:
            cancellation.check()
            value = self._value(call, cancellation)
        except ToolError as error:
            return _failed(call, error)
        except Exception as error:  # noqa: BLE001 -- the wall between a tool's bug and the worker
            return _failed(call, ToolError(Failure.FAILED, f"{type(error).__name__}: {error}"))
        size_bytes = _json_bytes(value, call.max_result_bytes)
        if size_bytes > call.max_result_bytes:
            return _failed(call, _too_large(call, size_bytes))
        return Returned(call.call_id, value)

    def _value(self, call: Call, cancellation: Cancellation) -> Json:
        tool = find(call.tool)
        if tool is None:
            raise unknown(call.tool)
        mark = Mark(CALL, f"{self._mark.value}.{next(self._numbers)}")
        grant = Grant.of_json(call.grant)
        if ENTRIES[call.tool].lane is Lane.INPUT:
            self._desktop.guard = grant.guard
        bench = Bench(
            self._desktop,
            self._children,
            mark,
            cancellation,
            grant,
            self._terminals,
            self._recorder,
        )
        result: ToolResult = load(call.tool)(parse(tool, call.arguments), bench)
        return result.model_dump(mode="json", exclude_unset=True)

    def _cancel(self, call_id: str) -> None:
        with self._lock:
            cancellation = self._running.get(call_id)
        if cancellation is not None:
            cancellation.cancel()

    def _fail(self, call: Call, error: ToolError) -> None:
        with self._lock:
            self._running.pop(call.call_id, None)
        self._send(_failed(call, error))

    def _release(self) -> None:
        # The wall between a backend's bug and the worker. Mostly there is no desktop, or it has
        # gone and has taken everything held with it; what stays held is told below.
        with contextlib.suppress(Exception):
            self._desktop.inputs.release_all()
        self._tell_held(always=True)

    def _tell_held(self, *, always: bool = False) -> None:
        now = Held(*self._desktop.held)
        if always or now != self._told_held:
            self._told_held = now
            self._send(now)

    def _look(self) -> None:
        seen = look(lambda: self._desktop.screen.displays())
        if seen.displays:
            self._desktop.displays = seen.displays
        self._send(seen)


def _step(call: Call, answer: Frame, lasted_s: float) -> Step:
    error = (answer.failure, answer.detail) if isinstance(answer, Failed) else None
    return Step(call.tool, call.arguments, lasted_s, error)


def _failed(call: Call, error: ToolError) -> Failed:
    value = error.value
    if _json_bytes(value, call.max_result_bytes) > call.max_result_bytes:
        value = None
    return Failed(call.call_id, error.failure.value, error.detail, value)


def _too_large(call: Call, size_bytes: int) -> ToolError:
    tool = find(call.tool)
    remedy = "ask for less" if tool is None else tool.smaller
    return ToolError(
        Failure.RESULT_TOO_LARGE,
        f"the result has {size_bytes} bytes and {call.max_result_bytes} fit into an answer; "
        f"{remedy}",
    )


def _json_bytes(value: Json, limit: int) -> int:
    """How long *value* is as JSON; exact only where it may come near the limit."""
    texts = value.values() if isinstance(value, Mapping) else ()
    longest = sum(len(text) for text in texts if isinstance(text, str))
    flat = isinstance(value, Mapping) and not any(isinstance(each, (list, dict)) for each in texts)
    if value is None or (flat and (longest + 1024) * MOST_BYTES_A_CHARACTER < limit):
        return 0
    return len(json.dumps(value, ensure_ascii=False).encode(errors="surrogatepass"))
