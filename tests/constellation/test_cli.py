"""The command as scripts use it: child processes, exit codes, and what is printed."""

import asyncio
import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from constellation.cli import main
from tests.constellation.raw import Raw, raw

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
COMMAND = [sys.executable, "-m", "constellation.cli"]


@dataclass(frozen=True)
class Running:
    """A hub in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    token_file: Path

    @property
    def token(self) -> str:
        return self.token_file.read_text(encoding="ascii").strip()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Running]:
    token_file = tmp_path / "token"
    with subprocess.Popen(
        [*COMMAND, "hub", "--port", "0", "--json", "--token-file", str(token_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["token_file"] == str(token_file)
        try:
            yield Running(process, said["listening"], token_file)
        finally:
            process.kill()


async def run(hub: Running, *words: str) -> tuple[int, str, str]:
    """Run a command against the hub; exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *words,
        "--hub",
        hub.url,
        "--token-file",
        str(hub.token_file),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert hub.token not in out.decode() + err.decode()
    return process.returncode or 0, out.decode(), err.decode()


@contextlib.asynccontextmanager
async def device(hub: Running, device_id: str, monkeypatch: pytest.MonkeyPatch):  # noqa: ANN201
    monkeypatch.setattr("tests.constellation.raw.TOKEN", hub.token)
    async with asyncio.timeout(50), raw(hub.url, device_id) as one:
        accepts = {"task_end": True, "ack": True, "cancel": True}
        info = {"hostname": device_id, "supported_features": ["gui"]}
        await one.register(system_info=info, accepts=accepts)
        yield one


async def serve(one: Raw, error: str | None = None) -> None:
    """Answer one task of either kind."""
    while (order := await one.hear())["type"] == "ack":
        pass
    status = "completed" if error is None else "failed"
    if order["type"] == "task":
        await one.say(
            "task_end",
            status=status,
            session_id=order["session_id"],
            result=order["user_request"].upper(),
            error=error,
        )
        return
    image = {"image": base64.b64encode(PIXEL).decode(), "width": 1, "height": 1}
    await one.say(
        "command_results",
        session_id=order["session_id"],
        prev_response_id=order["response_id"],
        action_results=[{"status": "success", "result": image}],
    )


