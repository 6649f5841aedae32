"""UFO's jobs as they were recorded, done again by the real agent on a real desktop."""

import json
from pathlib import Path

import pytest

from tests.end_to_end.desks import Driven, desk, driven
from tests.end_to_end.reporters import tk_reporter
from tests.end_to_end.rigs import Frame, run_async

FRAMES = Path(__file__).parents[3] / "shared" / "protocol" / "frames"
NOTEPAD = "Untitled - Notepad"
NEED_CONTROLS = {"click_input"}
"""What takes a control of a window, and without an accessibility bus none is listed."""
pytestmark = pytest.mark.skipif(not FRAMES.is_dir(), reason="no captured frames lie beside us")


def recorded(name: str) -> list[Frame]:
    """The COMMANDs of a recording that UFO's server sent, in order."""
    (path,) = FRAMES.glob(f"{name}_*.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    frames = [line["json"] for line in lines if line.get("dir") == "s2c" and line.get("json")]
    return [frame for frame in frames if frame["type"] == "command" and frame["actions"]]


async def replay(device: Driven, frames: list[Frame]) -> list[tuple[str, Frame]]:
    """Every action of the recording with its result."""
    done = []
    for place, frame in enumerate(frames):
        name = f"replay-{place}"
        await device.hub.say({**frame, "response_id": name})
        await device.hub.until(lambda name=name: bool(device.hub.results(name)))
        results = device.hub.results(name)[-1]["action_results"]
        asked = [action["tool_name"] for action in frame["actions"]]
        done += list(zip(asked, results, strict=True))
    return done


@pytest.mark.parametrize("name", ["01", "02", "03"])
def test_ufos_linux_jobs(name: str, tmp_path: Path) -> None:
    async def story(display: str) -> None:
        async with driven(tmp_path, display, "--allow", "shell") as device:
            done = await replay(device, recorded(name))
            assert {tool for tool, _ in done} == {"list_tools", "execute_command"}
            failed = [(tool, result) for tool, result in done if result["status"] != "success"]
            assert not failed

    with desk(tmp_path) as display:
        run_async(lambda: story(display))


def test_ufos_windows_job_on_a_linux_desktop_without_an_accessibility_bus(
    tmp_path: Path,
) -> None:
    async def story(display: str) -> None:
        flags = ("--as-platform", "windows")
        async with driven(tmp_path, display, *flags) as device:
            assert device.hub.registers[0]["metadata"]["platform"] == "windows"
            done = await replay(device, recorded("08"))
            assert len(done) > 10
            failed = {tool for tool, result in done if result["status"] != "success"}
            assert failed == NEED_CONTROLS

    with desk(tmp_path) as display, tk_reporter(display, tmp_path, title=NOTEPAD):
        run_async(lambda: story(display))
