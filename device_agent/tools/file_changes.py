"""Change files."""

import base64
import binascii
import errno
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import IO

from ..catalog.file_changes import (
    CopyFileArguments,
    CopyFileResult,
    DeleteFileArguments,
    DeleteFileResult,
    MakeDirectoryArguments,
    MakeDirectoryResult,
    MoveFileArguments,
    MoveFileResult,
    WriteFileArguments,
    WriteFileResult,
)
from ..errors import Failure, ToolError
from .bench import Bench
from .file_errors import shown
from .files import NO_WAIT, kind_of, opened, require_regular
from .roots import (
    CLOSE_ON_EXEC,
    DIRECTORY,
    NO_FOLLOW,
    Spot,
    reached,
    refuse_way_to_agents_own,
)

CHUNK_BYTES = 1 << 20
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS})


def write_file(arguments: WriteFileArguments, bench: Bench) -> WriteFileResult:
    """Write a file, and look at what is there then."""
    content = _content(arguments)
    with reached(bench.grant, arguments.path, make_parents=arguments.make_parents) as spot:
        before = spot.look()
        if before is not None:
            require_regular(before, spot)
        if arguments.mode == "append":
            _append(spot, content)
        else:
            with replacement(spot, before, replace=arguments.mode == "overwrite") as draft:
                write_all(draft, content)
        after = spot.there()
        return WriteFileResult(
            path=shown(spot.path),
            size_bytes=after.st_size,
            written_bytes=len(content),
            created=before is None,
        )


def make_directory(arguments: MakeDirectoryArguments, bench: Bench) -> MakeDirectoryResult:
    """Make a directory unless it is there."""
    with reached(bench.grant, arguments.path, make_parents=arguments.parents) as spot:
        there = spot.look()
        created = there is None
        if there is None:
            os.mkdir(spot.name, dir_fd=spot.parent)
            there = spot.there()
        if not stat.S_ISDIR(there.st_mode):
            raise FileExistsError(errno.EEXIST, "")
        return MakeDirectoryResult(path=shown(spot.path), created=created)


def delete_file(arguments: DeleteFileArguments, bench: Bench) -> DeleteFileResult:
    """Delete a file, a link or a directory."""
    with reached(bench.grant, arguments.path, follow=False) as spot:
        _refuse_root(spot)
        refuse_way_to_agents_own(spot, bench.grant)
        there = spot.there()
        deleted = 1
        if not stat.S_ISDIR(there.st_mode):
            spot.unlink()
        elif arguments.recursive:
            deleted += _delete_tree(spot, bench.cancellation.check)
        else:
            os.rmdir(spot.name, dir_fd=spot.parent)
        if spot.look() is not None:
            raise ToolError(Failure.FAILED, f"{shown(spot.path)} is there again")
        return DeleteFileResult(path=shown(spot.path), kind=kind_of(there.st_mode), deleted=deleted)


def move_file(arguments: MoveFileArguments, bench: Bench) -> MoveFileResult:
    """Move or rename a file or directory."""
    with (
        reached(bench.grant, arguments.path, follow=False) as spot,
        reached(bench.grant, arguments.to, follow=False) as target,
    ):
        _refuse_root(spot)
        refuse_way_to_agents_own(spot, bench.grant)
        refuse_way_to_agents_own(target, bench.grant)
        there = spot.there()
        _refuse_directory_there(target, replace=arguments.overwrite)
        try:
            _rename(spot, target, there, replace=arguments.overwrite)
        except OSError as error:
            if error.errno != errno.EXDEV or not stat.S_ISREG(there.st_mode):
                raise
            _copy(spot, target, bench, replace=arguments.overwrite)
            spot.unlink()
        _sync_directory(target)
        return MoveFileResult(path=shown(target.path), kind=kind_of(target.there().st_mode))


def copy_file(arguments: CopyFileArguments, bench: Bench) -> CopyFileResult:
    """Copy a file."""
    with reached(bench.grant, arguments.path) as spot, reached(bench.grant, arguments.to) as target:
        _refuse_directory_there(target, replace=arguments.overwrite)
        if spot.path == target.path:
            raise ToolError(Failure.CONFLICT, f"{shown(spot.path)} would be copied onto itself")
        _copy(spot, target, bench, replace=arguments.overwrite)
        return CopyFileResult(path=shown(target.path), size_bytes=target.there().st_size)


