"""The broker's handle on the desktop process: start it, call it, time it out, start it again."""

import asyncio
import itertools
import sys
from collections.abc import Callable

from ..catalog import Arguments, Tool
from ..catalog.grant import Grant
from ..errors import Failure, ToolError, WorkerLost
from ..processes import adopt_orphans
from .child import Child
from .frames import Call, Cancel, Desktop, Frame, Held, Json, Look, Ping, Release
from .leftovers import kill_leftovers, start_of
from .marks import new_mark
from .status import InFlight, WorkerOptions, WorkerStatus

# A worker that fails a call by itself when the deadline comes is heard out.
GRACE_S = 0.25
# A cancelled call that goes on for longer hangs; it covers the grace that commands get.
CANCEL_S = 3.0
# Python on a loaded machine, and an older worker's lock, which is held for 2 s at most.
START_S = 15.0
# The worker promises to be gone 2 s after its stream closes.
STOP_S = 2.2
KILL_S = 1.0
RELEASE_S = 3.0
LOOK_S = 2.0
# A worker that took calls for this long was well: the next start is immediate again.
WELL_S = 10.0
FIRST_DELAY_S = 0.1
MAX_DELAY_S = 5.0
# HOUSE 2: what a peer takes unless it says otherwise.
MAX_RESULT_BYTES = 16 * 1024 * 1024
NOTHING_MORE = Grant()


