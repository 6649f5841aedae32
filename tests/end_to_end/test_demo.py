"""The demo as people start it: what it shows, and that nothing of it stays behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="needs a virtual screen"),
    pytest.mark.timeout(120),
]
PATIENCE_S = 90.0
SOCKETS = Path("/tmp/.X11-unix")
MARK = "AGENT_DEMO"


class Place:
    """A directory to run the demo in, with a home and a temporary directory of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.temporary = root / "t"
        self.temporary.mkdir()
        self.environ = {
            **{name: value for name, value in os.environ.items() if name != "DISPLAY"},
            "TMPDIR": str(self.temporary),
            "HOME": str(root),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }

    def start(self, *flags: str) -> "subprocess.Popen[str]":
        """Start it in a session of its own, as a terminal would."""
        return subprocess.Popen(
            [sys.executable, "-m", "device_agent", "demo", *flags],
            cwd=self.root,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *flags: str, **environ: str) -> tuple[int, str, str]:
        """Run it to its end."""
        self.environ.update(environ)
        with self.start(*flags) as process:
            out, err = process.communicate(timeout=PATIENCE_S)
        return process.returncode, out, err


def _started_here(root: Path) -> list[psutil.Process]:
    """Processes whose home or temporary directory is in *root*."""
    found = []
    for process in psutil.process_iter():
        try:
            environ = process.environ()
        except (psutil.Error, OSError):
            continue
        if MARK in environ and str(root) in environ.get("TMPDIR", ""):
            found.append(process)
    return found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A place in which nothing may be left but what the demo says it keeps."""
    sockets = set(SOCKETS.glob("X*"))
    demo = Place(tmp_path)
    yield demo
    assert _started_here(tmp_path) == []
    assert list(demo.temporary.iterdir()) == []
    left = [path for path in set(SOCKETS.glob("X*")) - sockets if _is_dead(path)]
    assert left == []


def _is_dead(path: Path) -> bool:
    """Whether an X server's socket has no server any more; other tests have their own."""
    lock = Path(f"/tmp/.{path.name}-lock")
    try:
        return not psutil.pid_exists(int(lock.read_text()))
    except (OSError, ValueError):
        return not path.exists()


def test_the_demo_does_all_its_tasks_and_tells_them_in_twelve_lines(place: Place) -> None:
    code, out, err = place.run("--check")
    assert (code, err) == (0, ""), out + err
    lines = out.splitlines()
    assert len(lines) <= 12
    names = [line.split()[0] for line in lines]
    assert names[:6] == ["devices", "facts", "typed", "picture", "refused", "end"]
    assert "26 of 26 devices answered" in out
    assert "read back exactly" in out
    assert "denied: " in out
    picture = place.root / "demo-output" / "device-agent-demo.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "constellation run" in lines[-1]


def test_its_json_tells_the_same_to_a_script(place: Place) -> None:
    code, out, err = place.run("--check", "--json", "--out", "elsewhere")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["ok"] is True
    steps = {step["name"]: step for step in told["steps"]}
    assert steps["facts"]["devices"] == 26
    assert steps["refused"]["failure"] == "denied"
    image = place.root / steps["picture"]["file"]
    assert image.parent.name == "elsewhere"
    assert image.stat().st_size == steps["picture"]["size_bytes"] > 5000


def test_a_taken_port_and_settings_of_the_user_change_nothing(place: Place) -> None:
    code, out, err = place.run(
        "--check",
        "--quiet",
        DEVICE_AGENT_HUB="ws://127.0.0.1:1/ws",
        DEVICE_AGENT_TOKEN="another",
        DEVICE_SIM_TOKEN="another",
        CONSTELLATION_HUB="ws://127.0.0.1:1/ws",
    )
    assert (code, out, err) == (0, "", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_at_any_moment_ends_everything(place: Place, number: signal.Signals) -> None:
    for wanted in ("xterm", "device_agent"):
        with place.start() as process:
            _until_runs(place, wanted)
            process.send_signal(number)
            _, err = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 128 + number
        assert "Traceback" not in err


@pytest.mark.parametrize("victim", ["constellation.cli", "simulator.cli", "Xvfb"])
def test_a_process_that_dies_ends_the_demo_with_its_name(place: Place, victim: str) -> None:
    with place.start("--check") as process:
        _until_runs(place, victim).kill()
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert len(err.splitlines()) == 1
    assert " ended with exit code -9" in err or "link" in err


def _until_runs(place: Place, word: str) -> psutil.Process:
    """Wait until a process of the demo has a word in its command line."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for process in _started_here(place.root):
            try:
                if any(word in part for part in process.cmdline()[:4]):
                    return process
            except psutil.Error:
                continue
    pytest.fail(f"{word} did not start")


@pytest.mark.parametrize(
    ("programs", "said"),
    [((), "Xvfb is missing"), (("Xvfb",), None)],
)
def test_what_is_missing_is_said_before_anything_is_started(
    place: Place, programs: tuple[str, ...], said: str | None
) -> None:
    shelf = place.root / "bin"
    shelf.mkdir()
    for name in programs:
        (shelf / name).symlink_to(f"/usr/bin/{name}")
    if said is None and _has_tkinter():
        said = ""
    code, out, err = place.run("--check", PATH=str(shelf))
    if said == "":
        assert code == 0, err
        return
    assert (code, out) == (2, "")
    assert (said or "there is no xterm") in err
    assert "apt-get install" in err


def _has_tkinter() -> bool:
    probe = [sys.executable, "-c", "import tkinter"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def test_without_a_window_manager_it_works_all_the_same(place: Place) -> None:
    shelf = place.root / "bin"
    shelf.mkdir()
    for name in ("Xvfb", "xterm", "sh", "xkbcomp"):
        (shelf / name).symlink_to(f"/usr/bin/{name}")
    code, out, err = place.run("--check", PATH=str(shelf))
    assert (code, err) == (0, ""), out


def test_a_screenshot_that_cannot_be_kept_fails_its_step_alone(place: Place) -> None:
    (place.root / "taken").write_text("not a directory")
    code, out, _ = place.run("--check", "--out", "taken")
    assert code == 1
    assert "picture   FAILED: " in out
    assert "failed: picture, in " in out


def test_here_without_a_screen_is_refused(place: Place) -> None:
    code, _, err = place.run("--here")
    assert code == 2
    assert "DISPLAY is not set" in err


def test_here_types_into_a_window_of_its_own_on_a_screen_that_is_there(
    place: Place, x_server: str
) -> None:
    environment = {**place.environ, "DISPLAY": x_server}
    with subprocess.Popen(["openbox"], env=environment, stderr=subprocess.DEVNULL) as manager:
        try:
            code, out, err = place.run("--here", "--check", DISPLAY=x_server)
        finally:
            manager.terminate()
    assert (code, err) == (0, ""), out
    assert "your own screen" in out
    assert "not_understood" in out


def test_the_demo_itself_imports_neither_hub_nor_simulator() -> None:
    code = (
        "import sys\n"
        "from device_agent.cli import demo\n"
        "from device_agent.cli.demonstration import show\n"
        "print(sorted({'simulator', 'constellation', 'tkinter', 'PIL'} & set(sys.modules)))\n"
    )
    done = asyncio.run(_python(code))
    assert done == "[]"


async def _python(code: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=subprocess.PIPE
    )
    out, _ = await process.communicate()
    return out.decode().strip()
