"""Who records what: the recordings of one desktop process, running and stored."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ..catalog.recording import (
    FAMILY,
    KEPT_DAYS,
    MAX_TOTAL_BYTES,
    MIB,
    StartRecordingArguments,
)
from ..errors import Failure, ToolError
from ..journal.files import private_dir
from ..journal.redact import Redactor
from .file_errors import told
from .recordings import About, Folder, remove, stored
from .tape import Step, Tape, iso

if TYPE_CHECKING:
    from .desktop import Desktop

LOCAL = "local"
"""The owner of calls that a person on this machine makes: sees and records everybody's."""

DIRECTORY = "recordings"
MAX_RUNNING = 4
END_S = 5.0
OWN_TOOLS = frozenset(tool.name for tool in FAMILY)


@dataclass(frozen=True, slots=True)
class Studio:
    """
    What recordings are made with.

    Attributes:
        desktop: Whose screen is shown.
        state_dir: Recordings lie in a directory of it.
        clock: Seconds since 1970.

    """

    desktop: "Desktop"
    state_dir: Path
    clock: Callable[[], float]


class Recorder:
    """
    Records calls, and keeps recordings. Any thread may call.

    Args:
        studio: What recordings are made with; None: none can be made.

    """

    def __init__(self, studio: Studio | None = None) -> None:
        self._given = studio
        self._lock = threading.Lock()
        self._tapes: dict[str, Tape] = {}

    @property
    def listens(self) -> bool:
        """Whether a recording runs, so that calls are worth telling."""
        return bool(self._tapes)

    def saw(self, owner: str, step: Step) -> None:
        """Take a call of *owner* that has just ended into the recordings it belongs to."""
        if step.tool in OWN_TOOLS:
            return
        timed = replace(step, at_s=self._studio.clock() - step.lasted_s)
        for whose, tape in list(self._tapes.items()):
            if whose in {owner, LOCAL}:
                tape.add(timed)

    def start(self, owner: str, wanted: StartRecordingArguments) -> About:
        """
        Begin a recording.

        Raises:
            ToolError: ``conflict`` where the owner has one that runs, ``busy``, ``no_space``.

        """
        with self._lock:
            self._forget_ended()
            if owner in self._tapes:
                name = self._tapes[owner].about.recording_id
                detail = f"recording {name} runs already; stop it first"
                raise ToolError(Failure.CONFLICT, detail)
            if len(self._tapes) >= MAX_RUNNING:
                raise ToolError(Failure.BUSY, f"{MAX_RUNNING} recordings run already")
            with told(self._directory):
                room_bytes = self._make_room()
                tape = self._tape(owner, wanted, min(wanted.max_bytes, room_bytes))
            self._tapes[owner] = tape
            return tape.about

    def stop(self, owner: str) -> About:
        """End the owner's recording; raises ToolError ``bad_arguments`` where none runs."""
        with self._lock:
            self._forget_ended()
            tape = self._tapes.pop(owner, None)
        if tape is None:
            detail = "no recording runs; one may have ended by itself, see list_recordings"
            raise ToolError(Failure.BAD_ARGUMENTS, detail)
        if not tape.end("it was stopped", END_S):
            raise ToolError(Failure.TIMED_OUT, "the screen hangs, so the recording does not end")
        return tape.about

    def all_of(self, owner: str) -> Iterator[tuple[Path, About]]:
        """The owner's recordings, the latest first: their directories, and what is known."""
        running = {tape.about.recording_id: tape.about for tape in list(self._tapes.values())}
        for path, about in stored(self._directory):
            if owner in {about.owner, LOCAL}:
                yield path, running.get(about.recording_id, about)

    def find(self, owner: str, recording_id: str) -> tuple[Path, About]:
        """One of them; raises ToolError ``bad_arguments`` where there is no such."""
        for path, about in self.all_of(owner):
            if about.recording_id == recording_id:
                return path, about
        detail = f"there is no recording {recording_id}; list_recordings tells which there are"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)

    def delete(self, owner: str, recording_id: str) -> About:
        """Delete one; raises ToolError ``bad_arguments``, or ``conflict`` where it runs."""
        path, about = self.find(owner, recording_id)
        if self.runs(about):
            raise ToolError(Failure.CONFLICT, f"recording {recording_id} runs; stop it first")
        with told(path):
            remove(path)
        return about

    def runs(self, about: About) -> bool:
        """Whether a recording is being written."""
        return any(
            tape.running and tape.about.recording_id == about.recording_id
            for tape in list(self._tapes.values())
        )

    def close(self, within_s: float) -> None:
        """End what runs: this process ends."""
        for tape in list(self._tapes.values()):
            tape.end("the agent was stopped", within_s, at_once=True)

    @property
    def _studio(self) -> Studio:
        if self._given is None:
            detail = "this desktop process has no directory to keep recordings in"
            raise ToolError(Failure.UNAVAILABLE, detail)
        return self._given

    @property
    def _directory(self) -> Path:
        return self._studio.state_dir / DIRECTORY

    def _tape(self, owner: str, wanted: StartRecordingArguments, most_bytes: int) -> Tape:
        now_s = self._studio.clock()
        moment = datetime.fromtimestamp(now_s, UTC).strftime("%Y%m%d-%H%M%S")
        about = About(f"{moment}-{secrets.token_hex(4)}", owner, iso(now_s))
        directory = private_dir(self._directory)
        redactor = Redactor.load(directory.parent)
        wanted = wanted.model_copy(update={"max_bytes": most_bytes})
        folder = Folder(directory / about.recording_id, about)
        return Tape(folder, wanted, self._studio.desktop, redactor, self._studio.clock)

    def _make_room(self) -> int:
        """Delete what is too old: how many bytes a new recording may have."""
        used_bytes = 0
        oldest = datetime.fromtimestamp(self._studio.clock(), UTC) - timedelta(days=KEPT_DAYS)
        for path, about in stored(self._directory):
            if datetime.fromisoformat(about.started) < oldest and not self.runs(about):
                remove(path)
            else:
                used_bytes += about.size_bytes
        room_bytes = MAX_TOTAL_BYTES - used_bytes
        if room_bytes < MIB:
            raise ToolError(
                Failure.NO_SPACE,
                f"recordings take {used_bytes} bytes, and may take {MAX_TOTAL_BYTES} in all; "
                "delete some with delete_recording",
            )
        return room_bytes

    def _forget_ended(self) -> None:
        self._tapes = {owner: tape for owner, tape in self._tapes.items() if tape.running}
