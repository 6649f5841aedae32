"""The same work done by us and by a peer, in turns on the same desktop."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..figures import WARM_UP_RUNS, median, p99
from ..peers import cua
from ..rigs.hub import Frame, Hub, action
from ..rigs.rig import Rig
from ..rigs.windows import tk_entry
from ..row import Measured
from .inputs import ASCII, PLACE, RUNS, TYPING_RUNS

SHOTS = 20


async def cua_lossless(rig: Rig) -> Measured:
    """Our share of the time that cua takes for a PNG."""
    return _share(*await _in_turns(rig, SHOTS, action("screenshot"), "screenshot", {}))


async def cua_jpeg(rig: Rig) -> Measured:
    """Our share of the time that cua takes for a JPEG of the same quality."""
    how = {"format": "jpeg", "quality": 75}
    return _share(*await _in_turns(rig, SHOTS, action("screenshot", **how), "screenshot", how))


async def cua_ascii(rig: Rig) -> Measured:
    """Our share of the time that cua takes to type 100 characters into a Tk entry."""
    hub, peer = await _opponents(rig)
    ours, theirs, wrong = [], [], 0
    async with tk_entry(rig.need_display(), _folder(rig.directory)) as window:
        x, y = window.place
        (await hub.ask(action("mouse_click", x=x, y=y))).results()
        for _ in range(TYPING_RUNS):
            answer = await hub.ask(action("type_text", text=ASCII))
            answer.results()
            ours.append(answer.took_ms)
            wrong += await asyncio.to_thread(window.typed_like, ASCII) != ASCII
            theirs.append(await peer.ask("type_text", text=ASCII))
            await asyncio.to_thread(window.typed_like, ASCII)
    if wrong:
        raise RuntimeError(f"{wrong} of {TYPING_RUNS} texts of ours arrived wrong")
    return _share(ours, theirs)


async def cua_click(rig: Rig) -> Measured:
    """Our click, which is journalled, beside cua's, which is not; milliseconds of ours."""
    at = dict(zip("xy", PLACE, strict=True))
    ours, theirs = await _in_turns(rig, RUNS, action("mouse_click", **at), "left_click", at)
    return Measured(median(ours), shown=_shown(ours, theirs), p99=p99(ours), runs=RUNS)


async def _in_turns(
    rig: Rig, runs: int, ours: Frame, theirs: str, parameters: Mapping[str, Any]
) -> tuple[list[float], list[float]]:
    """Milliseconds of each run of both; whatever else this machine does hits both alike."""
    hub, peer = await _opponents(rig)
    took: list[tuple[float, float]] = []
    for _ in range(WARM_UP_RUNS + runs):
        answer = await hub.ask(ours)
        answer.results()
        took.append((answer.took_ms, await peer.ask(theirs, **parameters)))
    counted = took[WARM_UP_RUNS:]
    return [one for one, _ in counted], [other for _, other in counted]


async def _opponents(rig: Rig) -> tuple[Hub, cua.Cua]:
    display = rig.need_display()
    hub = (await rig.connected()).hub
    return hub, await rig.once("cua", lambda: cua.running(rig.directory, display))


def _folder(directory: Path) -> Path:
    folder = directory / "peers"
    folder.mkdir()
    return folder


def _share(ours: list[float], theirs: list[float]) -> Measured:
    percent = 100 * median(ours) / median(theirs)
    return Measured(percent, shown=_shown(ours, theirs), runs=len(ours))


def _shown(ours: list[float], theirs: list[float]) -> str:
    we, they = median(ours), median(theirs)
    ratio = f"{they / we:.1f} x faster" if they >= we else f"{we / they:.1f} x slower"
    return f"{we:.1f} ms, cua {they:.1f} ms: {ratio}"
