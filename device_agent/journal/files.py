"""Files that only their owner may read, and that survive a power cut once written."""

import os
import sys
from contextlib import suppress
from pathlib import Path

PRIVATE_FILE = 0o600
PRIVATE_DIR = 0o700


def private_dir(path: Path) -> Path:
    """
    Make *path* a directory that nobody else may enter; one that exists is tightened.

    On Windows a directory inherits the rights of the user's profile instead.
    """
    path.mkdir(mode=PRIVATE_DIR, parents=True, exist_ok=True)
    if sys.platform != "win32" and path.stat().st_mode & 0o077:
        path.chmod(PRIVATE_DIR)
    return path


def open_private(path: Path, flags: int = os.O_RDWR | os.O_CREAT) -> int:
    """Open a file that nobody else may read; return its descriptor, not inherited by children."""
    if sys.platform == "win32":
        flags |= os.O_BINARY
    return os.open(path, flags, PRIVATE_FILE)


def write_private(path: Path, content: bytes) -> None:
    """
    Put *content* at *path*, whole or not at all, and wait until it is on disk.

    Raises:
        OSError: It could not be written; nothing of it stays behind.

    """
    draft = path.with_name(path.name + ".new")
    try:
        descriptor = open_private(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    sync_dir(path.parent)


def sync_dir(path: Path) -> None:
    """Wait until the names in a directory are on disk. Windows keeps them by itself."""
    if sys.platform != "win32":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
