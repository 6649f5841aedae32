"""Record what is done."""

import base64
import io
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, cast

from ..catalog import Tier
from ..catalog.recording import (
    MAX_ANSWERED_BYTES,
    MIB,
    ExportRecordingArguments,
    ExportRecordingResult,
    ListRecordingsResult,
    RecordingArguments,
    RecordingInfo,
    RecordingResult,
    StartRecordingArguments,
    State,
)
from ..catalog.screen import NoArguments
from ..errors import Failure, ToolError
from .bench import Bench
from .file_changes import replacement, write_all
from .file_errors import shown
from .recordings import About, files_of
from .roots import reached


def start_recording(arguments: StartRecordingArguments, bench: Bench) -> RecordingResult:
    """Begin to record."""
    about = bench.recorder.start(bench.grant.owner, arguments)
    return RecordingResult(recording=_info(about, "running"))


def stop_recording(_: NoArguments, bench: Bench) -> RecordingResult:
    """End the caller's recording."""
    return RecordingResult(recording=_info(bench.recorder.stop(bench.grant.owner), "ended"))


def list_recordings(_: NoArguments, bench: Bench) -> ListRecordingsResult:
    """The caller's recordings."""
    found = bench.recorder.all_of(bench.grant.owner)
    return ListRecordingsResult(
        recordings=tuple(_info(about, _state(about, bench)) for _, about in found)
    )


def delete_recording(arguments: RecordingArguments, bench: Bench) -> RecordingResult:
    """Delete a recording."""
    about = bench.recorder.delete(bench.grant.owner, arguments.recording_id)
    return RecordingResult(recording=_info(about, _state(about, bench)))


def export_recording(arguments: ExportRecordingArguments, bench: Bench) -> ExportRecordingResult:
    """A recording as a zip file, in the answer or in a place on this machine."""
    path, about = bench.recorder.find(bench.grant.owner, arguments.recording_id)
    if bench.recorder.runs(about):
        detail = f"recording {about.recording_id} runs; stop it first"
        raise ToolError(Failure.CONFLICT, detail)
    if arguments.path is None:
        return _answered(path, about)
    if Tier.FILES not in bench.grant.tiers:
        detail = "policy: tier 'files' is not allowed, so no recording is put into a file"
        raise ToolError(Failure.DENIED, detail)
    if arguments.form == "directory":
        return _into_directory(path, arguments.path, bench)
    return _into_file(path, arguments.path, bench)


def _answered(path: Path, about: About) -> ExportRecordingResult:
    if about.size_bytes > MAX_ANSWERED_BYTES:
        raise ToolError(
            Failure.RESULT_TOO_LARGE,
            f"the recording has {about.size_bytes} bytes, and {MAX_ANSWERED_BYTES // MIB} MiB fit "
            "into an answer; give a path, and read the file in pieces",
        )
    file = io.BytesIO()
    _zip(path, file)
    content = file.getvalue()
    return ExportRecordingResult(
        size_bytes=len(content), zip=base64.b64encode(content).decode("ascii")
    )


def _into_file(path: Path, to: str, bench: Bench) -> ExportRecordingResult:
    with reached(bench.grant, to) as spot:
        with replacement(spot, spot.look(), replace=False) as file:
            buffered = io.BufferedWriter(cast("io.RawIOBase", file))
            _zip(path, buffered)
            buffered.flush()
            buffered.detach()  # Else it would close the file too.
        size_bytes = spot.there().st_size
        return ExportRecordingResult(path=shown(spot.path), size_bytes=size_bytes)


def _into_directory(path: Path, to: str, bench: Bench) -> ExportRecordingResult:
    size_bytes = 0
    with reached(bench.grant, to) as spot:
        if spot.look() is not None:
            raise ToolError(Failure.CONFLICT, f"{shown(spot.path)} exists already")
    for name, source in files_of(path):
        bench.cancellation.check()
        content = source.read_bytes()
        with ExitStack() as stack:
            inside = stack.enter_context(reached(bench.grant, f"{to}/{name}", make_parents=True))
            write_all(stack.enter_context(replacement(inside, None, replace=False)), content)
        size_bytes += len(content)
    return ExportRecordingResult(path=shown(spot.path), size_bytes=size_bytes)


def _zip(path: Path, file: BinaryIO) -> None:
    # Pictures do not shrink any more; the lines do.
    with zipfile.ZipFile(file, "w") as archive:
        for name, source in files_of(path):
            way = zipfile.ZIP_DEFLATED if name.endswith(("json", "jsonl")) else zipfile.ZIP_STORED
            archive.write(source, name, compress_type=way)


def _state(about: About, bench: Bench) -> State:
    if bench.recorder.runs(about):
        return "running"
    return "interrupted" if about.ended is None else "ended"


def _info(about: About, state: State) -> RecordingInfo:
    return RecordingInfo(
        recording_id=about.recording_id,
        state=state,
        started=about.started,
        ended=about.ended,
        reason=about.reason,
        calls=about.calls,
        frames=about.frames,
        size_bytes=about.size_bytes,
    )
