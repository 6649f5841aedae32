"""Look at files."""

import base64
import codecs
import fnmatch
import mimetypes
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

from ..catalog.files import (
    MAX_READ_BYTES,
    FileEntry,
    Kind,
    ListFilesArguments,
    ListFilesResult,
    ReadFileArguments,
    ReadFileResult,
    StatFileArguments,
    StatFileResult,
)
from ..errors import Failure, ToolError
from .bench import Bench, Cancellation
from .file_errors import about, shown
from .roots import CLOSE_ON_EXEC, DIRECTORY, NO_FOLLOW, Spot, reached

# A pipe or a device that took a file's place after it was looked at must not hang the call.
NO_WAIT: int = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
BLOCK_BYTES = 64 * 1024
# How far the beginning of a character can be from its end in UTF-8.
LONGEST_CHARACTER_BYTES = 4


def list_files(arguments: ListFilesArguments, bench: Bench) -> ListFilesResult:
    """What is in a directory."""
    with reached(bench.grant, arguments.path) as spot:
        listing = _Listing(arguments, bench.cancellation)
        flags = os.O_RDONLY | DIRECTORY | NO_FOLLOW | CLOSE_ON_EXEC
        if sys.platform == "win32":
            listing.add_all(spot.name, "", arguments.depth)
        else:
            directory = os.open(spot.name, flags, dir_fd=spot.parent)
            try:
                listing.add_all(directory, "", arguments.depth)
            finally:
                os.close(directory)
        entries = sorted(listing.entries, key=lambda entry: entry.name)
        return ListFilesResult(
            path=shown(spot.path),
            entries=tuple(entries),
            truncated=listing.truncated,
            unreadable=tuple(listing.unreadable),
        )


def stat_file(arguments: StatFileArguments, bench: Bench) -> StatFileResult:
    """What is known of a file."""
    try:
        with reached(bench.grant, arguments.path, follow=arguments.follow) as spot:
            there = spot.look()
            if there is not None:
                return _told(spot, there)
            return StatFileResult(path=shown(spot.path), exists=False)
    except ToolError as error:
        # A missing directory on the way is an answer too.
        if isinstance(error.__cause__, (FileNotFoundError, NotADirectoryError)):
            return StatFileResult(path=shown(arguments.path), exists=False)
        raise


def read_file(arguments: ReadFileArguments, bench: Bench) -> ReadFileResult:
    """A file or a part of it."""
    with reached(bench.grant, arguments.path) as spot, opened(spot) as file:
        there = os.fstat(file.fileno())
        offset, content = _part(file, arguments, there.st_size, shown(spot.path))
        file.seek(offset + len(content))
        end = not file.read(1)
        packed = _packed(content, arguments.encoding, whole=end)
        return ReadFileResult(
            path=shown(spot.path),
            size_bytes=max(there.st_size, offset + len(content)),
            modified=_time(there.st_mtime),
            offset=offset,
            end=end and packed.length == len(content),
            **packed.fields(),
        )


@contextmanager
def opened(spot: Spot) -> Iterator[IO[bytes]]:
    """
    A regular file, open for reading.

    Raises:
        ToolError: ``bad_arguments`` where it is none.

    """
    there = spot.look()
    if there is not None:
        require_regular(there, spot)
    descriptor = spot.open(os.O_RDONLY | NO_WAIT)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        require_regular(os.fstat(descriptor), spot)
        yield file


def require_regular(there: os.stat_result, spot: Spot) -> None:
    """Raise ToolError ``bad_arguments`` for directories, pipes, sockets and devices."""
    if not stat.S_ISREG(there.st_mode):
        what = "a directory" if stat.S_ISDIR(there.st_mode) else "a pipe, a socket or a device"
        if stat.S_ISLNK(there.st_mode):
            what = "a link"
        raise ToolError(Failure.BAD_ARGUMENTS, f"{shown(spot.path)} is {what}, no regular file")