class WorkerHost:
    """
    Keeps one desktop process alive, and calls it. Everything happens on one event loop.

    The runtime spawns :meth:`run`, which does the keeping until it is cancelled. Calls wait for the
    first process, and for the next one after a loss, within their deadlines.

    Args:
        options: How the process is started.
        on_change: Called when held keys or the desktop's state have changed.

    """

    def __init__(
        self, options: WorkerOptions, *, on_change: Callable[[], None] = lambda: None
    ) -> None:
        self.held = Held()
        self.desktop: Desktop | None = None
        self._options = options
        self._on_change = on_change
        self._child: Child | None = None
        self._up = asyncio.Event()
        self._stopped = False
        self._up_since_s = 0.0
        self._restarts = 0
        self._last_end = ""
        self._numbers = itertools.count(1)
        self._waiting: dict[str, asyncio.Timeout] = {}
        self._told_held = asyncio.Event()
        self._told_desktop = asyncio.Event()

    async def run(self) -> None:
        """Start the process, and start it again whenever it ends; stop it when cancelled."""
        adopted_before = adopt_orphans()
        failures = 0
        try:
            while True:
                try:
                    lived_s = await self._one_life()
                except OSError as error:
                    # No process to be had just now: out of memory, of descriptors, being upgraded.
                    self._last_end = f"the desktop process cannot be started: {error}"
                    lived_s = 0.0
                failures = 0 if lived_s >= WELL_S else failures + 1
                self._restarts += 1
                await asyncio.sleep(_delay_s(failures))
        finally:
            self._stopped = True
            self._up.set()
            adopt_orphans(adopted_before)

    async def call(
        self,
        tool: Tool,
        arguments: Arguments,
        *,
        call_id: str | None = None,
        deadline_s: float | None = None,
        max_result_bytes: int = MAX_RESULT_BYTES,
        grant: Grant = NOTHING_MORE,
    ) -> Json:
        """
        Run a tool and return its result as JSON.

        Args:
            tool: Any but list_tools, which needs no worker.
            arguments: As :func:`~..catalog.parse` gave them.
            call_id: For :meth:`cancel`; unique among the calls in hand. None: one is made up.
            deadline_s: Seconds until the process counts as hung and is killed, the wait for its
                start included. None: what the catalog says.
            max_result_bytes: A larger result is replaced by a failure.
            grant: What it may reach; by default no files, no owner.

        Raises:
            ToolError: The call cannot be done: the tool's own reason, ``timed_out``,
                ``cancelled``, ``result_too_large``, or ``unavailable`` where no process starts.
            WorkerLost: The process ended meanwhile; the call may have happened.

        """
        name = call_id or f"call-{next(self._numbers)}"
        limit_s = tool.deadline_for(arguments) if deadline_s is None else deadline_s
        values = arguments.model_dump(mode="json", exclude_unset=True)
        frame = Call(name, tool.name, values, max_result_bytes, grant.as_json())
        child: Child | None = None
        try:
            async with asyncio.timeout(limit_s + GRACE_S) as patience:
                self._waiting[name] = patience
                child = await self._worker()
                return await self._answer(child, frame)
        except TimeoutError:
            if child is None and name not in self._waiting:
                raise _never_began() from None
            raise self._late(child, frame, limit_s) from None
        except asyncio.CancelledError:
            if child is not None:
                self._stop_call(child, name)
            raise
        finally:
            self._waiting.pop(name, None)

    def cancel(self, call_id: str) -> None:
        """
        Stop a call: it fails as ``cancelled``. Unknown ids are fine.

        One that does not stop within a few seconds costs the process.
        """
        if self._child is not None and call_id in self._child.pending:
            self._stop_call(self._child, call_id)
        elif call_id in self._waiting:
            self._waiting.pop(call_id).reschedule(asyncio.get_running_loop().time())

    def kill(self, reason: str) -> None:
        """End the process at once, with every call in hand; the next one is started."""
        if self._child is not None:
            self._child.kill(f"the desktop process was killed: {reason}")

    async def release(self) -> None:
        """
        Release every key and button, after the input that is under way.

        Where that hangs, the process is killed; the next one releases them.
        """
        child = self._child
        if child is None or not child.takes_calls:
            return
        if not await self._asked(child, Release(), self._told_held, RELEASE_S):
            child.kill("the desktop process was killed: it could not release keys and buttons")

    async def look(self) -> Desktop | None:
        """Look at the desktop anew; what was seen last where that takes too long."""
        child = self._child
        if child is not None and child.takes_calls:
            await self._asked(child, Look(), self._told_desktop, LOOK_S)
        return self.desktop

    async def ping(self) -> None:
        """Return when the process has answered; raises WorkerLost where it ends before."""
        child = await self._worker()
        number = next(self._numbers)
        pong = child.expect_pong(number)
        child.send(Ping(number))
        await pong

    def status(self) -> WorkerStatus:
        """How the process is doing."""
        now_s = asyncio.get_running_loop().time()
        child = self._child
        pending = {} if child is None else child.pending
        return WorkerStatus(
            pid=child.pid if child is not None else None,
            uptime_s=now_s - self._up_since_s if self._up.is_set() else 0.0,
            restarts=self._restarts,
            last_end=self._last_end,
            in_flight=tuple(
                InFlight(call_id, each.tool, now_s - each.since_s)
                for call_id, each in pending.items()
            ),
            held=self.held,
            desktop=self.desktop,
        )

    def saw(self, desktop: Desktop) -> None:
        """A worker has looked at the desktop."""
        changed = desktop != self.desktop
        self.desktop = desktop
        self._told_desktop.set()
        if changed:
            self._on_change()

    def holds(self, held: Held) -> None:
        """A worker's calls have left these keys and buttons down."""
        changed = held != self.held
        self.held = held
        self._told_held.set()
        if changed:
            self._on_change()

    async def _one_life(self) -> float:
        """Start a process and see it through to its end: how long it took calls, in seconds."""
        loop = asyncio.get_running_loop()
        mark = new_mark(self._options.state_dir)
        environment = {**self._options.inherited, mark.variable: mark.value}
        child = self._child = await _spawn(self, self._options, environment)
        self._up_since_s = loop.time()
        since: float | None = None
        try:
            since = await asyncio.to_thread(start_of, child.pid)
            if await _is_ready(child):
                self._up_since_s = loop.time()
                self._up.set()
            self._last_end = await asyncio.shield(child.gone)
        finally:
            self._up.clear()
            await _end(child)
            await asyncio.to_thread(kill_leftovers, mark, since)
            self._child = None
            self.holds(Held())
        return loop.time() - self._up_since_s

    async def _worker(self) -> Child:
        while True:
            await self._up.wait()
            if self._stopped:
                raise WorkerLost("the agent is stopping")
            child = self._child
            if child is not None and child.takes_calls:
                return child
            if child is not None:
                await asyncio.shield(child.gone)
            # The one that has ended is still being cleaned up after.
            await asyncio.sleep(0)

    async def _answer(self, child: Child, frame: Call) -> Json:
        if self._waiting.pop(frame.call_id, None) is None:
            raise _never_began()
        answer = child.expect(frame.call_id, frame.tool)
        child.send(frame)
        return await answer

    def _late(self, child: Child | None, frame: Call, limit_s: float) -> ToolError:
        if child is None:
            reason = self._last_end or "it has not answered yet"
            return ToolError(
                Failure.UNAVAILABLE, f"there is no desktop process to run this: {reason}"
            )
        child.kill(f"the desktop process was killed because {frame.tool} hung")
        return ToolError(
            Failure.TIMED_OUT,
            f"{frame.tool} gave no answer within {limit_s:g} s; the desktop process was killed "
            "and is started anew; is the display hanging?",
        )

    def _stop_call(self, child: Child, call_id: str) -> None:
        child.send(Cancel(call_id))
        asyncio.get_running_loop().call_later(CANCEL_S, self._insist, child, call_id)

    def _insist(self, child: Child, call_id: str) -> None:
        pending = child.pending.get(call_id)
        if pending is None:
            return
        if not pending.answer.done():
            error = ToolError(
                Failure.CANCELLED, "the call was cancelled; it hung, so its process was killed"
            )
            pending.answer.set_exception(error)
        child.kill(f"the desktop process was killed because {pending.tool} could not be cancelled")

    async def _asked(
        self, child: Child, question: Frame, told: asyncio.Event, within_s: float
    ) -> bool:
        """Put a question, wait for its answer or the worker's end: whether either came in time."""
        told.clear()
        child.send(question)
        try:
            async with asyncio.timeout(within_s):
                await told.wait()
        except TimeoutError:
            return child.gone.done()
        return True


