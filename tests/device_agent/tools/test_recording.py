"""What is recorded of calls, and who gets to see it."""

import asyncio
import base64
import io
import json
import os
import stat
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from device_agent.catalog import Tier, find, parse
from device_agent.catalog.grant import Grant
from device_agent.errors import Failure, ToolError
from device_agent.tools import load, recorder
from device_agent.tools.bench import Bench
from device_agent.tools.desktop import Desktop
from device_agent.tools.recorder import DIRECTORY, LOCAL, Recorder, Studio
from device_agent.tools.tape import Step
from tests.device_agent.tools.benches import bench
from tests.device_agent.worker.hosts import running, until
from tests.x11 import tk_entry, wait_until, x_server_of_its_own

NOW_S = 1_750_000_000.0
PEER = Grant("hub", frozenset({Tier.OBSERVE}))
SECRET = "correct horse"


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    with x_server_of_its_own() as display:
        monkeypatch.setenv("DISPLAY", display)
        yield Desktop()


@pytest.fixture
def own(desktop: Desktop, tmp_path: Path) -> Iterator[Bench]:
    studio = Studio(desktop, tmp_path / "state", lambda: NOW_S)
    made = replace(bench(desktop, PEER), recorder=Recorder(studio))
    yield made
    made.recorder.close(5.0)


def call(own: Bench, name: str, **arguments: Any) -> Any:  # noqa: ANN401
    tool = find(name)
    assert tool is not None
    return load(name)(parse(tool, arguments), own)


def refused(own: Bench, name: str, **arguments: Any) -> ToolError:  # noqa: ANN401
    with pytest.raises(ToolError) as caught:
        call(own, name, **arguments)
    return caught.value


def by(own: Bench, owner: str, *tiers: Tier, roots: tuple[str, ...] = ()) -> Bench:
    return replace(own, grant=Grant(owner, frozenset(tiers), roots))


def lines(own: Bench, recording_id: str) -> list[dict[str, Any]]:
    packed = call(own, "export_recording", recording_id=recording_id).zip
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(packed))) as archive:
        return [json.loads(line) for line in archive.read("steps.jsonl").splitlines()]


def test_calls_are_kept_with_what_came_of_them_and_a_picture(own: Bench, tmp_path: Path) -> None:
    name = call(own, "start_recording").recording.recording_id
    own.recorder.saw("hub", Step("screen_size", {}, 0.5))
    own.recorder.saw("hub", Step("mouse_click", {"x": 5, "y": 6}, 0.001))
    own.recorder.saw("hub", Step("shell", {"command": "x --token abcdef"}, 2.0, ("denied", "no")))
    info = call(own, "stop_recording").recording
    assert (info.state, info.calls, info.reason) == ("ended", 3, "it was stopped")
    assert info.frames == 1
    first, looked, clicked, ran = lines(own, name)
    assert first["frame"] == "frames/000001.jpg"
    assert (looked["tool"], looked["ok"], looked["lasted_s"]) == ("screen_size", True, 0.5)
    assert "frame" not in looked
    assert clicked["arguments"] == {"x": 5, "y": 6}
    assert clicked["at"].startswith("2025-06-15T15:06:39.999")
    assert (ran["ok"], ran["failure"], ran["error"]) == (False, "denied", "no")
    assert "abcdef" not in json.dumps(ran)
    # Nothing has changed on the screen, so the first picture shows what came of it.
    assert ran["frame"] == "frames/000001.jpg"
    folder = tmp_path / "state" / DIRECTORY / name
    assert folder.stat().st_mode & 0o777 == 0o700
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    with Image.open(folder / "frames" / "000001.jpg") as picture:
        assert picture.size == (1280, 800)


def test_a_picture_follows_an_action_that_changed_something(own: Bench, tmp_path: Path) -> None:
    name = call(own, "start_recording", frames="png", max_width=640).recording.recording_id
    wait_until(lambda: _running(own).frames == 1, "the first picture is taken")
    with tk_entry(_display(), tmp_path):
        own.recorder.saw("hub", Step("launch_application", {}, 0.1))
        wait_until(lambda: _running(own).frames == 2, "the second picture is taken")
    call(own, "stop_recording")
    assert lines(own, name)[-1]["frame"] == "frames/000002.png"
    with Image.open(tmp_path / "state" / DIRECTORY / name / "frames" / "000002.png") as picture:
        assert picture.size == (640, 400)


