import asyncio
import json
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from constellation.hub.server import Hub, HubSettings, running_hub
from simulator import cli
from tests.simulator.support import clock

TOKEN = "a-token-for-tests"
PATIENCE_S = 30.0
COMMAND = (sys.executable, "-W", "error", "-m", "simulator.cli", "run")


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    return path


@asynccontextmanager
async def _hub() -> AsyncIterator[Hub]:
    async with running_hub(HubSettings(token=TOKEN, port=0), clock) as hub:
        yield hub


async def _run(*flags: str | Path) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *flags, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


def test_a_run_of_limited_length_ends_by_itself_and_sums_up(token_file: Path) -> None:
    async def play() -> tuple[int, str, str]:
        async with _hub() as hub:
            return await _run(
                *("--hub", hub.url, "--token-file", token_file),
                *("--devices", "4", "--duration", "3", "--json", "--profile", "headless-server"),
            )

    code, out, err = asyncio.run(play())
    registered, ended = map(json.loads, out.splitlines())
    assert (code, err) == (0, "")
    assert (registered["event"], registered["devices"]) == ("registered", 4)
    assert (ended["event"], ended["ever"], ended["links"]) == ("ended", 4, 4)
    assert TOKEN not in out


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as on POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_it_is_told_to(token_file: Path, number: signal.Signals) -> None:
    async def play() -> None:
        async with _hub() as hub, asyncio.timeout(PATIENCE_S):
            flags = ("--hub", hub.url, "--token-file", token_file, "--devices", "3")
            process = await asyncio.create_subprocess_exec(
                *COMMAND, *flags, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            assert process.stdout is not None
            first = await process.stdout.readline()
            assert first.startswith(b"3 devices are registered at ws://127.0.0.1:")
            process.send_signal(number)
            out, err = await process.communicate()
            assert (process.returncode, err) == (0, b"")
            assert b"3 of 3 devices got in" in out

    asyncio.run(play())


def test_a_wrong_token_is_said_in_one_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not-the-token\n")

    async def play() -> tuple[int, str, str]:
        async with _hub() as hub:
            return await _run("--hub", hub.url, "--token-file", wrong, "--quiet")

    code, out, err = asyncio.run(play())
    assert (code, out) == (3, "")
    assert len(err.splitlines()) == 1
    assert "token" in err
    assert "not-the-token" not in err


def test_a_hub_that_never_comes_is_said_when_time_is_up() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"ws://127.0.0.1:{taken.getsockname()[1]}/ws"
        code, _, err = asyncio.run(_run("--hub", url, "--duration", "1", "--devices", "2"))
    assert code == 3
    assert "127.0.0.1" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--profile", "mainframe"], "there is no profile 'mainframe'; there are linux"),
        (["--token-file", "nowhere/token"], "nowhere/token: the token file cannot be read"),
        (["--hub", "http://127.0.0.1:1"], "ws://"),
        (["--devices", "999999999"], "descriptors"),
    ],
)
def test_usage_errors_name_cause_and_remedy(
    flags: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", *flags]) == 2
    told = capsys.readouterr().err
    assert told.startswith("device-sim: ")
    assert said in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize("flags", [["--devices", "0"], ["--devices", "x"], ["--duration", "-1"]])
def test_numbers_that_make_no_sense_are_usage(flags: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["run", *flags])
    assert stopped.value.code == 2
