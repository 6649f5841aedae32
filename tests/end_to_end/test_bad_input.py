"""Everything that can be wrong from outside: a clear message each, and nothing lost."""

import asyncio
import contextlib
import json
import os
import resource
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import trustme
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from tests.end_to_end.rigs import (
    TOKEN,
    Agent,
    PlainHub,
    action,
    command,
    free_port,
    run_async,
    running,
    shell,
    until,
    until_open,
)

UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
SLOW_BYTES_S = 1000


def agent_for(tmp_path: Path, hub: PlainHub, *flags: str) -> Agent:
    return Agent(tmp_path, "--hub", hub.url, "--allow", "shell", *flags)


async def says(agent: Agent, *words: str) -> None:
    """Wait until its log has all these words in one line; it goes on running."""

    def said() -> bool:
        return any(all(word in line for word in words) for line in agent.said().splitlines())

    with contextlib.suppress(TimeoutError):
        await until(said, 20)
    assert said(), agent.said()
    assert agent.process is not None
    assert agent.process.poll() is None
    assert TOKEN not in agent.said()
    assert "Traceback" not in agent.said()


async def refused(agent: Agent, *flags: str) -> str:
    """What it says when it cannot start: one line, exit code 2."""
    process = agent.start("--quiet", *flags)
    assert await asyncio.to_thread(process.wait, 30) == 2, agent.said()
    (line,) = agent.said().splitlines()
    assert line.startswith("device-agent: ")
    return line


def test_a_bad_token_is_named_and_tried_again_later(tmp_path: Path) -> None:
    def forbid(_: ServerConnection, __: Request) -> Response:
        return Response(HTTPStatus.FORBIDDEN.value, "Forbidden", Headers({"Content-Length": "0"}))

    async def story() -> None:
        async with PlainHub().open(process_request=forbid) as hub:
            with running(agent_for(tmp_path, hub)) as agent:
                await says(agent, hub.url, "token")
                status = await asyncio.to_thread(agent.run, "status", "--json")
                (link,) = json.loads(status.stdout)["links"]
                assert link["state"] == "waiting"
                assert link["next_try_s"] >= 60
                assert TOKEN not in status.stdout
                assert agent.stop() == 0

    run_async(story)


def test_a_wrong_path_is_named(tmp_path: Path) -> None:
    def missing(_: ServerConnection, __: Request) -> Response:
        return Response(HTTPStatus.NOT_FOUND.value, "Not Found", Headers({"Content-Length": "0"}))

    async def story() -> None:
        async with PlainHub().open(process_request=missing) as hub:
            with running(agent_for(tmp_path, hub)) as agent:
                await says(agent, hub.url, "404")

    run_async(story)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/ws", "127.0.0.1:1", "ws://", "ws://h:x/ws"])
def test_a_wrong_url_is_refused_at_once(tmp_path: Path, url: str) -> None:
    async def story() -> None:
        assert "hub" in (await refused(Agent(tmp_path, "--hub", url))).lower()

    run_async(story)


def test_an_unreachable_hub_is_named_and_met_when_it_comes(tmp_path: Path) -> None:
    async def story() -> None:
        hub = PlainHub()
        hub.port = free_port()
        with running(agent_for(tmp_path, hub)) as agent:
            await says(agent, hub.url, "nobody listens there")
            async with hub.open():
                await hub.registered()
                await hub.command("r1", shell("echo there"))

    run_async(story)


def test_tls_errors_are_named_and_cost_nothing(tmp_path: Path) -> None:
    authority, other = trustme.CA(), trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    ca_file = tmp_path / "ca.pem"
    other.cert_pem.write_to_path(ca_file)
    config = tmp_path / "agent.toml"

    async def story() -> None:
        hub = PlainHub()
        async with hub.open(ssl=server):
            url = hub.url.replace("ws://", "wss://")
            config.write_text(f'[[link]]\nurl = "{url}"\nca_file = "{ca_file}"\n')
            agent = Agent(tmp_path, "--config", str(config), "--allow", "shell")
            with running(agent):
                await says(agent, url, "certificate")
                # The owner mends the file; the agent that runs finds it.
                authority.cert_pem.write_to_path(ca_file)
                await hub.registered()
                await hub.command("r1", shell("echo safe"))
                # A file that is gone for a moment ends nothing either.
                ca_file.rename(tmp_path / "away.pem")
                hub.drop()
                await says(agent, str(ca_file))
                (tmp_path / "away.pem").rename(ca_file)
                await hub.registered(2)

    run_async(story)