def test_what_is_typed_is_kept_only_when_asked(own: Bench, tmp_path: Path) -> None:
    for kept in (False, True):
        name = call(own, "start_recording", typed_text=kept, frames="none").recording.recording_id
        own.recorder.saw("hub", Step("type_text", {"text": SECRET}, 0.1))
        own.recorder.saw("hub", Step("set_clipboard", {"text": SECRET}, 0.1))
        own.recorder.saw("hub", Step("write_file", {"path": "x", "text": SECRET}, 0.1))
        assert call(own, "stop_recording").recording.frames == 0
        content = (tmp_path / "state" / DIRECTORY / name / "steps.jsonl").read_text()
        assert (SECRET in content) is kept
        assert kept or "<13 characters, " in content


def test_a_peer_records_its_own_calls_and_the_local_user_everybodys(own: Bench) -> None:
    other, local = by(own, "other"), by(own, LOCAL)
    mine = call(own, "start_recording", frames="none").recording.recording_id
    everybodys = call(local, "start_recording", frames="none").recording.recording_id
    own.recorder.saw("hub", Step("mouse_move", {"x": 1}, 0.1))
    own.recorder.saw("other", Step("mouse_move", {"x": 2}, 0.1))
    assert refused(other, "stop_recording").failure is Failure.BAD_ARGUMENTS
    assert call(own, "stop_recording").recording.calls == 1
    assert call(local, "stop_recording").recording.calls == 2
    assert [line["arguments"] for line in lines(own, mine)] == [{"x": 1}]
    assert refused(other, "export_recording", recording_id=mine).failure is Failure.BAD_ARGUMENTS
    assert refused(own, "delete_recording", recording_id=everybodys).failure is (
        Failure.BAD_ARGUMENTS
    )
    assert call(other, "list_recordings").recordings == ()
    assert len(call(local, "list_recordings").recordings) == 2


def test_its_own_calls_are_not_recorded_and_one_runs_at_a_time(own: Bench) -> None:
    name = call(own, "start_recording", frames="none").recording.recording_id
    own.recorder.saw("hub", Step("list_recordings", {}, 0.1))
    assert refused(own, "start_recording").failure is Failure.CONFLICT
    assert refused(own, "delete_recording", recording_id=name).failure is Failure.CONFLICT
    assert refused(own, "export_recording", recording_id=name).failure is Failure.CONFLICT
    (listed,) = call(own, "list_recordings").recordings
    assert listed.state == "running"
    assert call(own, "stop_recording").recording.calls == 0
    call(own, "delete_recording", recording_id=name)
    assert call(own, "list_recordings").recordings == ()
    assert refused(own, "export_recording", recording_id=name).failure is Failure.BAD_ARGUMENTS


def test_it_ends_by_itself_when_it_is_too_old_or_too_large(own: Bench) -> None:
    call(own, "start_recording", frames="none", max_seconds=0.05)
    wait_until(lambda: not _runs(own), "the recording ends")
    assert "0.05 s" in (_latest(own).reason or "")
    call(own, "delete_recording", recording_id=_latest(own).recording_id)
    call(own, "start_recording", frames="none", max_bytes=64 * 1024)
    for _ in range(30):
        own.recorder.saw("hub", Step("shell", {"command": "x" * 4000}, 0.1))
    wait_until(lambda: not _runs(own), "the recording ends")
    assert "bytes" in (_latest(own).reason or "")
    assert _latest(own).size_bytes < 200 * 1024
    assert refused(own, "stop_recording").failure is Failure.BAD_ARGUMENTS


def test_pictures_are_taken_from_time_to_time_when_asked(own: Bench, tmp_path: Path) -> None:
    name = call(own, "start_recording", every_s=0.2).recording.recording_id
    path = tmp_path / "state" / DIRECTORY / name / "steps.jsonl"
    wait_until(lambda: path.read_text().count('"frame"') >= 3, "three pictures are taken")
    assert call(own, "stop_recording").recording.frames == 1  # All the same.


