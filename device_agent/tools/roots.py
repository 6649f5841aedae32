"""
Which files may be reached, and how to reach them so that nobody can swap a link in between.

A path is first resolved, links and all, and compared with the roots. Then it is walked down from
its root, one open directory after another, none of which may be a link: if somebody puts one there
after the comparison, the walk fails. That is as tight as openat2(2) with RESOLVE_BENEATH, and it
takes absolute links inside a root, which openat2 does not, and needs no particular kernel.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..catalog.grant import Grant
from ..errors import Failure, ToolError
from .file_errors import shown, told

# Where the platform has no such flag, the file systems have nothing that it would be about.
NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
DIRECTORY: int = getattr(os, "O_DIRECTORY", 0)
CLOSE_ON_EXEC: int = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)
BINARY: int = getattr(os, "O_BINARY", 0)
# A directory that may be passed but not listed can be opened with this alone.
PASS: int = getattr(os, "O_PATH", os.O_RDONLY)

WHERE_TO_SAY_SO = "the policy's rule `files.roots` says which directories are"


@dataclass(frozen=True, slots=True)
class Spot:
    """
    A place for a file, and the way to it, as the functions of ``os`` take them.

    Attributes:
        path: Absolute, resolved.
        name: The file's name in the open directory ``parent``; where that is None, the whole path.
        parent: The open directory; None on Windows, which has none.
        root: The root that it lies in.

    """

    path: Path
    name: str
    parent: int | None
    root: Path

    @property
    def is_root(self) -> bool:
        """Whether it is a root itself."""
        return self.path == self.root

    def look(self) -> os.stat_result | None:
        """What is there, links not followed; None where nothing is."""
        try:
            return os.stat(self.name, dir_fd=self.parent, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def there(self) -> os.stat_result:
        """The same, of what must be there; raises FileNotFoundError."""
        return os.stat(self.name, dir_fd=self.parent, follow_symlinks=False)

    def open(self, flags: int, mode: int = 0o666) -> int:
        """Open it, never through a link."""
        flags |= NO_FOLLOW | CLOSE_ON_EXEC | BINARY
        return os.open(self.name, flags, mode, dir_fd=self.parent)

    def unlink(self) -> None:
        """Delete it; it is no directory."""
        os.unlink(self.name, dir_fd=self.parent)

    def replace(self, target: "Spot") -> None:
        """Move it to *target*, in the place of a file there."""
        os.replace(self.name, target.name, src_dir_fd=self.parent, dst_dir_fd=target.parent)

    def rename(self, target: "Spot") -> None:
        """Move it to *target*; on Windows, and where it is a directory, no file may be there."""
        os.rename(self.name, target.name, src_dir_fd=self.parent, dst_dir_fd=target.parent)

    def link(self, target: "Spot") -> None:
        """Give it *target* as another name; no file may be there."""
        os.link(
            self.name,
            target.name,
            src_dir_fd=self.parent,
            dst_dir_fd=target.parent,
            follow_symlinks=False,
        )

    def beside(self, name: str) -> "Spot":
        """Another name in the same directory."""
        path = self.path.with_name(name)
        return Spot(path, name if self.parent is not None else str(path), self.parent, self.root)


@contextmanager
def reached(
    grant: Grant, path: str, *, follow: bool = True, make_parents: bool = False
) -> Iterator[Spot]:
    """
    Reach for a file; the directory that holds it stays open meanwhile.

    Args:
        grant: Has the roots, and what inside them is closed.
        path: As the caller wrote it.
        follow: Resolve the last name too if it is a link; else the link itself is meant.
        make_parents: Make the directories that are missing on the way.

    Raises:
        ToolError: ``denied`` outside the roots; ``bad_arguments`` where there is no such way.

    """
    roots = _roots(grant)
    with told(path):
        place = _resolved(_absolute(path, roots), follow=follow)
    root = _root_of(place, roots)
    _refuse_closed(place, grant)
    with ExitStack() as stack, told(place):
        yield _walk(place, root, stack, make_parents=make_parents)


def refuse_way_to_agents_own(spot: Spot, grant: Grant) -> None:
    """
    Raise ToolError ``denied`` where *spot* is on the way to a file of the agent.

    A directory around it, or a link to one, that were moved, deleted or put there would take the
    owner's policy away, or bring another one.
    """
    for name in grant.closed:
        closed = Path(name)
        way = {Path(os.path.realpath(each.parent)) / each.name for each in closed.parents}
        if spot.path in way or Path(os.path.realpath(closed)).is_relative_to(spot.path):
            raise _agents_own(spot.path)


def _walk(place: Path, root: Path, stack: ExitStack, *, make_parents: bool) -> Spot:
    if sys.platform == "win32":
        if make_parents:
            place.parent.mkdir(parents=True, exist_ok=True)
        return Spot(place, str(place), None, root)
    parent = _opened(root, None, stack)
    *way, name = place.relative_to(root).parts or (".",)
    for part in way:
        if make_parents:
            with suppress(FileExistsError):
                os.mkdir(part, dir_fd=parent)
        parent = _opened(part, parent, stack)
    return Spot(place, name, parent, root)


def _opened(directory: Path | str, parent: int | None, stack: ExitStack) -> int:
    flags = PASS | DIRECTORY | NO_FOLLOW | CLOSE_ON_EXEC
    descriptor = os.open(directory, flags, dir_fd=parent)
    stack.callback(os.close, descriptor)
    return descriptor


def _roots(grant: Grant) -> tuple[Path, ...]:
    roots = tuple(Path(os.path.realpath(Path(root).expanduser())) for root in grant.roots)
    if not roots:
        raise ToolError(Failure.DENIED, f"no directory is open to file tools; {WHERE_TO_SAY_SO}")
    return roots


def _absolute(path: str, roots: Sequence[Path]) -> Path:
    if "\0" in path:
        raise ToolError(Failure.BAD_ARGUMENTS, "a path cannot contain NUL")
    first, *_ = Path(path).parts or (".",)
    return Path(path).expanduser() if first == "~" else roots[0] / path


def _resolved(path: Path, *, follow: bool) -> Path:
    if not follow and path.name not in {"", ".."}:
        return Path(os.path.realpath(path.parent)) / path.name
    return Path(os.path.realpath(path))


def _root_of(place: Path, roots: Sequence[Path]) -> Path:
    for root in roots:
        if place.is_relative_to(root):
            return root
    names = ", ".join(shown(root) for root in roots)
    raise ToolError(
        Failure.DENIED,
        f"{shown(place)} is not inside the directories open to file tools ({names}); "
        f"{WHERE_TO_SAY_SO}",
    )


def _refuse_closed(place: Path, grant: Grant) -> None:
    for name in grant.closed:
        if place.is_relative_to(os.path.realpath(name)):
            raise _agents_own(place)


def _agents_own(place: Path) -> ToolError:
    return ToolError(
        Failure.DENIED,
        f"{shown(place)}: the agent's own files are out of reach of file tools, whatever the "
        "policy says",
    )
