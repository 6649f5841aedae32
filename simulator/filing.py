"""How the files of a simulated machine answer the tools that look at them and change them."""

import base64
import fnmatch
import posixpath
from collections.abc import Callable, Mapping
from typing import Any

from device_agent.catalog import ToolResult
from device_agent.catalog.file_changes import (
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
from device_agent.catalog.files import (
    FileEntry,
    Kind,
    ListFilesArguments,
    ListFilesResult,
    ReadFileArguments,
    ReadFileResult,
    StatFileArguments,
    StatFileResult,
)
from device_agent.errors import Failure, ToolError

from .belongings import Belongings
from .machine import Machine

MODIFIED = "2026-01-01T00:00:00.000+00:00"
"""When every file was last changed: nothing here depends on a clock."""


def _list_files(arguments: ListFilesArguments, machine: Machine) -> ListFilesResult:
    own = machine.belongings
    key = _there(own, arguments.path)
    if own.files[key] is not None:
        raise ToolError(Failure.BAD_ARGUMENTS, f"{own.shown(key)}: it is no directory")
    before = f"{key}/" if key else ""
    names = sorted(
        name
        for path in own.files
        if path.startswith(before) and path != key
        if (name := path.removeprefix(before)).count("/") < arguments.depth
        if arguments.hidden or not any(part.startswith(".") for part in name.split("/"))
        if fnmatch.fnmatchcase(posixpath.basename(name), arguments.pattern or "*")
    )
    return ListFilesResult(
        path=own.shown(key),
        entries=tuple(_entry(own, before, name) for name in names[: arguments.limit]),
        truncated=len(names) > arguments.limit,
    )


def _entry(own: Belongings, before: str, name: str) -> FileEntry:
    content = own.files[before + name]
    if content is None:
        return FileEntry(name=name, kind="directory", modified=MODIFIED)
    return FileEntry(name=name, kind="file", modified=MODIFIED, size_bytes=len(content))


def _stat_file(arguments: StatFileArguments, machine: Machine) -> StatFileResult:
    own = machine.belongings
    key = own.inside(arguments.path)
    if key not in own.files:
        return StatFileResult(path=own.shown(key), exists=False)
    result = StatFileResult(
        path=own.shown(key), exists=True, kind=_kind(own, key), modified=MODIFIED, readable=True
    )
    content = own.files[key]
    return result if content is None else result.model_copy(update={"size_bytes": len(content)})


def _read_file(arguments: ReadFileArguments, machine: Machine) -> ReadFileResult:
    own = machine.belongings
    key = _there(own, arguments.path)
    whole = _content(own, key)
    lines = whole.splitlines(keepends=True)
    offset, content = arguments.offset or 0, whole
    if arguments.head_lines is not None:
        content = b"".join(lines[: arguments.head_lines])
    elif arguments.tail_lines is not None:
        content = b"".join(lines[-arguments.tail_lines :])
        offset = len(whole) - len(content)
    else:
        content = whole[offset:][: arguments.length]
    result = ReadFileResult(
        path=own.shown(key),
        size_bytes=len(whole),
        modified=MODIFIED,
        offset=offset,
        length=len(content),
        end=offset + len(content) >= len(whole),
    )
    return result.model_copy(update=_packed(content, arguments.encoding))


def _packed(content: bytes, encoding: str) -> dict[str, object]:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = None
    if encoding == "text" and text is None:
        return {"text": content.decode(errors="replace"), "replaced": True}
    if encoding == "base64" or text is None:
        return {"base64": base64.b64encode(content).decode("ascii")}
    return {"text": text}


def _write_file(arguments: WriteFileArguments, machine: Machine) -> WriteFileResult:
    own = machine.belongings
    key = own.inside(arguments.path)
    text = arguments.text
    content = base64.b64decode(arguments.base64 or "") if text is None else text.encode()
    created = key not in own.files
    before = b"" if created else _content(own, key)
    if arguments.mode == "create" and not created:
        raise ToolError(Failure.CONFLICT, f"{own.shown(key)}: it exists already")
    _make_parents(own, key, allowed=arguments.make_parents)
    now = before + content if arguments.mode == "append" else content
    own.files[key] = now
    return WriteFileResult(
        path=own.shown(key), size_bytes=len(now), written_bytes=len(content), created=created
    )


def _make_directory(arguments: MakeDirectoryArguments, machine: Machine) -> MakeDirectoryResult:
    own = machine.belongings
    key = own.inside(arguments.path)
    if own.files.get(key) is not None:
        raise ToolError(Failure.CONFLICT, f"{own.shown(key)}: it exists already")
    created = key not in own.files
    _make_parents(own, key, allowed=arguments.parents)
    own.files[key] = None
    return MakeDirectoryResult(path=own.shown(key), created=created)


def _delete_file(arguments: DeleteFileArguments, machine: Machine) -> DeleteFileResult:
    own = machine.belongings
    key = _there(own, arguments.path)
    if not key:
        raise ToolError(Failure.DENIED, "the home is itself a directory that the policy opens")
    kind = _kind(own, key)
    inside = [path for path in own.files if path.startswith(f"{key}/")]
    if inside and not arguments.recursive:
        raise ToolError(Failure.CONFLICT, f"{own.shown(key)}: it is not empty")
    for path in (*inside, key):
        del own.files[path]
    return DeleteFileResult(path=own.shown(key), kind=kind, deleted=len(inside) + 1)


def _move_file(arguments: MoveFileArguments, machine: Machine) -> MoveFileResult:
    own = machine.belongings
    key, target = _way(own, arguments.path, arguments.to, replace=arguments.overwrite)
    moved = [path for path in own.files if path == key or path.startswith(f"{key}/")]
    for path in moved:
        own.files[target + path.removeprefix(key)] = own.files.pop(path)
    return MoveFileResult(path=own.shown(target), kind=_kind(own, target))


def _copy_file(arguments: CopyFileArguments, machine: Machine) -> CopyFileResult:
    own = machine.belongings
    key, target = _way(own, arguments.path, arguments.to, replace=arguments.overwrite)
    content = own.files[target] = _content(own, key)
    return CopyFileResult(path=own.shown(target), size_bytes=len(content))


def _way(own: Belongings, path: str, to: str, *, replace: bool) -> tuple[str, str]:
    key, target = _there(own, path), own.inside(to)
    if target in own.files and (own.files[target] is None or not replace):
        raise ToolError(Failure.CONFLICT, f"{own.shown(target)} exists already")
    if target == key or target.startswith(f"{key}/"):
        raise ToolError(Failure.CONFLICT, f"{own.shown(target)} lies inside what is moved")
    _make_parents(own, target, allowed=False)
    return key, target


def _there(own: Belongings, path: str) -> str:
    key = own.inside(path)
    if key not in own.files:
        detail = f"{own.shown(key)}: there is no such file or directory"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)
    return key


def _content(own: Belongings, key: str) -> bytes:
    content = own.files[key]
    if content is None:
        detail = f"{own.shown(key)} is a directory, no regular file"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)
    return content


def _make_parents(own: Belongings, key: str, *, allowed: bool) -> None:
    above = posixpath.dirname(key)
    if above in own.files and own.files[above] is None:
        return
    if not allowed or above in own.files:
        detail = f"{own.shown(above)}: there is no such directory"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)
    _make_parents(own, above, allowed=True)
    own.files[above] = None


def _kind(own: Belongings, key: str) -> Kind:
    return "directory" if own.files[key] is None else "file"


# Each takes the arguments of its own tool, which no common type can say.
RESULTS: Mapping[str, Callable[[Any, Machine], ToolResult]] = {
    "list_files": _list_files,
    "stat_file": _stat_file,
    "read_file": _read_file,
    "write_file": _write_file,
    "make_directory": _make_directory,
    "delete_file": _delete_file,
    "move_file": _move_file,
    "copy_file": _copy_file,
}
