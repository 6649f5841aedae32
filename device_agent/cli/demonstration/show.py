"""Runs the demo: processes up, tasks through the hub, everything down again."""

import asyncio
import importlib.util
import json
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ...config.surroundings import Surroundings
from ...errors import ConfigError, DeviceAgentError, Failure
from . import display as displays
from . import window as windows
from .children import Child, Children, children, sweep
from .display import Display
from .orchestrator import connected, devices_at
from .steps import Outcome, Scenery, collect_facts, perform, refuse, take_screenshot, type_line
from .window import TextWindow

SIMULATED = 25
START_S = 30.0
LOOK_S = 0.05
GUESTS = ("constellation", "simulator")
POLICY = """\
# The demo's own machine on its own screen: look, point and type; no shell, no files.
tiers = ["observe", "input"]
"""
IMAGE = "device-agent-demo.png"

Tell = Callable[[Outcome], None]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """
    How the demo is wanted.

    Attributes:
        out: Directory of the screenshot.
        here: Use the screen in front of the user.
        device_id: What this machine is called at the hub.

    """

    out: Path
    here: bool
    device_id: str


@dataclass(frozen=True, slots=True)
class _Hub:
    url: str
    token: str
    token_file: Path


def check(wishes: Wishes) -> None:
    """
    Look for what the demo needs, before anything is started.

    Raises:
        ConfigError: Something is missing; says how to get it.

    """
    for package in GUESTS:
        if importlib.util.find_spec(package) is None:
            hint = "`pip install device-agent[demo]` brings it"
            raise ConfigError(f"the package {package} is missing", hint=hint)
    displays.check(here=wishes.here)
    windows.check()


def this_device() -> str:
    """What this machine is called at the demo's hub."""
    return Surroundings.here().device_id()


async def show(wishes: Wishes, tell: Tell, progress: Progress) -> None:
    """
    Run the demo.

    Args:
        wishes: How.
        tell: Hears of every step.
        progress: Hears what is being done, in a few words.

    Raises:
        ChildEnded: One of the processes ended by itself.
        DeviceAgentError: Something else did not come up.
        TimeoutError: Something did not come up in time.

    """
    mark = secrets.token_hex(8)
    with tempfile.TemporaryDirectory(
        prefix="device-agent-demo-", ignore_cleanup_errors=True
    ) as name:
        try:
            async with _played(wishes, Path(name), mark, progress) as scenery:
                await _steps(scenery, wishes, tell, progress)
                progress("stopping everything")
        except BaseExceptionGroup as group:
            raise _first(group) from None
        finally:
            is_over = await sweep(mark)
            progress("")
    tell(_end(is_over, Path(name)))


def _end(is_over: bool, directory: Path) -> Outcome:
    left = [] if is_over else ["a process"]
    left += [str(directory)] if directory.exists() else []
    return Outcome("end", not left, f"{' and '.join(left) or 'nothing'} was left behind", {})


async def _steps(scenery: Scenery, wishes: Wishes, tell: Tell, progress: Progress) -> None:
    simulated = len(scenery.devices) - 1
    detail = f"{simulated} simulated, and this machine: {scenery.here}, {scenery.display.label}"
    tell(Outcome("devices", ok=True, detail=detail, facts={"count": len(scenery.devices)}))
    # On the user's own screen the owner's policy counts, and it may allow a shell.
    forbidden = (
        ("water the plants", Failure.NOT_UNDERSTOOD)
        if wishes.here
        else ("run whoami", Failure.DENIED)
    )
    steps = {
        "facts": collect_facts,
        "typed": type_line,
        "picture": take_screenshot,
        "refused": refuse(forbidden[0], frozenset({forbidden[1]})),
    }
    for name, step in steps.items():
        progress(name)
        tell(await perform(name, step, scenery))


@asynccontextmanager
async def _played(
    wishes: Wishes, directory: Path, mark: str, progress: Progress
) -> AsyncIterator[Scenery]:
    """Have everything running and registered while the context lasts."""
    async with AsyncExitStack() as stack:
        several = await stack.enter_async_context(children(directory, mark))
        progress("starting a hub and a screen")
        async with asyncio.TaskGroup() as group:
            starting = group.create_task(_start_hub(several, directory))
            opening = group.create_task(_open(several, wishes, directory, stack))
        hub, (display, window) = starting.result(), opening.result()
        progress(f"starting {SIMULATED} simulated devices and this machine's agent")
        await _start_fleet(several, hub)
        await _start_agent(several, hub, wishes, display, directory)
        devices = await _registered(hub, wishes.device_id)
        client = await stack.enter_async_context(connected(hub.url, hub.token, _clock))
        image = wishes.out / IMAGE
        yield Scenery(client, devices, wishes.device_id, display, window, image)


async def _start_hub(several: Children, directory: Path) -> _Hub:
    token, token_file = secrets.token_urlsafe(32), directory / "token"
    token_file.touch(0o600)
    token_file.write_text(f"{token}\n")
    command = [*_module("constellation.cli"), "hub", "--port", "0", "--json"]
    hub = await several.start("hub", [*command, "--token-file", token_file])
    facts = await _said(hub)
    return _Hub(str(facts["listening"]), token, token_file)


async def _open(
    several: Children, wishes: Wishes, directory: Path, stack: AsyncExitStack
) -> tuple[Display, TextWindow]:
    display = await displays.open_display(several, directory, here=wishes.here)
    return display, await windows.open_window(several, display, directory, stack)


async def _start_fleet(several: Children, hub: _Hub) -> None:
    command = [*_module("simulator.cli"), "run", "--hub", hub.url, "--token-file", hub.token_file]
    await several.start("device-sim", [*command, "--devices", str(SIMULATED), "--quiet"])


async def _start_agent(
    several: Children, hub: _Hub, wishes: Wishes, display: Display, directory: Path
) -> None:
    settings = directory / "config.toml"
    settings.write_text("# The demo's agent has no other settings than its flags.\n")
    command = [*_module("device_agent"), "run", "--hub", hub.url, "--token-file", hub.token_file]
    command += ["--device-id", wishes.device_id, "--state-dir", directory / "state"]
    command += ["--config", settings]
    if display.is_own:
        policy = directory / "policy.toml"
        policy.write_text(POLICY)
        command += ["--policy", policy]
    await several.start("agent", command, display.environment)


async def _registered(hub: _Hub, here: str) -> tuple[str, ...]:
    """Wait until all devices are at the hub."""
    async with asyncio.timeout(START_S):
        while True:
            devices = await devices_at(hub.url, hub.token)
            if here in devices and len(devices) > SIMULATED:
                return devices
            await asyncio.sleep(LOOK_S)


async def _said(child: Child) -> dict[str, Any]:
    async with asyncio.timeout(START_S):
        facts: dict[str, Any] = json.loads(await child.line())
        return facts


def _module(name: str) -> list[str | Path]:
    return [sys.executable, "-m", name]


def _clock() -> str:
    return datetime.now(UTC).isoformat()  # noqa: TID251 -- the clock handed in


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """What went wrong first; what was cancelled because of it says nothing."""
    ours, others = group.split(DeviceAgentError)
    found: BaseException = ours or others or group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found


def stop_on_signals(task: asyncio.Task[None], heard: Callable[[int], None]) -> None:
    """Cancel *task* at the first signal; the others find it stopping already."""
    if sys.platform == "win32":
        return  # asyncio.run cancels at Ctrl-C by itself.
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        if not task.cancelling():
            heard(number)
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop, number)