def kind_of(mode: int) -> Kind:
    """What a file is, in the catalog's words."""
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "directory"
    return "link" if stat.S_ISLNK(mode) else "other"


class _Listing:
    """Collects a directory's entries, and those of directories inside."""

    def __init__(self, arguments: ListFilesArguments, cancellation: Cancellation) -> None:
        self._arguments = arguments
        self._cancellation = cancellation
        self.entries: list[FileEntry] = []
        self.unreadable: list[str] = []
        self.truncated = False

    def add_all(self, directory: int | str, before: str, depth: int) -> None:
        """Add what is in *directory*, whose path from the listed one on is *before*."""
        with closing(os.scandir(directory)) as found:
            for each in found:
                self._cancellation.check()
                if self.truncated:
                    return
                if each.name.startswith(".") and not self._arguments.hidden:
                    continue
                self._add(each, directory, f"{before}{shown(each.name)}")
                if depth > 1 and each.is_dir(follow_symlinks=False):
                    self._descend(each, directory, f"{before}{shown(each.name)}/", depth - 1)

    def _add(self, found: "os.DirEntry[str]", directory: int | str, name: str) -> None:
        pattern = self._arguments.pattern
        if pattern is not None and not fnmatch.fnmatch(found.name, pattern):
            return
        if len(self.entries) >= self._arguments.limit:
            self.truncated = True
            return
        try:
            self.entries.append(_entry(found, directory, name))
        except FileNotFoundError:
            return  # Gone in the meantime.
        except OSError:
            self.entries.append(FileEntry(name=name, kind="other"))

    def _descend(
        self, found: "os.DirEntry[str]", directory: int | str, before: str, depth: int
    ) -> None:
        try:
            if isinstance(directory, str):
                self.add_all(found.path, before, depth)
                return
            flags = os.O_RDONLY | DIRECTORY | NO_FOLLOW | CLOSE_ON_EXEC
            inner = os.open(found.name, flags, dir_fd=directory)
        except OSError as error:
            self.unreadable.append(f"{before} ({about(error, found.name).detail})")
            return
        try:
            self.add_all(inner, before, depth)
        finally:
            os.close(inner)


def _entry(found: "os.DirEntry[str]", directory: int | str, name: str) -> FileEntry:
    there = found.stat(follow_symlinks=False)
    kind = kind_of(there.st_mode)
    entry = FileEntry(name=name, kind=kind, modified=_time(there.st_mtime))
    if kind == "file":
        return entry.model_copy(update={"size_bytes": there.st_size})
    if kind == "link":
        within = directory if isinstance(directory, int) else None
        target = os.readlink(found.path if within is None else found.name, dir_fd=within)
        return entry.model_copy(update={"link_to": shown(target)})
    return entry


def _told(spot: Spot, there: os.stat_result) -> StatFileResult:
    def may(what: int) -> bool:
        return os.access(spot.name, what, dir_fd=spot.parent)

    kind = kind_of(there.st_mode)
    result = StatFileResult(
        path=shown(spot.path),
        exists=True,
        kind=kind,
        modified=_time(there.st_mtime),
        permissions=stat.filemode(there.st_mode),
        owner=_user(there.st_uid),
        group=_group(there.st_gid),
    )
    if kind == "link":
        target = os.readlink(spot.name, dir_fd=spot.parent)
        return result.model_copy(update={"link_to": shown(target)})
    found: dict[str, object] = {"readable": may(os.R_OK), "writable": may(os.W_OK)}
    if kind == "file":
        found |= {"size_bytes": there.st_size, "media_type": mimetypes.guess_type(spot.path)[0]}
    return result.model_copy(update=found)


