"""Room that is set aside while there is some, so that accepted work can still be recorded later."""

import errno
import os
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path

from .files import open_private

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PRIMARY_CODE = 0xFF
_CHUNK_BYTES = 256 * 1024


class Reserve:
    """
    A file of fixed size that is given up when the disk is full.

    Args:
        path: Where it lies.
        size_bytes: How much it sets aside; 0 sets nothing aside.

    """

    def __init__(self, path: Path, size_bytes: int) -> None:
        self._path = path
        self._size_bytes = size_bytes

    def release(self) -> bool:
        """Give the room back; False when there was none left to give."""
        try:
            self._path.unlink()
        except OSError:
            return False
        return True

    def restore(self) -> bool:
        """Set the room aside, unless it is already; False while the disk has none."""
        try:
            if self._path.stat().st_size == self._size_bytes:
                return True
        except OSError:
            pass
        try:
            self._allocate()
        except OSError:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            return False
        return True

    def _allocate(self) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(open_private(self._path, flags), "wb") as file:
            if sys.platform == "linux" and self._size_bytes:
                os.posix_fallocate(file.fileno(), 0, self._size_bytes)
                return
            for start in range(0, self._size_bytes, _CHUNK_BYTES):
                # Random, because a file system that compresses would store zeros nowhere.
                file.write(os.urandom(min(_CHUNK_BYTES, self._size_bytes - start)))


def is_no_space(error: Exception) -> bool:
    """Whether an error may go away when there is more room on the disk."""
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & _PRIMARY_CODE
        # A failed write for a quota or a file size limit comes as an I/O error.
        return code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
    return isinstance(error, OSError) and error.errno in _NO_SPACE
