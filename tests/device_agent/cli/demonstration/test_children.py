import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from device_agent.cli.demonstration import children as module
from device_agent.cli.demonstration.children import MARK, ChildEnded, children, sweep

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals as on POSIX")
PATIENCE_S = 20.0
READY_THEN_WAIT = "print('ready', flush=True); import signal; signal.pause()"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {READY_THEN_WAIT}"
# Leaves its session, as a daemon does, and tells who it is.
STRAY = (
    "import os, subprocess, sys; "
    "p = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'], "
    "stdout=subprocess.DEVNULL, start_new_session=True); print(p.pid, flush=True)"
)


def _python(code: str) -> list[str | Path]:
    return [sys.executable, "-c", code]


def test_a_child_that_ends_by_itself_ends_all_with_its_last_words(tmp_path: Path) -> None:
    pids: list[int] = []

    async def play() -> None:
        async with asyncio.timeout(PATIENCE_S), children(tmp_path, "mark") as several:
            other = await several.start("other", _python(READY_THEN_WAIT))
            pids.append(other.process.pid)
            await several.start("bad one", _python("raise SystemExit('no such port\\n----')"))
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as ended:
        asyncio.run(play())
    error: BaseException = ended.value
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ChildEnded)
    assert str(error) == "bad one ended with exit code 1: no such port"
    assert not psutil.pid_exists(pids[0])


def test_a_child_that_ends_before_its_line_says_so(tmp_path: Path) -> None:
    async def play() -> None:
        several = module.Children(tmp_path, "mark")
        child = await several.start("mute", _python("pass"))
        with pytest.raises(ChildEnded, match="exit code 0 and said nothing"):
            await child.line()
        await child.process.communicate()

    asyncio.run(play())


def test_a_child_that_does_not_stop_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STOP_S", 0.2)

    async def play() -> int:
        async with asyncio.timeout(PATIENCE_S), children(tmp_path, "mark") as several:
            deaf = await several.start("deaf", _python(DEAF))
            assert await deaf.line() == "ready\n"
        return deaf.process.returncode or 0

    assert asyncio.run(play()) == -9


def test_children_have_the_mark_and_none_of_the_users_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DEVICE_AGENT_TOKEN", "DEVICE_SIM_TOKEN", "CONSTELLATION_HUB"):
        monkeypatch.setenv(name, "the user's own")
    code = "import os, json; print(json.dumps(dict(os.environ)), flush=True)"

    async def play() -> str:
        several = module.Children(tmp_path, "mark")
        child = await several.start("env", _python(code), {"DISPLAY": ":9"})
        out, _ = await child.process.communicate()
        return out.decode()

    told = asyncio.run(play())
    assert "the user's own" not in told
    assert f'"{MARK}": "mark"' in told
    assert '"DISPLAY": ":9"' in told
    assert f'"TMPDIR": "{tmp_path}"' in told


def test_sweep_ends_what_a_child_has_left_behind(tmp_path: Path) -> None:
    async def play() -> None:
        several = module.Children(tmp_path, "a mark of this test")
        starter = await several.start("starter", _python(STRAY))
        out, _ = await starter.process.communicate()
        stray = psutil.Process(int(out))
        assert stray.is_running()
        assert await sweep("a mark of this test")
        assert not stray.is_running() or stray.status() == psutil.STATUS_ZOMBIE

    asyncio.run(play())
