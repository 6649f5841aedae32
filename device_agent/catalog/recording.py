"""
Tools that keep a record of what was done, with pictures.

A recording holds the calls of whoever started it, and nobody else can see it; what a person on the
machine records holds everybody's calls.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from .files import FilePath
from .parts import Part
from .screen import NoArguments
from .tool import Arguments, Tier, Tool, ToolResult

MIB = 1024 * 1024
MAX_TOTAL_BYTES = 1024 * MIB
MAX_RECORDING_BYTES = 512 * MIB
# Base64 makes a third more of it, and 16 MiB fit into an answer.
MAX_ANSWERED_BYTES = 11 * MIB
KEPT_DAYS = 30
LONG_S = 60.0

RecordingId: TypeAlias = Annotated[str, Field(pattern=r"^[0-9]{8}-[0-9]{6}-[0-9a-f]{8}$")]

State: TypeAlias = Literal["running", "ended", "interrupted"]

WHICH = "As start_recording and list_recordings tell it."


class StartRecordingArguments(Arguments):
    """What to keep, and how much."""

    frames: Literal["jpeg", "png", "none"] = Field(
        default="jpeg", description="A picture of the screen at the start and after each action."
    )
    quality: int = Field(default=75, ge=1, le=100, description="Of jpeg.")
    max_width: int | None = Field(
        default=None, ge=16, description="Shrink the pictures until they are this narrow, pixels."
    )
    every_s: float | None = Field(
        default=None, ge=0.2, le=3600.0, description="A picture every so many seconds too."
    )
    typed_text: bool = Field(
        default=False,
        description="Keep what is typed, copied and written; else its length and a hash.",
    )
    max_seconds: float = Field(
        default=600.0, gt=0.0, le=14_400.0, description="Then it ends by itself."
    )
    max_bytes: int = Field(
        default=200 * MIB,
        ge=64 * 1024,
        le=MAX_RECORDING_BYTES,
        description="Then it ends by itself too.",
    )


class RecordingInfo(Part):
    """A recording."""

    recording_id: str
    state: State = Field(
        description="interrupted: the desktop process was killed; what was recorded is there."
    )
    started: str = Field(description="ISO 8601, UTC.")
    ended: str | None = None
    reason: str | None = Field(default=None, description="Why it ended.")
    calls: int
    frames: int
    size_bytes: int


class RecordingResult(ToolResult):
    """A recording."""

    recording: RecordingInfo


class RecordingArguments(Arguments):
    """Which recording."""

    recording_id: RecordingId = Field(description=WHICH)


class ListRecordingsResult(ToolResult):
    """The caller's recordings, the latest first."""

    recordings: tuple[RecordingInfo, ...]


class ExportRecordingArguments(Arguments):
    """Which recording, and where to put it."""

    recording_id: RecordingId = Field(description=WHICH)
    path: FilePath | None = Field(
        default=None,
        description="A new file or directory on the device, as for file tools, for which the "
        "policy must allow tier files; if null it comes in the answer, as a zip file.",
    )
    form: Literal["zip", "directory"] = Field(default="zip", description="What to make at path.")


class ExportRecordingResult(ToolResult):
    """
    The recording: ``recording.json``, ``steps.jsonl`` with one call or picture a line, ``frames/``.

    A line has ``at``, ``tool``, ``arguments``, ``ok`` or ``failure`` with ``error``, ``lasted_s``
    and ``frame``, the picture that was taken after it.
    """

    path: str | None = Field(default=None, description="Absolute; absent where it comes along.")
    size_bytes: int
    zip: str | None = Field(default=None, description="The zip file, base64.")


START_RECORDING = Tool(
    name="start_recording",
    tier=Tier.OBSERVE,
    acts=True,
    summary="Begin to record the calls that follow, with pictures of the screen.",
    description=(
        "The recording lies on the device, readable for its user alone, until it is deleted or "
        f"{KEPT_DAYS} days old. It holds the caller's own calls."
    ),
    arguments=StartRecordingArguments,
    result=RecordingResult,
)

STOP_RECORDING = Tool(
    name="stop_recording",
    tier=Tier.OBSERVE,
    acts=True,
    summary="End the caller's recording.",
    arguments=NoArguments,
    result=RecordingResult,
)

LIST_RECORDINGS = Tool(
    name="list_recordings",
    tier=Tier.OBSERVE,
    acts=False,
    summary="List the caller's recordings.",
    arguments=NoArguments,
    result=ListRecordingsResult,
)

EXPORT_RECORDING = Tool(
    name="export_recording",
    tier=Tier.OBSERVE,
    acts=True,
    summary="Get a recording as a zip file, or put it into a file or directory.",
    description=f"At most {MAX_ANSWERED_BYTES // MIB} MiB come in an answer.",
    arguments=ExportRecordingArguments,
    result=ExportRecordingResult,
    deadline_s=LONG_S,
    smaller="give a path, and read the file in pieces",
)

DELETE_RECORDING = Tool(
    name="delete_recording",
    tier=Tier.OBSERVE,
    acts=True,
    summary="Delete a recording.",
    arguments=RecordingArguments,
    result=RecordingResult,
)

FAMILY = (START_RECORDING, STOP_RECORDING, LIST_RECORDINGS, EXPORT_RECORDING, DELETE_RECORDING)