def test_a_missing_ca_file_is_refused_at_the_start(tmp_path: Path) -> None:
    config = tmp_path / "agent.toml"
    missing = tmp_path / "missing.pem"
    config.write_text(f'[[link]]\nurl = "wss://127.0.0.1:1/ws"\nca_file = "{missing}"\n')

    async def story() -> None:
        assert str(missing) in await refused(Agent(tmp_path, "--config", str(config)))

    run_async(story)


def test_bad_config_and_bad_policy_stop_the_start_and_name_the_line(tmp_path: Path) -> None:
    config, policy = tmp_path / "agent.toml", tmp_path / "policy.toml"

    async def story() -> None:
        config.write_text("[limits]\nqueue = 3\nquue = 3\n")
        agent = Agent(tmp_path, "--hub", "ws://127.0.0.1:1/ws", "--config", str(config))
        line = await refused(agent)
        assert f"{config}:3" in line
        assert "did you mean `queue`?" in line
        agent.log.unlink()
        policy.write_text('tiers = ["observe", "shel"]\n')
        policy.chmod(0o600)
        config.write_text(f'policy_file = "{policy}"\n')
        line = await refused(agent)
        assert f"{policy}:1" in line
        assert "shell" in line

    run_async(story)


def test_no_display_is_said_for_each_call_and_shell_works(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)) as agent:
                await hub.registered()
                for number, asked in enumerate(
                    (action("screenshot"), action("type_text", text="x"), action("screen_size"))
                ):
                    answer = await hub.command(f"r{number}", asked)
                    (result,) = answer["action_results"]
                    assert result["status"] == "failure"
                    assert result["error"].startswith("no_session: "), result["error"]
                await hub.command("r9", shell("echo works"))
                assert "Traceback" not in agent.said()

    run_async(story)


def test_without_tkinter_input_works(tmp_path: Path, x_server: str) -> None:
    shim = tmp_path / "shim"
    shim.mkdir()
    for name in ("tkinter", "Tkinter", "pymsgbox", "mouseinfo"):
        (shim / f"{name}.py").write_text("raise ImportError('not installed')\n")

    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = Agent(tmp_path, "--hub", hub.url, display=x_server)
            paths = [str(shim), agent._environment.get("PYTHONPATH", "")]
            agent._environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
            with running(agent):
                await hub.registered()
                answer = await hub.command(
                    "r1", action("type_text", text="x"), action("screenshot"), action("screen_size")
                )
                assert [r["status"] for r in answer["action_results"]] == ["success"] * 3

    run_async(story)


def test_a_second_agent_on_one_directory_says_who_holds_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)) as agent:
                await hub.registered()
                (tmp_path / "second").mkdir()
                second = agent_for(tmp_path / "second", hub)
                second.state_dir = agent.state_dir
                line = await refused(second)
                assert agent.process is not None
                assert f"process {agent.process.pid}" in line
                await hub.command("r1", shell("echo undisturbed"))
                assert hub.links == 1

    run_async(story)


def test_a_state_directory_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    async def story() -> None:
        agent = Agent(tmp_path, "--hub", "ws://127.0.0.1:1/ws")
        agent.state_dir.write_text("a file")
        assert str(agent.state_dir) in await refused(agent)

    run_async(story)


def test_a_disk_that_is_full_at_the_start_is_named(tmp_path: Path) -> None:
    """A limit on the size of files stands for a full disk: no byte can be written."""
    agent = Agent(tmp_path, "--hub", "ws://127.0.0.1:1/ws")

    async def story() -> None:
        words = agent.arguments(
            "run", "--quiet", "--token-file", str(agent.token_file), "--hub", "ws://127.0.0.1:1/ws"
        )
        limited = await asyncio.create_subprocess_exec(
            "sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *words, stderr=asyncio.subprocess.PIPE
        )
        _, said = await limited.communicate()
        assert limited.returncode == 2, said
        (line,) = said.decode().splitlines()
        assert str(agent.state_dir) in line

    run_async(story)


def test_a_disk_that_fills_up_refuses_new_work_and_loses_none(tmp_path: Path) -> None:
    gate, started = tmp_path / "gate", tmp_path / "started"

    async def story() -> None:
        async with PlainHub().open() as hub:
            with running(agent_for(tmp_path, hub)) as agent:
                await hub.registered()
                assert agent.process is not None
                pid = agent.process.pid
                wait = f"touch {started}; while [ ! -e {gate} ]; do sleep 0.01; done; echo kept"
                await hub.say(command("running", shell(wait)))
                await until(started.exists)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
                answer = await hub.command("refused", shell("echo no"))
                (result,) = answer["action_results"]
                assert result["error"].startswith("no_space: "), result
                seen = await hub.command("seen", action("list_tools"))
                assert seen["action_results"][0]["status"] == "success"
                gate.touch()
                answer = await hub.command("refused2", shell("echo no"))
                assert answer["action_results"][0]["error"].startswith("no_space: ")
                assert not hub.results("running"), "an answer is on disk before it is sent"
                resource.prlimit(pid, resource.RLIMIT_FSIZE, UNLIMITED)
                await hub.until(lambda: bool(hub.results("running")))
                (answer,) = hub.results("running")
                assert answer["action_results"][0]["result"]["stdout"] == "kept\n"
                await until_works(hub)
                assert hub.links == 1
                assert agent.stop() == 0

    run_async(story)


