"""cua's commands about files."""

from collections.abc import Callable, Generator, Mapping
from typing import Any

from pydantic import Field

from ...errors import Failure, ToolError
from ..file_changes import (
    DELETE_FILE,
    MAKE_DIRECTORY,
    WRITE_FILE,
    DeleteFileArguments,
    MakeDirectoryArguments,
    WriteFileArguments,
)
from ..files import (
    LIST_FILES,
    READ_FILE,
    STAT_FILE,
    ListFilesArguments,
    ReadFileArguments,
    StatFileArguments,
)
from ..tool import Arguments
from .cua_wire import SPEAKER, name, success
from .foreign import Foreign
from .memory import Json, Memory
from .translated import Answer, OurCall, Program

# A multiple of 3, so that base64 of pieces is base64 of the whole.
PIECE_BYTES = 6 * 1024 * 1024
MAX_BYTES = 9 * 1024 * 1024
MAX_ENTRIES = 10_000


class At(Arguments):
    """Which file or directory."""

    path: str = Field(min_length=1, max_length=4096, description="Absolute, or from ~/ on.")


class Written(At):
    """Which file, and what to write."""

    content: str = Field(description="Written as UTF-8.")


class Range(At):
    """Which file, and which part of it."""

    offset: int = Field(default=0, ge=0, description="First byte.")
    length: int | None = Field(default=None, ge=0, description="Bytes; all if null.")


class WrittenBytes(At):
    """Which file, and what to write."""

    content_b64: str = Field(description="Base64.")
    append: bool = Field(default=False, description="Add to what is there.")


def _exists(kind: str) -> Callable[[Json], Json]:
    return lambda value: success(exists=value.get("kind") == kind)


def _stat(taken: At) -> Arguments:
    return StatFileArguments(path=taken.path)


def _size(value: Json) -> Json:
    if value.get("kind") != "file":
        raise ToolError(Failure.FAILED, "there is no file of that name")
    return success(size=value["size_bytes"])


def _read(
    path: str, start: int, length: int | None, encoding: str
) -> Generator[OurCall, Json, list[Json]]:
    """Read a file in pieces."""
    pieces: list[Json] = []
    offset = start
    left = length
    while left is None or left > 0:
        wanted = PIECE_BYTES if left is None else min(PIECE_BYTES, left)
        given = {"path": path, "offset": offset, "length": wanted, "encoding": encoding}
        piece = yield OurCall(READ_FILE, ReadFileArguments.model_validate(given))
        pieces.append(piece)
        offset += piece["length"]
        left = None if left is None else left - piece["length"]
        if piece["end"] or not piece["length"]:
            break
        if offset - start > MAX_BYTES:
            detail = f"this is more than {MAX_BYTES} bytes; read it in parts, with read_bytes"
            raise ToolError(Failure.RESULT_TOO_LARGE, detail)
    return pieces


def _read_text(taken: At, _: Memory) -> Program:
    pieces = yield from _read(taken.path, 0, None, "text")
    return Answer(success(content="".join(piece["text"] for piece in pieces)))


def _read_bytes(taken: Range, _: Memory) -> Program:
    pieces = yield from _read(taken.path, taken.offset, taken.length, "base64")
    return Answer(success(content_b64="".join(piece["base64"] for piece in pieces)))


def _write_bytes(taken: WrittenBytes) -> Arguments:
    mode = "append" if taken.append else "overwrite"
    given = {"path": taken.path, "base64": taken.content_b64, "mode": mode}
    return WriteFileArguments.model_validate(given)


def _delete(kinds: frozenset[str], what: str) -> Callable[[At, Memory], Program]:
    def program(taken: At, _: Memory) -> Program:
        found = yield OurCall(STAT_FILE, StatFileArguments(path=taken.path, follow=False))
        if found.get("kind") not in kinds:
            raise ToolError(Failure.FAILED, f"there is no {what} of that name")
        yield OurCall(DELETE_FILE, DeleteFileArguments(path=taken.path))
        return Answer(success())

    return program


def _deleting(foreign: str, summary: str, program: Callable[[Any, Memory], Program]) -> Foreign:
    return Foreign(foreign, summary, At, (DELETE_FILE, STAT_FILE), program, SPEAKER)


_NAMES = (
    name(
        "file_exists", "Tell whether there is such a file.", At, STAT_FILE, _stat, _exists("file")
    ),
    name(
        "directory_exists",
        "Tell whether there is such a directory.",
        At,
        STAT_FILE,
        _stat,
        _exists("directory"),
    ),
    name(
        "list_dir",
        "List what is in a directory.",
        At,
        LIST_FILES,
        lambda taken: ListFilesArguments(path=taken.path, limit=MAX_ENTRIES),
        lambda value: success(files=[entry["name"] for entry in value["entries"]]),
    ),
    Foreign("read_text", "Read a text file.", At, (READ_FILE,), _read_text, SPEAKER),
    name(
        "write_text",
        "Write a text file.",
        Written,
        WRITE_FILE,
        lambda taken: WriteFileArguments(path=taken.path, text=taken.content),
        private=frozenset({"content"}),
    ),
    Foreign("read_bytes", "Read a file.", Range, (READ_FILE,), _read_bytes, SPEAKER),
    name(
        "write_bytes",
        "Write a file.",
        WrittenBytes,
        WRITE_FILE,
        _write_bytes,
        private=frozenset({"content_b64"}),
    ),
    name("get_file_size", "Tell how large a file is.", At, STAT_FILE, _stat, _size),
    _deleting(
        "delete_file", "Delete a file.", _delete(frozenset({"file", "link", "other"}), "file")
    ),
    name(
        "create_dir",
        "Make a directory.",
        At,
        MAKE_DIRECTORY,
        lambda taken: MakeDirectoryArguments(path=taken.path),
    ),
    _deleting(
        "delete_dir", "Delete an empty directory.", _delete(frozenset({"directory"}), "directory")
    ),
)

NAMES: Mapping[str, Foreign] = {each.name: each for each in _NAMES}
