"""The real command in a process of its own, in a home of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

START_S = 20.0
TOKEN = "a-token-for-tests"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 -- any JSON
        return json.loads(self.out)


@dataclass(frozen=True)
class Cli:
    """Runs ``device-agent`` in surroundings of its own."""

    home: Path
    environ: Mapping[str, str]

    @property
    def state_dir(self) -> Path:
        return self.home / ".local" / "state" / "device-agent"

    def __call__(self, *words: str, **environ: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "device_agent", *words],
            cwd=self.home,
            env={**self.environ, **environ},
            capture_output=True,
            timeout=50,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Have an agent run with these flags, and stop it as systemd would."""
        log = self.home / "run.log"
        with (
            log.open("wb") as stderr,
            subprocess.Popen(
                [sys.executable, "-m", "device_agent", "run", *words],
                cwd=self.home,
                env=self.environ,
                stderr=stderr,
            ) as agent,
        ):
            try:
                self._wait_until_it_answers(agent, log)
                yield agent
            finally:
                agent.send_signal(signal.SIGTERM)
                agent.wait(START_S)

    def _wait_until_it_answers(self, agent: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + START_S
        while self("status").code != 0:
            if agent.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the agent did not start: {log.read_text()}")


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    root = str(Path(__file__).parents[3])
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": root}
    environ |= {name: value for name, value in os.environ.items() if name.startswith("COV")}
    return Cli(tmp_path, environ)


@pytest.fixture
def desktop_cli(cli: Cli, x_server: str) -> Cli:
    """The same, with a display."""
    return Cli(cli.home, {**cli.environ, "DISPLAY": x_server})


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    path.chmod(0o600)
    return path


def one_line(done: Done) -> str:
    """The one line that an error is."""
    lines = done.err.splitlines()
    assert len(lines) == 1, done.err
    assert "Traceback" not in done.err
    return lines[0]