def test_without_a_screen_the_calls_are_recorded_and_the_reason(
    own: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY")
    name = call(own, "start_recording").recording.recording_id
    own.recorder.saw("hub", Step("mouse_click", {}, 0.1, ("no_session", "none")))
    call(own, "stop_recording")
    assert lines(own, name)[-1]["frame_error"].startswith("no_session")


def test_a_recording_goes_into_a_file_or_directory_where_files_are_allowed(
    own: Bench, tmp_path: Path
) -> None:
    name = call(own, "start_recording").recording.recording_id
    own.recorder.saw("hub", Step("mouse_click", {}, 0.1))
    call(own, "stop_recording")
    to = {"recording_id": name, "path": "out"}
    assert refused(own, "export_recording", **to).failure is Failure.DENIED
    allowed = by(own, "hub", Tier.FILES, roots=(str(tmp_path),))
    (tmp_path / "taken").touch()
    for form in ("zip", "directory"):
        taken = {**to, "path": "taken", "form": form}
        assert refused(allowed, "export_recording", **taken).failure is Failure.CONFLICT
        outside = {**to, "path": "../out", "form": form}
        assert refused(allowed, "export_recording", **outside).failure is Failure.DENIED
    result = call(allowed, "export_recording", recording_id=name, path="out.zip")
    assert result.path == str(tmp_path.resolve() / "out.zip")
    assert result.size_bytes == (tmp_path / "out.zip").stat().st_size
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.testzip() is None
        packed = set(archive.namelist())
    call(allowed, "export_recording", recording_id=name, path="out", form="directory")
    found = {
        str(path.relative_to(tmp_path / "out"))
        for path in (tmp_path / "out").rglob("*")
        if stat.S_ISREG(path.stat().st_mode)
    }
    assert found == packed == {"recording.json", "steps.jsonl", "frames/000001.jpg"}


def test_one_that_does_not_fit_into_an_answer_is_refused(
    own: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = call(own, "start_recording").recording.recording_id
    call(own, "stop_recording")
    monkeypatch.setattr("device_agent.tools.recording.MAX_ANSWERED_BYTES", 1000)
    error = refused(own, "export_recording", recording_id=name)
    assert error.failure is Failure.RESULT_TOO_LARGE


def test_there_is_room_for_so_much_and_old_ones_go(
    own: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = call(own, "start_recording", frames="none").recording.recording_id
    call(own, "stop_recording")
    monkeypatch.setattr(recorder, "MAX_TOTAL_BYTES", 1000)
    assert refused(own, "start_recording").failure is Failure.NO_SPACE
    monkeypatch.undo()
    later = Studio(own.desktop, tmp_path / "state", lambda: NOW_S + 31 * 24 * 3600)
    new = replace(own, recorder=Recorder(later))
    call(new, "start_recording", frames="none")
    call(new, "stop_recording")
    assert old not in {each.recording_id for each in call(new, "list_recordings").recordings}


def test_where_there_is_no_place_for_it_nothing_is_recorded() -> None:
    own = bench()
    assert not own.recorder.listens
    for name in ("start_recording", "list_recordings"):
        assert refused(own, name).failure is Failure.UNAVAILABLE


def test_the_worker_records_what_it_does_and_what_was_recorded_survives_it(
    desktop: Desktop, tmp_path: Path
) -> None:
    del desktop

    async def ask(host: Any, name: str, **parameters: object) -> Any:  # noqa: ANN401
        tool = find(name)
        assert tool is not None
        return await host.call(tool, parse(tool, parameters), grant=PEER)

    async def story() -> None:
        async with running(_display(), state_dir=tmp_path) as host:
            await ask(host, "start_recording")
            await ask(host, "mouse_move", x=30, y=40)
            with pytest.raises(ToolError):
                await ask(host, "press_keys", keys="no such key")
            (listed,) = (await ask(host, "list_recordings"))["recordings"]
            assert listed["state"] == "running"
        async with running(_display(), state_dir=tmp_path) as host:
            (ended,) = (await ask(host, "list_recordings"))["recordings"]
            assert (ended["state"], ended["calls"]) == ("ended", 2)
            assert ended["reason"] == "the agent was stopped"
            await ask(host, "start_recording")
            await ask(host, "mouse_move", x=1, y=1)
            lines = newest_of(tmp_path / DIRECTORY) / "steps.jsonl"
            await until(lambda: "mouse_move" in lines.read_text())
            host.kill("the test says so")
            latest = (await ask(host, "list_recordings"))["recordings"][0]
            assert latest["state"] == "interrupted"
            assert latest["calls"] == 1

    asyncio.run(story())


def test_recording_costs_a_call_next_to_nothing(own: Bench) -> None:
    call(own, "start_recording", frames="none")
    step = Step("mouse_move", {"x": 1, "y": 2}, 0.001)
    began_s = time.perf_counter()
    for _ in range(1000):
        own.recorder.saw("hub", step)
    assert (time.perf_counter() - began_s) / 1000 < 0.001


def newest_of(directory: Path) -> Path:
    return max(directory.iterdir(), key=lambda path: path.stat().st_mtime_ns)


def _display() -> str:
    return os.environ["DISPLAY"]


def _latest(own: Bench) -> Any:  # noqa: ANN401
    return call(own, "list_recordings").recordings[0]


_running = _latest


def _runs(own: Bench) -> bool:
    return bool(_latest(own).state == "running")
