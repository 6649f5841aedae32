"""How a simulated machine answers the tools that record: it counts, and keeps no pictures."""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from device_agent.catalog import ToolResult
from device_agent.catalog.recording import (
    ExportRecordingArguments,
    ExportRecordingResult,
    ListRecordingsResult,
    RecordingArguments,
    RecordingInfo,
    RecordingResult,
    StartRecordingArguments,
)
from device_agent.catalog.screen import NoArguments
from device_agent.errors import Failure, ToolError

from .machine import Machine

STARTED = "2026-01-01T00:00:00.000+00:00"
"""When every recording began: nothing here depends on a clock."""

FIRST_DAY = "20260101-000000"


def _start_recording(_: StartRecordingArguments, machine: Machine) -> RecordingResult:
    own = machine.belongings
    if own.recording is not None:
        raise ToolError(Failure.CONFLICT, f"recording {own.recording} runs already")
    own.made += 1
    name = own.recording = f"{FIRST_DAY}-{own.made:08x}"
    own.recordings.append(name)
    return RecordingResult(recording=_info(name, machine))


def _stop_recording(_: NoArguments, machine: Machine) -> RecordingResult:
    own = machine.belongings
    if own.recording is None:
        raise ToolError(Failure.BAD_ARGUMENTS, "no recording runs")
    name, own.recording = own.recording, None
    return RecordingResult(recording=_info(name, machine))


def _list_recordings(_: NoArguments, machine: Machine) -> ListRecordingsResult:
    names = reversed(machine.belongings.recordings)
    return ListRecordingsResult(recordings=tuple(_info(name, machine) for name in names))


def _export_recording(
    arguments: ExportRecordingArguments, machine: Machine
) -> ExportRecordingResult:
    info = _ended(arguments.recording_id, machine)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        # Without this the file would hold the time at which it was made.
        about = zipfile.ZipInfo("recording.json")
        archive.writestr(about, json.dumps(info.model_dump(mode="json")))
        archive.writestr(zipfile.ZipInfo("steps.jsonl"), "")
    content = file.getvalue()
    if arguments.path is None:
        packed = base64.b64encode(content).decode("ascii")
        return ExportRecordingResult(size_bytes=len(content), zip=packed)
    own = machine.belongings
    key = own.inside(arguments.path)
    if key in own.files:
        raise ToolError(Failure.CONFLICT, f"{own.shown(key)} exists already")
    own.files[key] = content if arguments.form == "zip" else None
    return ExportRecordingResult(path=own.shown(key), size_bytes=len(content))


def _delete_recording(arguments: RecordingArguments, machine: Machine) -> RecordingResult:
    info = _ended(arguments.recording_id, machine)
    machine.belongings.recordings.remove(info.recording_id)
    return RecordingResult(recording=info)


def _ended(name: str, machine: Machine) -> RecordingInfo:
    own = machine.belongings
    if name not in own.recordings:
        raise ToolError(Failure.BAD_ARGUMENTS, f"there is no recording {name}")
    if name == own.recording:
        raise ToolError(Failure.CONFLICT, f"recording {name} runs; stop it first")
    return _info(name, machine)


def _info(name: str, machine: Machine) -> RecordingInfo:
    running = machine.belongings.recording == name
    return RecordingInfo(
        recording_id=name,
        state="running" if running else "ended",
        started=STARTED,
        ended=None if running else STARTED,
        reason=None if running else "it was stopped",
        calls=0,
        frames=0,
        size_bytes=0,
    )


# Each takes the arguments of its own tool, which no common type can say.
RESULTS: Mapping[str, Callable[[Any, Machine], ToolResult]] = {
    "start_recording": _start_recording,
    "stop_recording": _stop_recording,
    "list_recordings": _list_recordings,
    "export_recording": _export_recording,
    "delete_recording": _delete_recording,
}