async def _spawn(host: WorkerHost, options: WorkerOptions, environment: dict[str, str]) -> Child:
    # -P: a file called json.py in the working directory is not what the worker means by json.
    command = [sys.executable, "-P", "-m", "device_agent.worker.process"]
    if options.state_dir is not None:
        command += ["--state-dir", str(options.state_dir)]
    _, child = await asyncio.get_running_loop().subprocess_exec(
        lambda: Child(host),
        *command,
        stderr=None,
        env=environment,
        # Ctrl-C in a terminal is for the broker, which then tells the worker.
        start_new_session=True,
    )
    return child


async def _is_ready(child: Child) -> bool:
    try:
        async with asyncio.timeout(START_S):
            await asyncio.shield(child.ready)
    except TimeoutError:
        child.kill(f"the desktop process was killed: it was not ready within {START_S:g} s")
    except WorkerLost:
        return False
    return child.ready.done()


async def _end(child: Child) -> None:
    """Close the stream, give the worker the time it asks for, kill it after that."""
    child.close()
    try:
        async with asyncio.timeout(STOP_S):
            await asyncio.shield(child.gone)
    except TimeoutError:
        child.kill("the desktop process was killed: it did not end in time")
        await child.gone
    except asyncio.CancelledError:
        # Whoever stops us has lost patience; the worker must not outlive that.
        child.kill("the desktop process was killed: the agent could not wait for it")
        async with asyncio.timeout(KILL_S):
            await asyncio.shield(child.gone)
        raise
    finally:
        child.abandon()


def _never_began() -> ToolError:
    return ToolError(Failure.CANCELLED, "the call was cancelled before it began")


def _delay_s(failures: int) -> float:
    """None after the first failure in a row, then doubling."""
    return 0.0 if failures <= 1 else min(MAX_DELAY_S, FIRST_DELAY_S * 2.0 ** (failures - 2))