def test_a_hub_tells_its_url_and_where_its_token_is_but_not_the_token(tmp_path: Path) -> None:
    place = tmp_path / "t"
    with subprocess.Popen(
        [*COMMAND, "hub", "--port", "0", "--token-file", str(place)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        creationflags=subprocess.CREATE_NEW_PROCESS_GROUP if sys.platform == "win32" else 0,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on ws://127.0.0.1:")
        process.send_signal(signal.SIGTERM if sys.platform != "win32" else signal.CTRL_BREAK_EVENT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert f"new token in {place}" in err
    assert place.read_text(encoding="ascii").strip() not in line + out + err


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM is for POSIX")
def test_a_hub_says_goodbye_on_SIGTERM(hub: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with device(hub, "d1", monkeypatch) as one:
            hub.process.send_signal(signal.SIGTERM)
            assert await one.closed() == 1012
            assert await asyncio.to_thread(hub.process.wait, 20) == 0

    asyncio.run(scene())


def test_a_taken_port_ends_with_2_and_what_to_try(hub: Running) -> None:
    port = hub.url.rpartition(":")[2].partition("/")[0]
    command = [*COMMAND, "hub", "--port", port, "--token-file", str(hub.token_file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert f"127.0.0.1:{port} is in use" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_devices_are_listed_shown_and_photographed(
    hub: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with device(hub, "d1", monkeypatch) as one:
            code, out, _ = await run(hub, "devices")
            assert (code, out.split()[:2]) == (0, ["d1", "linux"])
            code, out, _ = await run(hub, "devices", "--json", "ls")
            assert (code, json.loads(out)["device_id"]) == (0, "d1")
            code, out, _ = await run(hub, "devices", "show", "d1")
            assert (code, "hostname: d1" in out) == (0, True)
            code, out, _ = await run(hub, "devices", "show", "d1", "--json")
            assert json.loads(out)["system_info"]["supported_features"] == ["gui"]
            picture = tmp_path / "d1.png"
            async with asyncio.TaskGroup() as group:
                group.create_task(serve(one))
                code, out, _ = await run(hub, "devices", "screenshot", "d1", "-o", str(picture))
            assert (code, picture.read_bytes()) == (0, PIXEL)
            assert "1x1" in out

    asyncio.run(scene())


def test_words_are_run_on_one_device_or_many(hub: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with device(hub, "d1", monkeypatch) as one, device(hub, "d2", monkeypatch) as two:
            async with asyncio.TaskGroup() as group:
                group.create_task(serve(one))
                assert await run(hub, "run", "look", "--device", "d1") == (0, "d1: LOOK\n", "")
            async with asyncio.TaskGroup() as group:
                group.create_task(serve(one))
                group.create_task(serve(two, "denied: by rule 3"))
                words = ("run", "look", "--on", "platform=linux", "--parallel", "--json")
                code, out, _ = await run(hub, *words)
            told = {fact["device_id"]: fact for fact in map(json.loads, out.splitlines())}
            assert code == 5
            assert told["d1"]["result"] == "LOOK"
            assert told["d2"]["error"] == "denied: by rule 3"
            code, _, err = await run(hub, "run", "look")
            assert (code, "--device" in err) == (2, True)
            async with asyncio.TaskGroup() as group:
                group.create_task(serve(two, "failed: no window"))
                code, out, _ = await run(hub, "run", "look", "--device", "d2")
            assert (code, out) == (1, "d2: failed: no window\n")
            code, out, _ = await run(hub, "run", "look", "--device", "d1", "--timeout", "0.2")
            assert (code, "timed_out" in out) == (4, True)

    asyncio.run(scene())


def test_what_is_not_there_ends_with_3(hub: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        async with device(hub, "d1", monkeypatch):
            code, _, err = await run(hub, "run", "look", "--device", "d7")
            assert (code, "'d7' is not connected; connected: d1" in err) == (3, True)
            code, _, err = await run(hub, "devices", "show", "d7")
            assert code == 3
            code, _, err = await run(hub, "run", "look", "--on", "win-*")
            assert code == 3
            hub.token_file.write_text("another\n", encoding="ascii")
            code, _, err = await run(hub, "devices")
            assert (code, "refused the token" in err) == (3, True)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("devices", "--hub", "ws://127.0.0.1:1/ws"), 3, "check the URL"),
        (("devices", "--hub", "http://127.0.0.1:1"), 2, "ws://"),
        (("devices", "--hub", "ws://hub.example/ws"), 2, "unencrypted"),
        (("devices", "--hub", "ws://127.0.0.1:1/ws?token=abc"), 2, "token"),
        (("devices", "screenshot", "d1", "-o", "x.txt"), 2, ".png"),
        (("hub", "--host", "0.0.0.0"), 2, "--insecure"),
        (("hub", "--host", "no such host"), 2, "--host"),
    ],
)
def test_bad_input_is_named(
    words: Sequence[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(os.environ, "CONSTELLATION_TOKEN", "any")
    monkeypatch.setitem(os.environ, "CONSTELLATION_STATE_DIR", str(tmp_path))
    assert main(words) == code
    err = capsys.readouterr().err
    assert said in err
    assert "abc" not in err


def test_errors_are_objects_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(os.environ, "CONSTELLATION_TOKEN", "any")
    assert main(("devices", "--json", "--hub", "ws://127.0.0.1:1/ws")) == 3
    assert json.loads(capsys.readouterr().err)["exit_code"] == 3


def test_no_token_at_all_says_where_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CONSTELLATION_TOKEN", raising=False)
    monkeypatch.setitem(os.environ, "CONSTELLATION_STATE_DIR", str(tmp_path))
    assert main(("devices",)) == 2
    assert "--token-file" in capsys.readouterr().err