def _part(
    file: IO[bytes], arguments: ReadFileArguments, size_bytes: int, path: str
) -> tuple[int, bytes]:
    """The wanted bytes, and where they begin."""
    if arguments.head_lines is not None:
        return 0, _head(file, arguments.head_lines)
    if arguments.tail_lines is not None:
        return _tail(file, arguments.tail_lines)
    offset, length = arguments.offset or 0, arguments.length
    file.seek(offset)
    # Files that the system makes up, as in /proc, say that they are empty.
    content = _read(file, MAX_READ_BYTES + 1 if length is None else length)
    if length is None and len(content) > MAX_READ_BYTES:
        raise ToolError(
            Failure.RESULT_TOO_LARGE,
            f"{path} has {max(size_bytes, len(content))} bytes, and {MAX_READ_BYTES} can be read "
            "at once; read it in pieces with offset and length, or by head_lines or tail_lines",
        )
    return offset, content


def _read(file: IO[bytes], most: int) -> bytes:
    """Up to so many bytes; fewer only where the file ends."""
    kept = bytearray()
    while len(kept) < most and (block := file.read(min(most - len(kept), 1 << 20))):
        kept += block
    return bytes(kept)


def _head(file: IO[bytes], lines: int) -> bytes:
    kept = bytearray()
    while len(kept) < MAX_READ_BYTES and (block := file.read(BLOCK_BYTES)):
        end = _after(block, lines)
        if end is not None:
            return bytes(kept + block[:end])[:MAX_READ_BYTES]
        lines -= block.count(b"\n")
        kept += block
    return bytes(kept[:MAX_READ_BYTES])


def _tail(file: IO[bytes], lines: int) -> tuple[int, bytes]:
    end = start = file.seek(0, os.SEEK_END)
    kept = b""
    while start and end - start < MAX_READ_BYTES:
        step = min(BLOCK_BYTES, start)
        start -= step
        file.seek(start)
        kept = _read(file, step) + kept
        # The line feed at the very end ends the last line and begins none.
        if kept.count(b"\n", 0, len(kept) - 1) >= lines:
            break
    pieces = kept[:-1].split(b"\n")
    content = b"\n".join(pieces[-lines:]) + kept[-1:]
    content = content[-MAX_READ_BYTES:]
    return end - len(content), content


def _after(block: bytes, lines: int) -> int | None:
    """Where the line with this number, counted from 1, ends in *block*."""
    at = -1
    for _ in range(lines):
        at = block.find(b"\n", at + 1)
        if at < 0:
            return None
    return at + 1


@dataclass(frozen=True, slots=True)
class _Packed:
    length: int
    text: str | None = None
    base64: str | None = None
    replaced: bool = False

    def fields(self) -> dict[str, object]:
        """As the result has them: only what there is."""
        found: dict[str, object] = {"length": self.length}
        if self.text is not None:
            found["text"] = self.text
        if self.base64 is not None:
            found["base64"] = self.base64
        return found | ({"replaced": True} if self.replaced else {})


def _packed(content: bytes, encoding: str, *, whole: bool) -> _Packed:
    """Content as text or base64; a character that a limit cut off is left for the next piece."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        text = decoder.decode(content, final=whole)
    except UnicodeDecodeError:
        text = None
    binary = text is None or (encoding == "auto" and "\0" in text)
    if encoding == "base64" or (encoding == "auto" and binary):
        return _Packed(len(content), base64=base64.b64encode(content).decode("ascii"))
    if text is None:
        return _Packed(len(content), text=content.decode(errors="replace"), replaced=True)
    left, _ = decoder.getstate()
    if text or not left:
        return _Packed(len(content) - len(left), text=text)
    # Less than one character was asked for.
    return _Packed(len(content), base64=base64.b64encode(content).decode("ascii"))


def _time(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    except (OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(0, UTC).isoformat(timespec="milliseconds")


def _user(number: int) -> str | None:
    if sys.platform == "win32":
        return None
    import pwd

    return _named(lambda: pwd.getpwuid(number).pw_name, number)


def _group(number: int) -> str | None:
    if sys.platform == "win32":
        return None
    import grp

    return _named(lambda: grp.getgrgid(number).gr_name, number)


def _named(look: Callable[[], str], number: int) -> str:
    try:
        return look()
    except KeyError:
        return str(number)