async def until_works(hub: PlainHub) -> None:
    for number in range(100):
        answer = await hub.command(f"again{number}", shell("echo works"))
        if answer["action_results"][0]["status"] == "success":
            return
        await asyncio.sleep(0.1)
    pytest.fail("it does not take work again")


def test_a_corrupt_journal_is_moved_aside_and_reported(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub:
            agent = agent_for(tmp_path, hub)
            with running(agent):
                await hub.registered()
                await hub.command("r1", shell("echo one"))
                assert agent.stop() == 0
                journal = agent.state_dir / "journal.db"
                garbage = os.urandom(8192)
                journal.write_bytes(garbage)
                agent.start()
                await hub.registered(2)
                await hub.command("r2", shell("echo two"))
                await says(agent, "damaged", "moved aside")
                kept = [path for path in agent.state_dir.rglob("*") if path.is_file()]
                assert any(path.read_bytes() == garbage for path in kept)
                listed = await asyncio.to_thread(agent.run, "tasks", "ls")
                assert "echo two" in listed.stdout

    run_async(story)


def test_a_second_register_is_refused_and_the_link_stays(tmp_path: Path) -> None:
    async def story() -> None:
        port = free_port()
        with running(Agent(tmp_path, "--listen", f"127.0.0.1:{port}", "--allow", "shell")):
            await until_open(port)
            async with connect(f"ws://127.0.0.1:{port}/?token={TOKEN}") as link:
                me = {"client_id": "rig", "client_type": "constellation", "status": "ok"}

                async def ask(kind: str, wanted: str, **fields: object) -> dict[str, Any]:
                    await link.send(json.dumps({"type": kind, **me, **fields}))
                    while (frame := json.loads(await link.recv()))["type"] != wanted:
                        pass
                    return dict(frame)

                await ask("register", "heartbeat", target_id="d1")
                again = await ask("register", "error", target_id="d1")
                assert "registered already" in again["error"]
                stranger = await ask("task", "error", client_id="other", request="run echo hi",
                                     session_id="t")  # fmt: skip
                assert "client_id" in stranger["error"]
                end = await ask("task", "task_end", session_id="t", request="run echo hi")
                assert end["status"] == "completed"

    run_async(story)


@asynccontextmanager
async def slow_reader(port: int) -> AsyncIterator[int]:
    """Stand before a port and take what callers send at 1 KB/s; answers pass at once."""

    async def slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while taken := await reader.read(SLOW_BYTES_S // 10):
            writer.write(taken)
            await asyncio.sleep(len(taken) / SLOW_BYTES_S)

    async def quickly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while taken := await reader.read(65536):
            writer.write(taken)

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(slowly(reader, back))
                group.create_task(quickly(there, writer))
        except* ConnectionError:
            pass
        finally:
            for each in (writer, back):
                each.transport.abort()

    plug = socket.socket()
    plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plug.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(carry, sock=plug, limit=1024)
    try:
        yield int(plug.getsockname()[1])
    finally:
        server.close()


@pytest.mark.timeout(150)
def test_a_reader_at_one_kilobyte_a_second_gets_everything(tmp_path: Path) -> None:
    async def story() -> None:
        async with PlainHub().open() as hub, slow_reader(hub.port) as port:
            url = f"ws://127.0.0.1:{port}/ws"
            with running(Agent(tmp_path, "--hub", url, "--allow", "shell")) as agent:
                await hub.registered()
                answer = await hub.command(
                    "big", shell("head -c 18000 /dev/zero | tr '\\0' x"), patience_s=90
                )
                assert len(answer["action_results"][0]["result"]["stdout"]) == 18000
                await hub.until(lambda: bool(hub.of("heartbeat")), 60)
                answer = await hub.command("small", shell("echo on"), patience_s=60)
                assert answer["action_results"][0]["status"] == "success"
                assert hub.links == 1, "a slow peer is no dead one"
                assert len(hub.results("big")) == 1
                assert "Traceback" not in agent.said()

    run_async(story, 140)
