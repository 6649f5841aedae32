"""Long answers, one file each, so that the database stays small."""

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .files import private_dir, write_private

SPOOL_DIR = "spool"


class Spool:
    """
    A directory of answers.

    A file is named by the hash of its owner and its content: no id of a peer ever becomes a path,
    two works never share a file, and what is read back is checked against its name.

    Args:
        directory: Exists when something is put into it.

    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, peer: str, work_id: str, answer: bytes) -> str:
        """
        Keep an answer, on disk when this returns; return the file's name.

        Raises:
            OSError: There is no room. Nothing stays behind.

        """
        name = _name(peer, work_id, answer)
        path = self._directory / name
        if self.size(name) != len(answer):
            write_private(path, answer)
        return name

    def get(self, name: str, peer: str, work_id: str) -> bytes | None:
        """Read an answer; None when it is gone, or no longer what was written."""
        try:
            answer = (self._directory / name).read_bytes()
        except OSError:
            return None
        return answer if _name(peer, work_id, answer) == name else None

    def size(self, name: str) -> int | None:
        """How long a kept answer is, in bytes; None when there is no such file."""
        try:
            return (self._directory / name).stat().st_size
        except OSError:
            return None

    def remove(self, names: Iterable[str]) -> None:
        """Forget answers. Does not raise: what stays behind is swept at the next start."""
        for name in names:
            with suppress(OSError):
                (self._directory / name).unlink(missing_ok=True)

    def names(self) -> set[str]:
        """Everything in the directory, drafts of a crashed process included."""
        return set(os.listdir(self._directory))  # noqa: PTH208 -- names are wanted, not paths

    def move(self, names: Iterable[str], to: Path) -> None:
        """Put files aside for people to look at."""
        for name in names:
            (self._directory / name).replace(private_dir(to) / name)


def _name(peer: str, work_id: str, answer: bytes) -> str:
    digest = hashlib.sha256()
    for part in (peer.encode(), work_id.encode(), answer):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
