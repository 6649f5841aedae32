import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.inputs import x11_drain
from device_agent.inputs.x11_drain import DRAIN_S, drain, is_busy, settled
from tests.x11 import wait_until


@contextmanager
def python(code: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


BUSY = "print(flush=True)\nwhile True: pass"
ASLEEP = "print(flush=True)\ninput()"


def nothing() -> None:
    """A server that answers at once."""


def test_a_program_that_computes_is_busy() -> None:
    with python(BUSY) as process:
        wait_until(lambda: is_busy(process.pid), "it computes")


def test_a_program_that_waits_is_not() -> None:
    with python(ASLEEP) as process:
        wait_until(lambda: not is_busy(process.pid), "it waits")


def test_a_process_that_is_gone_is_not_busy() -> None:
    with python(ASLEEP) as process:
        pass
    assert not is_busy(process.pid)


def test_an_unknown_reader_is_given_a_fixed_time() -> None:
    started_s = time.monotonic()
    drain(None, started_s, nothing)
    assert time.monotonic() - started_s >= DRAIN_S


def test_nothing_is_waited_for_when_the_last_key_is_long_ago() -> None:
    started_s = time.monotonic()
    drain(None, started_s - 1.0, nothing)
    assert time.monotonic() - started_s < DRAIN_S


def test_a_reader_that_never_comes_to_rest_fails_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(x11_drain, "PATIENCE_S", 0.1)
    monkeypatch.setattr(x11_drain, "is_busy", lambda _: True)
    with pytest.raises(ToolError) as failed:
        drain(1, time.monotonic(), nothing)
    assert failed.value.failure is Failure.FAILED


def test_a_program_is_looked_at_only_after_the_server_has_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    order: list[str] = []

    def busy(_: int) -> bool:
        order.append("look")
        return len(order) < 4

    monkeypatch.setattr(x11_drain, "is_busy", busy)
    assert settled(1, lambda: order.append("answer"), 5.0)
    assert order == ["answer", "look"] * 5
