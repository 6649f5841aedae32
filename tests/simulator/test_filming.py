"""Recordings of a simulated machine."""

import base64
import io
import zipfile
from typing import Any

import pytest

from device_agent.catalog import TOOLS, parse
from device_agent.errors import Failure, ToolError
from simulator.body import react
from simulator.machine import Machine
from tests.simulator.support import machine


def call(on: Machine, tool: str, **arguments: Any) -> Any:  # noqa: ANN401
    return react(TOOLS[tool], parse(TOOLS[tool], arguments), on).result


def refused(on: Machine, tool: str, **arguments: Any) -> Failure:  # noqa: ANN401
    with pytest.raises(ToolError) as caught:
        call(on, tool, **arguments)
    return caught.value.failure


def test_a_recording_runs_ends_is_exported_and_deleted() -> None:
    one = machine()
    assert refused(one, "stop_recording") is Failure.BAD_ARGUMENTS
    name = call(one, "start_recording").recording.recording_id
    assert refused(one, "start_recording") is Failure.CONFLICT
    assert refused(one, "export_recording", recording_id=name) is Failure.CONFLICT
    assert [each.state for each in call(one, "list_recordings").recordings] == ["running"]
    assert call(one, "stop_recording").recording.state == "ended"
    packed = call(one, "export_recording", recording_id=name).zip
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(packed))) as archive:
        assert archive.namelist() == ["recording.json", "steps.jsonl"]
    assert call(one, "export_recording", recording_id=name, path="r.zip").path.endswith("r.zip")
    assert call(one, "stat_file", path="r.zip").exists
    assert refused(one, "export_recording", recording_id=name, path="r.zip") is Failure.CONFLICT
    call(one, "delete_recording", recording_id=name)
    assert refused(one, "delete_recording", recording_id=name) is Failure.BAD_ARGUMENTS
