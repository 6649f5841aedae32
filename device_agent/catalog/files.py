"""
Tools that look at files; :mod:`.file_changes` has those that change them.

A path is absolute, or begins with ``~/``, or is relative to the first of the policy's roots. Links
are followed, and what they lead to must lie inside a root too.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from .parts import Part
from .tool import Arguments, Tier, Tool, ToolResult

# Base64 makes a third more of it, and 16 MiB fit into an answer.
MAX_READ_BYTES = 8 * 1024 * 1024
MAX_ENTRIES = 10_000
MAX_DEPTH = 32
MAX_LINES = 100_000

FilePath: TypeAlias = Annotated[str, Field(min_length=1, max_length=4096)]
Kind: TypeAlias = Literal["file", "directory", "link", "other"]
"""``other`` is a pipe, a socket or a device, which no tool opens."""

WHERE = "Absolute, or from ~/, or relative to the first allowed directory."


class ListFilesArguments(Arguments):
    """Which directory, and what of it."""

    path: FilePath = Field(default=".", description=WHERE)
    pattern: str | None = Field(
        default=None, description='Only names like this one, such as "*.txt".'
    )
    depth: int = Field(
        default=1, ge=1, le=MAX_DEPTH, description="2 lists the directories inside too, and so on."
    )
    hidden: bool = Field(default=True, description="Whether names with a leading dot count.")
    limit: int = Field(default=1000, ge=1, le=MAX_ENTRIES, description="Entries at most.")


class FileEntry(Part):
    """A file or directory; what could not be read of it is absent."""

    name: str = Field(
        description="From the listed directory on; bytes that are no UTF-8 show as �."
    )
    kind: Kind
    size_bytes: int | None = None
    modified: str | None = Field(default=None, description="ISO 8601, UTC.")
    link_to: str | None = Field(default=None, description="What a link says, as it stands.")


class ListFilesResult(ToolResult):
    """What is in a directory, by name; links are shown and not followed."""

    path: str = Field(description="The directory, absolute, without links.")
    entries: tuple[FileEntry, ...]
    truncated: bool = Field(default=False, description="There are more than the limit.")
    unreadable: tuple[str, ...] = Field(default=(), description="Directories that were refused.")


class StatFileArguments(Arguments):
    """Which file."""

    path: FilePath = Field(description=WHERE)
    follow: bool = Field(default=True, description="Look at what a link leads to, not at the link.")


class StatFileResult(ToolResult):
    """What is known of a file; ``exists`` alone where there is none."""

    path: str = Field(description="Absolute, without links.")
    exists: bool
    kind: Kind | None = None
    size_bytes: int | None = None
    modified: str | None = Field(default=None, description="ISO 8601, UTC.")
    permissions: str | None = Field(default=None, description='As ls shows them: "-rw-r--r--".')
    owner: str | None = None
    group: str | None = None
    readable: bool | None = Field(default=None, description="By the agent.")
    writable: bool | None = Field(default=None, description="By the agent.")
    media_type: str | None = Field(default=None, description="Guessed from the name.")
    link_to: str | None = None


class ReadFileArguments(Arguments):
    """Which file, and which part of it."""

    path: FilePath = Field(description=WHERE)
    offset: int | None = Field(default=None, ge=0, description="First byte to read.")
    length: int | None = Field(
        default=None, ge=1, le=MAX_READ_BYTES, description="Bytes to read at most."
    )
    head_lines: int | None = Field(
        default=None, ge=1, le=MAX_LINES, description="Only so many lines from the beginning."
    )
    tail_lines: int | None = Field(
        default=None, ge=1, le=MAX_LINES, description="Only so many lines from the end."
    )
    encoding: Literal["auto", "text", "base64"] = Field(
        default="auto",
        description="auto gives text where it is UTF-8, else base64; text replaces what is none.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> "ReadFileArguments":
        ranged = self.offset is not None or self.length is not None
        if ranged + (self.head_lines is not None) + (self.tail_lines is not None) > 1:
            raise ValueError("offset and length, head_lines, and tail_lines exclude each other")
        return self


class ReadFileResult(ToolResult):
    """
    A file or a part of it, as text or as base64.

    ``offset + length`` is where to read on. Text never ends within a character.
    """

    path: str = Field(description="Absolute, without links.")
    size_bytes: int = Field(description="Of the whole file.")
    modified: str
    offset: int = Field(description="Where in the file this begins.")
    length: int = Field(description="Bytes of the file that this is.")
    end: bool = Field(description="Whether the file ends here.")
    text: str | None = None
    base64: str | None = None
    replaced: bool = Field(default=False, description="Some bytes were no UTF-8 and show as �.")


LIST_FILES = Tool(
    name="list_files",
    tier=Tier.FILES,
    acts=False,
    summary="List the files in a directory.",
    arguments=ListFilesArguments,
    result=ListFilesResult,
    smaller="set limit, pattern or a lower depth",
)

STAT_FILE = Tool(
    name="stat_file",
    tier=Tier.FILES,
    acts=False,
    summary="Tell whether a file exists, what it is, how large and how old.",
    arguments=StatFileArguments,
    result=StatFileResult,
)

READ_FILE = Tool(
    name="read_file",
    tier=Tier.FILES,
    acts=False,
    summary="Read a file or a part of it, as text or as base64.",
    description=(
        f"At most {MAX_READ_BYTES // 1024 // 1024} MiB at once; a larger file is read in pieces "
        "with offset and length, or by its first or last lines."
    ),
    arguments=ReadFileArguments,
    result=ReadFileResult,
    smaller="read less at once with length, head_lines or tail_lines",
)

FAMILY = (LIST_FILES, STAT_FILE, READ_FILE)
