"""Tools that change files; paths as in :mod:`.files`."""

from typing import Literal

from pydantic import Field, model_validator

from .files import WHERE, FilePath, Kind
from .tool import Arguments, Tier, Tool, ToolResult

# A slow disk may take its time to keep what was written.
DISK_S = 20.0
# Trees and large files.
LONG_S = 120.0


class WriteFileArguments(Arguments):
    """Which file, and what to write."""

    path: FilePath = Field(description=WHERE)
    text: str | None = Field(default=None, description="Written as UTF-8.")
    base64: str | None = Field(default=None, description="Bytes, in place of text.")
    mode: Literal["overwrite", "create", "append"] = Field(
        default="overwrite",
        description="overwrite replaces a file that is there, create refuses to, append adds to "
        "it; all make one where there is none.",
    )
    make_parents: bool = Field(default=False, description="Make missing directories on the way.")

    @model_validator(mode="after")
    def _one_content(self) -> "WriteFileArguments":
        if (self.text is None) == (self.base64 is None):
            raise ValueError("give either text or base64")
        return self


class WriteFileResult(ToolResult):
    """What is on the disk now, looked at after it was written."""

    path: str = Field(description="Absolute, without links.")
    size_bytes: int = Field(description="Of the whole file.")
    written_bytes: int
    created: bool = Field(description="There was none before.")


class MakeDirectoryArguments(Arguments):
    """Which directory."""

    path: FilePath = Field(description=WHERE)
    parents: bool = Field(default=True, description="Make missing directories on the way.")


class MakeDirectoryResult(ToolResult):
    """The directory."""

    path: str = Field(description="Absolute, without links.")
    created: bool = Field(description="False: it was there already.")


class DeleteFileArguments(Arguments):
    """What to delete."""

    path: FilePath = Field(description=f"{WHERE} A link itself is deleted, not what it leads to.")
    recursive: bool = Field(
        default=False, description="Delete a directory with all that is in it; else only an empty."
    )


class DeleteFileResult(ToolResult):
    """What was deleted."""

    path: str
    kind: Kind
    deleted: int = Field(description="Files, links and directories, in all.")


class MoveFileArguments(Arguments):
    """What to move, and its new path."""

    path: FilePath = Field(description=f"{WHERE} A link itself is moved.")
    to: FilePath = Field(description="Its new path, the name included; as path.")
    overwrite: bool = Field(default=False, description="Replace a file that is there.")


class MoveFileResult(ToolResult):
    """Where it is now."""

    path: str = Field(description="Absolute, without links.")
    kind: Kind


class CopyFileArguments(Arguments):
    """Which file to copy, and where to."""

    path: FilePath = Field(description=WHERE)
    to: FilePath = Field(description="The copy's path, the name included; as path.")
    overwrite: bool = Field(default=False, description="Replace a file that is there.")


class CopyFileResult(ToolResult):
    """The copy."""

    path: str = Field(description="Absolute, without links.")
    size_bytes: int


WRITE_FILE = Tool(
    name="write_file",
    tier=Tier.FILES,
    acts=True,
    summary="Write a file, or append to one.",
    description=(
        "A file that is replaced is replaced in one step: who reads it sees the old content or the "
        "new one, also after a power cut. Its permissions stay."
    ),
    arguments=WriteFileArguments,
    result=WriteFileResult,
    deadline_s=DISK_S,
    private=frozenset({"text", "base64"}),
)

MAKE_DIRECTORY = Tool(
    name="make_directory",
    tier=Tier.FILES,
    acts=True,
    summary="Make a directory; one that is there already is fine.",
    arguments=MakeDirectoryArguments,
    result=MakeDirectoryResult,
)

DELETE_FILE = Tool(
    name="delete_file",
    tier=Tier.FILES,
    acts=True,
    summary="Delete a file, a link or a directory, for good.",
    description="There is no waste basket. A directory with something in it needs recursive.",
    arguments=DeleteFileArguments,
    result=DeleteFileResult,
    deadline_s=LONG_S,
)

MOVE_FILE = Tool(
    name="move_file",
    tier=Tier.FILES,
    acts=True,
    summary="Move or rename a file or directory.",
    description="A directory moves within one file system only.",
    arguments=MoveFileArguments,
    result=MoveFileResult,
    deadline_s=LONG_S,
)

COPY_FILE = Tool(
    name="copy_file",
    tier=Tier.FILES,
    acts=True,
    summary="Copy a file.",
    arguments=CopyFileArguments,
    result=CopyFileResult,
    deadline_s=LONG_S,
)

FAMILY = (WRITE_FILE, MAKE_DIRECTORY, DELETE_FILE, MOVE_FILE, COPY_FILE)
