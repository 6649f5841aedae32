"""What the system says about files, in the words of results."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

from ..errors import Failure, ToolError

_FAILURES: Mapping[int, tuple[Failure, str]] = MappingProxyType(
    {
        errno.ENOENT: (Failure.BAD_ARGUMENTS, "there is no such file or directory"),
        errno.ENOTDIR: (Failure.BAD_ARGUMENTS, "a part of it is no directory"),
        errno.EISDIR: (Failure.BAD_ARGUMENTS, "it is a directory"),
        errno.ENAMETOOLONG: (Failure.BAD_ARGUMENTS, "the name is too long"),
        errno.EINVAL: (Failure.BAD_ARGUMENTS, "the system takes no such name"),
        errno.EEXIST: (Failure.CONFLICT, "it exists already"),
        errno.ENOTEMPTY: (Failure.CONFLICT, "it is not empty"),
        errno.ELOOP: (Failure.CONFLICT, "a link took its place meanwhile, or links go round"),
        errno.ENOSPC: (Failure.NO_SPACE, "the disk is full"),
        errno.EDQUOT: (Failure.NO_SPACE, "the user's quota is used up"),
        errno.EFBIG: (Failure.NO_SPACE, "the file system takes no file that large"),
        errno.EACCES: (Failure.FAILED, "the agent's user may not do that"),
        errno.EPERM: (Failure.FAILED, "the system does not permit that"),
        errno.EROFS: (Failure.FAILED, "the file system is read-only"),
        errno.EXDEV: (Failure.FAILED, "that lies on another file system"),
    }
)


def about(error: OSError, path: object) -> ToolError:
    """The reason that belongs in a result."""
    failure, words = _FAILURES.get(
        error.errno or 0, (Failure.FAILED, error.strerror or type(error).__name__)
    )
    return ToolError(failure, f"{shown(path)}: {words}")


def shown(path: object) -> str:
    """A path as it may stand in a result: bytes that are no UTF-8 are replaced."""
    return str(path).encode(errors="surrogateescape").decode(errors="replace")


@contextmanager
def told(path: object) -> Iterator[None]:
    """Turn what the system says about *path* into the reason a call fails with."""
    try:
        yield
    except OSError as error:
        raise about(error, path) from error
