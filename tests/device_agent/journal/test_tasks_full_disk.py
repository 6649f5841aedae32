"""A disk that gets full at every point of a journal's life loses no accepted work."""

import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.device_agent.journal.support import open_journal

STEP = int(os.environ.get("JOURNAL_DISK_STEP", "4"))
ROOT = Path(__file__).parents[3]
AGENT = Path(__file__).with_name("cramped_agent.py")
POINTS = 72
_log = logging.getLogger(__name__)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a Unix process")


def sweep(command: list[str], elsewhere: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env=os.environ | {"PYTHONPATH": str(ROOT), "ELSEWHERE": str(elsewhere)},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert [run for run in runs if run["faults"]] == []
    assert len(runs) == len(range(0, POINTS, STEP))
    refused, kept = sum(run["refused"] > 0 for run in runs), sum(run["kept_back"] for run in runs)
    _log.info(
        "%d points, new work refused at %d, results kept back at %d", len(runs), refused, kept
    )
    assert refused, "the disk was never full"
    return runs


def agent(directory: Path, kind: str) -> list[str]:
    return [sys.executable, str(AGENT), str(directory), kind, "0", str(POINTS), str(STEP)]


@pytest.mark.timeout(240)
def test_a_file_system_without_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("unshare is missing: no small file system can be made")
    space = [unshare, "--user", "--map-root-user", "--mount"]
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(disk)]
    if subprocess.run([*space, *mount], check=False, capture_output=True).returncode:
        pytest.skip("this system lets no user mount a small file system")
    script = '"$1" -t tmpfs -o size=2m none "$2" && shift 2 && exec "$@"'
    command = [*space, "sh", "-c", script, "sh", "mount", str(disk), *agent(disk, "tmpfs")]
    assert any(run["kept_back"] for run in sweep(command, tmp_path))


@pytest.mark.timeout(240)
def test_writes_that_are_cut_short(tmp_path: Path) -> None:
    (tmp_path / "states").mkdir()
    sweep(agent(tmp_path / "states", "limit"), tmp_path)


OPEN = """
import resource, sys
from pathlib import Path
from device_agent.errors import JournalFull
from device_agent.journal.tasks import Journal
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    Journal.open(Path(sys.argv[1]), clock=lambda: 0.0)
except JournalFull:
    print("full")
"""


@pytest.mark.parametrize("room_bytes", [0, 1000, 5000, 20_000])
def test_a_journal_that_cannot_be_made_says_so(tmp_path: Path, room_bytes: int) -> None:
    command = [sys.executable, "-c", OPEN, str(tmp_path), str(room_bytes)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("full\n", "")
    open_journal(tmp_path).close()
