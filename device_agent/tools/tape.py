"""
One recording while it runs: a thread that writes calls down and takes pictures.

A call that has ended is put on a queue, which costs it a few microseconds. The pictures are taken
over a connection of the thread's own to the screen.
"""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..catalog import find
from ..catalog.recording import StartRecordingArguments
from ..errors import ToolError
from ..journal.redact import Redactor, mask_named
from .recordings import About, Folder

if TYPE_CHECKING:
    from ..screen import Screen
    from .desktop import Desktop

# What an application shows after an action takes it some time to draw.
SETTLE_S = 0.2
LONGEST_CHARS = 4000
NEVER_S = 1e9
ENDINGS = {"jpeg": "jpg", "png": "png"}


@dataclass(frozen=True, slots=True)
class Step:
    """
    A call that has ended.

    Attributes:
        tool: Its name.
        arguments: As they came.
        lasted_s: How long it took.
        error: None where it succeeded, else the failure's word and sentence.
        at_s: When it began, in seconds since 1970; the recorder knows.

    """

    tool: str
    arguments: Mapping[str, Any]
    lasted_s: float
    error: tuple[str, str] | None = None
    at_s: float = 0.0

    @property
    def acts(self) -> bool:
        """Whether it may have changed what the screen shows."""
        tool = find(self.tool)
        return tool is not None and tool.acts


@dataclass(frozen=True, slots=True)
class _End:
    reason: str
    at_once: bool


class Tape:
    """
    A recording that runs.

    Args:
        folder: Where it is written.
        wanted: What to keep, and how much.
        desktop: Whose screen is shown.
        redactor: Hides what was typed.
        clock: Seconds since 1970.

    """

    def __init__(
        self,
        folder: Folder,
        wanted: StartRecordingArguments,
        desktop: "Desktop",
        redactor: Redactor,
        clock: Callable[[], float],
    ) -> None:
        self._folder = folder
        self._wanted = wanted
        self._desktop = desktop
        self._redactor = redactor
        self._clock = clock
        self._queue: queue.SimpleQueue[Step | _End] = queue.SimpleQueue()
        self._pending: list[Step] = []
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    @property
    def about(self) -> About:
        """How far it is."""
        return self._folder.about

    @property
    def running(self) -> bool:
        """Whether it has not ended, by itself or because it was asked to."""
        return self._thread.is_alive()

    def add(self, step: Step) -> None:
        """Take a call that has ended. Any thread may call."""
        self._queue.put(step)

    def end(self, reason: str, within_s: float, *, at_once: bool = False) -> bool:
        """
        End it, after what was added before; whether that was in time.

        Args:
            reason: Why.
            within_s: How long to wait for it.
            at_once: Take no last picture.

        """
        self._queue.put(_End(reason, at_once))
        self._thread.join(within_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        reason = "a fault in the agent"
        try:
            if self._wanted.frames == "none":
                reason = self._record(None)
            else:
                with self._desktop.another_screen() as screen:
                    reason = self._record(_Camera(screen, self._wanted, self._folder))
        except OSError as error:
            reason = f"it cannot be written: {error.strerror}"
        finally:
            self._folder.end(iso(self._clock()), reason)

    def _record(self, camera: "_Camera | None") -> str:
        """Write until somebody ends it or it has grown too old or too large: why it ended."""
        now_s = time.monotonic()
        end_s = now_s + self._wanted.max_seconds
        every_s = self._wanted.every_s or NEVER_S
        picture_s, settled_s = now_s, NEVER_S + now_s
        ending: str | None = None
        while True:
            now_s = time.monotonic()
            if now_s >= min(picture_s, settled_s):
                self._flush(camera, alone=now_s >= picture_s)
                picture_s = now_s + every_s if now_s >= picture_s else picture_s
                settled_s = NEVER_S + now_s
            if self.about.size_bytes >= self._wanted.max_bytes:
                return f"it has {self.about.size_bytes} bytes, and was to have no more"
            if now_s >= end_s:
                self._flush(camera)
                return f"it has run for {self._wanted.max_seconds:g} s, and was not to run longer"
            if ending is not None and not self._pending:
                return ending
            item = self._next(min(picture_s, settled_s, end_s) - now_s)
            if isinstance(item, _End):
                ending = item.reason
                if item.at_once:
                    self._flush(None)
            elif item is not None:
                self._pending.append(item)
                settled_s = min(settled_s, time.monotonic() + (SETTLE_S if item.acts else 0.0))

    def _next(self, within_s: float) -> Step | _End | None:
        try:
            return self._queue.get(timeout=min(max(0.0, within_s), threading.TIMEOUT_MAX))
        except queue.Empty:
            return None

    def _flush(self, camera: "_Camera | None", *, alone: bool = False) -> None:
        """Write what has happened, with a picture if something has acted, or for its own sake."""
        steps, self._pending = self._pending, []
        acting = [step for step in steps if step.acts]
        shown = camera.take() if camera is not None and (alone or acting) else {}
        for step in steps:
            # One picture after several quick actions shows what came of the last.
            seen = shown if acting and step is acting[-1] else {}
            self._folder.add_line({**self._line(step), **seen}, is_call=True)
        if alone and shown and not acting:
            self._folder.add_line({"at": iso(self._clock()), **shown}, is_call=False)

    def _line(self, step: Step) -> dict[str, Any]:
        tool = find(step.tool)
        private = frozenset() if tool is None or self._wanted.typed_text else tool.private
        line: dict[str, Any] = {
            "at": iso(step.at_s),
            "tool": step.tool,
            "arguments": {
                name: self._redactor.typed(_text(value)) if name in private else _shown(value)
                for name, value in step.arguments.items()
            },
            "lasted_s": round(step.lasted_s, 4),
            "ok": step.error is None,
        }
        if step.error is not None:
            line["failure"], line["error"] = step.error
        return line


class _Camera:
    """Takes pictures of a screen, each distinct one once."""

    def __init__(self, screen: "Screen", wanted: StartRecordingArguments, folder: Folder) -> None:
        from ..screen.encode import PictureFormat, Shape
        from ..screen.seen import SeenFrames

        self._screen = screen
        self._folder = folder
        self._format = PictureFormat(wanted.frames)
        self._shape = Shape(max_width=wanted.max_width)
        self._quality = wanted.quality
        self._seen = SeenFrames()
        self._content_id = ""
        self._name = ""

    def take(self) -> dict[str, str]:
        """The name of a picture of what the screen shows now, or why there is none."""
        from ..screen.encode import encode

        try:
            frame = self._screen.grab(cursor=True)
            content_id = self._seen.identify(frame)
            if content_id != self._content_id:
                picture = encode(frame, self._format, shape=self._shape, quality=self._quality)
                self._name = self._folder.add_frame(picture.content, ENDINGS[self._format.value])
                self._content_id = content_id
        except ToolError as error:
            return {"frame_error": str(error)}
        return {"frame": self._name}


def iso(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601, UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _shown(value: Any) -> Any:  # noqa: ANN401 -- JSON
    """What was not typed, without what looks like a secret, and not without end."""
    if isinstance(value, str):
        return mask_named(value[:LONGEST_CHARS])
    if isinstance(value, Mapping):
        return {name: _shown(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shown(each) for each in value]
    return value