@contextmanager
def replacement(spot: Spot, before: os.stat_result | None, *, replace: bool) -> Iterator[IO[bytes]]:
    """
    A new file that takes its place under its name in one step, once the context has ended well.

    Args:
        spot: Its place.
        before: What is there now; its permissions are kept.
        replace: Whether it may take the place of another file, also one that comes meanwhile.

    """
    if before is not None:
        if not replace:
            raise FileExistsError(errno.EEXIST, "")
        if not os.access(spot.name, os.W_OK, dir_fd=spot.parent):
            raise PermissionError(errno.EACCES, "")
    draft = spot.beside(f".{spot.path.name[:100]}.{os.urandom(6).hex()}.part")
    descriptor = draft.open(os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            yield file
            _keep(descriptor, before)
        _put(draft, spot, replace=replace)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    _sync_directory(spot)


def _put(draft: Spot, spot: Spot, *, replace: bool) -> None:
    if replace:
        draft.replace(spot)
        return
    if sys.platform == "win32":
        draft.rename(spot)
        return
    try:
        # Unlike a rename this fails where another file has come.
        draft.link(spot)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(spot.open(os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        draft.replace(spot)
    else:
        draft.unlink()


def _keep(descriptor: int, before: os.stat_result | None) -> None:
    """Give a new file the permissions of the one before, and wait until it is on the disk."""
    if sys.platform != "win32" and before is not None:
        with suppress(PermissionError):  # Only root can give files away.
            os.fchown(descriptor, before.st_uid, before.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
    os.fsync(descriptor)


def _append(spot: Spot, content: bytes) -> None:
    descriptor = spot.open(os.O_WRONLY | os.O_CREAT | os.O_APPEND | NO_WAIT)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        before = os.fstat(descriptor)
        require_regular(before, spot)
        try:
            write_all(file, content)
            os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, before.st_size)  # All of it, or nothing.
            raise


def _copy(spot: Spot, target: Spot, bench: Bench, *, replace: bool) -> None:
    with opened(spot) as source, replacement(target, target.look(), replace=replace) as draft:
        while chunk := source.read(CHUNK_BYTES):
            bench.cancellation.check()
            write_all(draft, chunk)
        if sys.platform != "win32":
            os.fchmod(draft.fileno(), stat.S_IMODE(os.fstat(source.fileno()).st_mode) & 0o777)


def _rename(spot: Spot, target: Spot, there: os.stat_result, *, replace: bool) -> None:
    if replace:
        spot.replace(target)
    elif stat.S_ISDIR(there.st_mode) or sys.platform == "win32":
        spot.rename(target)
    else:
        try:
            spot.link(target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            spot.rename(target)
        else:
            spot.unlink()


def _delete_tree(spot: Spot, check: Callable[[], None]) -> int:
    """Delete a directory with all in it, following no link: how much was in it."""
    if sys.platform == "win32":
        inside = sum(1 for _ in Path(spot.name).rglob("*"))
        shutil.rmtree(spot.name)
        return inside
    return _delete_directory(spot.name, spot.parent, check)


def _delete_directory(name: str, parent: int | None, check: Callable[[], None]) -> int:
    deleted = 0
    descriptor = os.open(name, os.O_RDONLY | DIRECTORY | NO_FOLLOW | CLOSE_ON_EXEC, dir_fd=parent)
    try:
        with closing(os.scandir(descriptor)) as found:
            inside = list(found)
        for each in inside:
            check()
            if each.is_dir(follow_symlinks=False):
                deleted += _delete_directory(each.name, descriptor, check)
            else:
                os.unlink(each.name, dir_fd=descriptor)
            deleted += 1
    finally:
        os.close(descriptor)
    os.rmdir(name, dir_fd=parent)
    return deleted


def _refuse_root(spot: Spot) -> None:
    if spot.is_root:
        raise ToolError(
            Failure.DENIED, f"{shown(spot.path)} is itself a directory that the policy opens"
        )


def _refuse_directory_there(target: Spot, *, replace: bool) -> None:
    there = target.look()
    if there is None:
        return
    if stat.S_ISDIR(there.st_mode):
        detail = f"{shown(target.path)} is a directory; give the new name inside it too"
        raise ToolError(Failure.CONFLICT, detail)
    if not replace:
        detail = f"{shown(target.path)} exists already; set overwrite to replace it"
        raise ToolError(Failure.CONFLICT, detail)


def _sync_directory(spot: Spot) -> None:
    """Wait until the names in the spot's directory are on the disk, where it can be opened."""
    if sys.platform == "win32":
        return
    with suppress(PermissionError):
        directory = os.open(".", os.O_RDONLY | CLOSE_ON_EXEC, dir_fd=spot.parent)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _content(arguments: WriteFileArguments) -> bytes:
    if arguments.text is not None:
        return arguments.text.encode()
    try:
        return base64.b64decode(arguments.base64 or "", validate=True)
    except binascii.Error as error:
        raise ToolError(Failure.BAD_ARGUMENTS, f"write_file: argument base64: {error}") from error


def write_all(file: IO[bytes], content: bytes) -> None:
    """Write all of *content* into an unbuffered file."""
    rest = memoryview(content)
    while rest:
        rest = rest[file.write(rest) :]
