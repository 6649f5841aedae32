"""Recordings on disk: one directory each, below the agent's state, for its user alone."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..journal.files import open_private, private_dir, write_private

ABOUT, STEPS, FRAMES = "recording.json", "steps.jsonl", "frames"


@dataclass(frozen=True, slots=True)
class About:
    """
    What is known of a recording.

    Attributes:
        owner: Whose it is.
        started: ISO 8601, UTC; so is ``ended``, which is None while it runs.
        reason: Why it ended.

    """

    recording_id: str
    owner: str
    started: str
    ended: str | None = None
    reason: str | None = None
    calls: int = 0
    frames: int = 0
    size_bytes: int = 0


class Folder:
    """
    A recording that is being written. One thread writes.

    Args:
        path: Its directory, which is made.
        about: How it begins.

    """

    def __init__(self, path: Path, about: About) -> None:
        self.path = path
        self.about = about
        private_dir(path)
        private_dir(path / FRAMES)
        self._write_about()
        self._steps = open_private(path / STEPS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def add_frame(self, content: bytes, ending: str) -> str:
        """Keep a picture: its name inside the recording."""
        name = f"{FRAMES}/{self.about.frames + 1:06}.{ending}"
        descriptor = open_private(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        self._grow(len(content), frames=1)
        return name

    def add_line(self, line: Mapping[str, Any], *, is_call: bool) -> None:
        """Keep what happened."""
        content = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        encoded = content.encode(errors="replace")
        os.write(self._steps, encoded)
        self._grow(len(encoded), calls=int(is_call))

    def end(self, at: str, reason: str) -> None:
        """Write down that it has ended, and why."""
        os.fsync(self._steps)
        os.close(self._steps)
        self.about = replace(self.about, ended=at, reason=reason)
        self._write_about()

    def _grow(self, size_bytes: int, *, calls: int = 0, frames: int = 0) -> None:
        now = self.about
        self.about = replace(
            now,
            calls=now.calls + calls,
            frames=now.frames + frames,
            size_bytes=now.size_bytes + size_bytes,
        )

    def _write_about(self) -> None:
        write_private(self.path / ABOUT, json.dumps(asdict(self.about), indent=1).encode())


def stored(directory: Path) -> Iterator[tuple[Path, About]]:
    """All recordings below *directory*, the latest first; what is none is passed over."""
    with suppress(FileNotFoundError):
        for path in sorted(directory.iterdir(), reverse=True):
            with suppress(OSError, ValueError, TypeError):
                yield path, _counted(path, About(**json.loads((path / ABOUT).read_bytes())))


def _counted(path: Path, about: About) -> About:
    """What was written by a process that was killed before it could count it."""
    if about.ended is not None:
        return about
    frames = list((path / FRAMES).iterdir())
    lines = (path / STEPS).read_bytes()
    size_bytes = len(lines) + sum(each.stat().st_size for each in frames)
    calls = lines.count(b'"tool":')
    return replace(about, calls=calls, frames=len(frames), size_bytes=size_bytes)


def files_of(path: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a recording: its name inside and where it lies."""
    for name in (ABOUT, STEPS):
        yield name, path / name
    for frame in sorted((path / FRAMES).iterdir()):
        yield f"{FRAMES}/{frame.name}", frame


def remove(path: Path) -> None:
    """Delete a recording."""
    shutil.rmtree(path)
