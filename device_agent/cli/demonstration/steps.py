"""What the demo does with a hub full of devices: a handful of tasks, and what came of each."""

import asyncio
import base64
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import DeviceAgentError, Failure, ToolError
from .display import Display
from .orchestrator import Orchestrator
from .window import TextWindow

LINE = "Größe, façade, zażółć gęślą jaźń — 你好,世界 🚀🎉"
READ_WITHIN_S = 10.0
MAX_IMAGE_BYTES = 8_000_000
MOST_LOOKS = 20
TEBIBYTE = 1024**4

Picture = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of a step.

    Attributes:
        name: One word.
        ok: Whether it went as it should.
        detail: One line for people.
        facts: For scripts.

    """

    name: str
    ok: bool
    detail: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scenery:
    """
    What the steps work with.

    Attributes:
        hub: Gives tasks.
        devices: Ids of all devices, this machine's among them.
        here: This machine's id.
        display: Where its window is.
        window: The window to type into.
        image: Where the screenshot is kept.

    """

    hub: Orchestrator
    devices: tuple[str, ...]
    here: str
    display: Display
    window: TextWindow
    image: Path


Step = Callable[[Scenery], Awaitable[tuple[str, dict[str, Any]]]]


async def perform(name: str, step: Step, scenery: Scenery) -> Outcome:
    """Do one step; whatever goes wrong on the way is its outcome."""
    try:
        detail, facts = await step(scenery)
    except TimeoutError:
        return Outcome(name, ok=False, detail="nothing came in time", facts={})
    except (DeviceAgentError, OSError) as error:
        return Outcome(name, ok=False, detail=" ".join(str(error).split()), facts={})
    return Outcome(name, ok=True, detail=detail, facts=facts)


async def collect_facts(scenery: Scenery) -> tuple[str, dict[str, Any]]:
    """Ask every device at once what it is."""
    async with asyncio.TaskGroup() as group:
        asking = [
            group.create_task(_facts_or_error(scenery, device_id)) for device_id in scenery.devices
        ]
    answers = [each.result() for each in asking]
    errors = [answer for answer in answers if isinstance(answer, ToolError)]
    if errors:
        raise ToolError(Failure.FAILED, f"{len(errors)} of {len(answers)} failed: {errors[0]}")
    told = [answer for answer in answers if isinstance(answer, dict)]
    systems = Counter(str(facts.get("os", "unknown")) for facts in told)
    cpus = sum(facts.get("cpu_count") or 0 for facts in told)
    memory = sum(facts.get("memory_total") or 0 for facts in told)
    kinds = ", ".join(f"{count} {system}" for system, count in systems.most_common())
    detail = f"{len(told)} of {len(scenery.devices)} devices answered: {kinds}"
    detail += f"; {cpus} processors, {memory / TEBIBYTE:.1f} TiB of memory in all"
    return detail, {"devices": len(told), "systems": systems, "cpus": cpus, "memory": memory}


async def type_line(scenery: Scenery) -> tuple[str, dict[str, Any]]:
    """Find the window, click into it, type a line, and compare what its program has read."""
    window = await _find(scenery)
    area = window["region"]
    middle = {"x": area["x"] + area["width"] // 2, "y": area["y"] + area["height"] // 2}
    await scenery.hub.act(scenery.here, "mouse_click", **middle)
    if scenery.display.tells_focus:
        # The user may have turned to another window: never type into that one.
        await _find(scenery, active=True)
    await scenery.hub.act(scenery.here, "type_text", text=f"{LINE}\n")
    async with asyncio.timeout(READ_WITHIN_S):
        read = await scenery.window.line()
    if read != LINE:
        raise ToolError(Failure.FAILED, f"the window's program has read {read!r}")
    detail = f'"{LINE}" into a real window ({scenery.window.program}), read back exactly'
    return detail, {"text": LINE, "program": scenery.window.program}


async def take_screenshot(scenery: Scenery) -> tuple[str, dict[str, Any]]:
    """Keep an image of this machine's screen, once nothing moves on it any more."""
    picture = await _still_picture(scenery)
    content = base64.b64decode(picture["image"], validate=True)
    await asyncio.to_thread(_write, scenery.image, content)
    size = f"{picture['width']}x{picture['height']}"
    facts = {"file": str(scenery.image), "width": picture["width"], "height": picture["height"]}
    facts["size_bytes"] = len(content)
    return f"{scenery.image} ({size}, {len(content) / 1000:.0f} kB)", facts


def refuse(words: str, expected: frozenset[Failure]) -> Step:
    """A task that fails on purpose: what was asked for must not happen, and be reported so."""

    async def step(scenery: Scenery) -> tuple[str, dict[str, Any]]:
        try:
            await scenery.hub.task(scenery.here, words)
        except ToolError as error:
            if error.failure in expected:
                facts = {"request": words, "failure": error.failure.value, "error": error.detail}
                reason = str(error).partition(" (")[0].partition(";")[0]
                return f'"{words}" was reported as failed, as it should be: {reason}', facts
            raise
        raise ToolError(Failure.FAILED, f'"{words}" was done, and should have failed')

    return step


async def _facts_or_error(scenery: Scenery, device_id: str) -> dict[str, Any] | ToolError:
    try:
        result = await scenery.hub.act(device_id, "system_info")
    except ToolError as error:
        return error
    facts: dict[str, Any] = result["facts"]
    return facts


async def _find(scenery: Scenery, *, active: bool = False) -> dict[str, Any]:
    """Wait for the demo's window in the window list of this machine; and for its focus."""
    for _ in range(MOST_LOOKS):
        listed = await scenery.hub.act(scenery.here, "list_windows")
        for window in listed["windows"]:
            if window["title"] == scenery.window.title and (window["active"] or not active):
                found: dict[str, Any] = window
                return found
        await scenery.hub.act(scenery.here, "wait", seconds=0.1)
    what = "does not get the focus" if active else "is not in the list of windows"
    raise ToolError(Failure.UNAVAILABLE, f"the demo's window {what}")


async def _still_picture(scenery: Scenery) -> Picture:
    picture: Picture = await scenery.hub.act(scenery.here, "screenshot", max_bytes=MAX_IMAGE_BYTES)
    for _ in range(MOST_LOOKS):
        again: Picture = await scenery.hub.act(
            scenery.here,
            "screenshot",
            max_bytes=MAX_IMAGE_BYTES,
            if_changed_since=picture["frame_id"],
        )
        if again.get("not_modified"):
            break
        picture = again
    return picture


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
