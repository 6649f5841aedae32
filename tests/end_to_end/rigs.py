"""Real processes and real sockets: the agent as a child process, and peers that speak plain AIP."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psutil
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

TOKEN = "sesame-9f2d51c07be3a486"
PATIENCE_S = 30.0

Frame = dict[str, Any]


class PlainHub:
    """
    A hub that knows only plain AIP, like UFO's server, and does as the test says.

    Attributes:
        heard: Every frame of every link, in order.
        links: How many links were opened.
        answers: Whether REGISTER and HEARTBEAT are answered.

    """

    def __init__(self) -> None:
        self.heard: list[Frame] = []
        self.texts: list[str] = []
        self.registers: list[Frame] = []
        self.links = 0
        self.answers = True
        self.port = 0
        self._changed = asyncio.Condition()
        self._link: ServerConnection | None = None

    @property
    def url(self) -> str:
        """Where to dial."""
        return f"ws://127.0.0.1:{self.port}/ws"

    @asynccontextmanager
    async def open(self, **options: object) -> AsyncIterator["PlainHub"]:
        """Listen while the context lasts; on the same port when opened again."""
        options = {"max_size": 1 << 27, "ping_interval": None, "compression": None, **options}
        async with serve(self._serve, "127.0.0.1", self.port, **options) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield self
            if self._link is not None:
                self._link.transport.abort()
            self._link = None

    async def registered(self, times: int = 1) -> None:
        """Wait until REGISTER was answered that often."""
        await self.until(lambda: len(self.registers) >= times and self._link is not None)

    async def until(self, ready: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
        """Wait until something that was heard makes *ready* true."""
        async with asyncio.timeout(patience_s), self._changed:
            await self._changed.wait_for(ready)

    async def say(self, frame: Frame | str | bytes) -> None:
        """Send one frame on the newest link."""
        assert self._link is not None
        await self._link.send(json.dumps(frame) if isinstance(frame, dict) else frame)

    async def command(
        self, response_id: str, *actions: Frame, task_id: str = "task", patience_s: float = 30.0
    ) -> Frame:
        """Ask, and wait for the answer."""
        await self.say(command(response_id, *actions, task_id=task_id))
        await self.until(lambda: bool(self.results(response_id)), patience_s)
        return self.results(response_id)[-1]

    def results(self, response_id: str) -> list[Frame]:
        """Every COMMAND_RESULTS heard for a COMMAND."""
        return [
            frame
            for frame in self.heard
            if frame.get("type") == "command_results"
            and frame.get("prev_response_id") == response_id
        ]

    def of(self, kind: str) -> list[Frame]:
        """Every frame of a kind."""
        return [frame for frame in self.heard if frame.get("type") == kind]

    def drop(self) -> None:
        """Cut the newest link without a word."""
        assert self._link is not None
        self._link.transport.abort()

    async def _serve(self, link: ServerConnection) -> None:
        self.links += 1
        with contextlib.suppress(ConnectionClosed):
            async for text in link:
                assert isinstance(text, str), "agents send text frames only"
                await self._hear(link, text)

    async def _hear(self, link: ServerConnection, text: str) -> None:
        frame = json.loads(text)
        if frame["type"] in {"register", "heartbeat"} and self.answers:
            await link.send(json.dumps({"type": "heartbeat", "status": "ok", "response_id": "h"}))
        async with self._changed:
            if frame["type"] == "register":
                self.registers.append(frame)
                self._link = link
            self.heard.append(frame)
            self.texts.append(text)
            self._changed.notify_all()


def command(response_id: str, *actions: Frame, task_id: str = "task") -> Frame:
    """A COMMAND as UFO's server sends it."""
    return {
        "type": "command",
        "status": "continue",
        "user_request": None,
        "agent_name": "LinuxAgent",
        "process_name": "",
        "root_name": "",
        "actions": list(actions),
        "messages": None,
        "error": None,
        "session_id": task_id,
        "task_name": "rig",
        "response_id": response_id,
        "result": None,
    }


def action(tool_name: str, **parameters: object) -> Frame:
    """One action of a COMMAND."""
    return {
        "tool_name": tool_name,
        "parameters": parameters or None,
        "tool_type": "action",
        "call_id": f"call-{tool_name}",
    }


def shell(line: str, **parameters: object) -> Frame:
    """UFO's way to run a command."""
    return action("execute_command", command=line, **parameters)


class Agent:
    """The agent as people start it."""

    def __init__(self, directory: Path, *flags: str, display: str | None = None) -> None:
        self.state_dir = directory / "state"
        self.log = directory / "agent.log"
        self.token_file = directory / "token"
        self.token_file.write_text(TOKEN + "\n")
        self.token_file.chmod(0o600)
        self._flags = flags
        self._environment = {
            name: value for name, value in os.environ.items() if name != "DISPLAY"
        } | ({"DISPLAY": display} if display else {})
        self.process: subprocess.Popen[bytes] | None = None

    def arguments(self, command: str, *flags: str) -> list[str]:
        """A command line for this agent's state."""
        return [
            sys.executable, "-m", "device_agent", command, *flags,
            "--state-dir", str(self.state_dir),
        ]  # fmt: skip

    def start(self, *flags: str) -> subprocess.Popen[bytes]:
        """Start it."""
        own = ["--token-file", str(self.token_file), "--device-id", "d1", *self._flags, *flags]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.arguments("run", *own),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=self._environment,
            )
        return self.process

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self, patience_s: float = 12.0) -> int:
        """End it as a service manager would; return its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(patience_s)

    def run(self, command: str, *flags: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same state."""
        return subprocess.run(
            self.arguments(command, *flags),
            capture_output=True, text=True, timeout=60, check=False, env=self._environment,
        )  # fmt: skip

    def said(self) -> str:
        """Its log."""
        return self.log.read_text() if self.log.exists() else ""


@contextmanager
def running(agent: Agent, *flags: str) -> Iterator[Agent]:
    """Have it running; whatever happens, nothing of it is left behind."""
    agent.start(*flags)
    try:
        yield agent
    finally:
        if agent.process is not None and agent.process.poll() is None:
            agent.process.kill()
            agent.process.wait()


def family(agent: Agent) -> list[psutil.Process]:
    """Every process that works on this agent's state directory, or was started by one."""
    marked: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if str(agent.state_dir) in " ".join(process.cmdline()):
                found = [process, *process.children(recursive=True)]
                marked |= {each.pid: each for each in found}
    return list(marked.values())


async def gone(processes: list[psutil.Process], patience_s: float = 5.0) -> list[psutil.Process]:
    """Wait until all have ended; return those that have not."""
    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, patience_s)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


async def until(ready: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Wait for what no event tells of, such as a file of another process."""
    async with asyncio.timeout(patience_s):
        while not ready():  # noqa: ASYNC110 -- no event tells of a file
            await asyncio.sleep(0.01)


async def until_open(port: int, patience_s: float = PATIENCE_S) -> None:
    """Wait until somebody listens on a port."""
    async with asyncio.timeout(patience_s):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except ConnectionError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return


def free_port() -> int:
    """Find a port that nobody uses just now."""
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return int(plug.getsockname()[1])


def run_async(test: Callable[[], Awaitable[None]], patience_s: float = 120.0) -> None:
    """Run a test on a loop of its own."""

    async def bounded() -> None:
        async with asyncio.timeout(patience_s):
            await test()

    asyncio.run(bounded())
