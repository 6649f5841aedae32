"""Pictures of a desktop of 1920x1080, from the COMMAND to the picture at the hub."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import mss
from PIL import Image

from device_agent.screen.base import Frame, Region
from device_agent.screen.encode import PictureFormat, encode
from device_agent.screen.memory import keep_frame_buffers
from device_agent.screen.png import png

from ..figures import descriptors, rss_mib, timed_ms
from ..rigs.desktop import HEIGHT, WIDTH, x_clients
from ..rigs.hub import action
from ..rigs.rig import Rig
from ..row import Measured

RUNS = 100
RAW_RUNS = 40
MANY = 1000
BEFORE = 100
DELIVERED_S = 6.0
"""Answers are kept until a heartbeat, 2 s later, proves that they have arrived."""


async def lossless(rig: Rig) -> Measured:
    """As PNG."""
    display = rig.need_display()
    connected = await rig.connected()
    found = await connected.hub.measure(RUNS, action("screenshot"))
    raw = await asyncio.to_thread(_raw, display, _as_png)
    return replace(found, raw=raw, raw_what="grab, filter and deflate in one process")


async def jpeg(rig: Rig) -> Measured:
    """As JPEG of quality 75."""
    display = rig.need_display()
    connected = await rig.connected()
    found = await connected.hub.measure(RUNS, action("screenshot", format="jpeg", quality=75))
    raw = await asyncio.to_thread(_raw, display, _as_jpeg)
    return replace(found, raw=raw, raw_what="grab and encode in one process")


async def unchanged(rig: Rig) -> Measured:
    """Nothing has changed since the last one."""
    display = rig.need_display()
    connected = await rig.connected()
    (result,) = (await connected.hub.ask(action("screenshot"))).results()
    again = action("screenshot", if_changed_since=result["result"]["frame_id"])
    found = await connected.hub.measure(RUNS, again)
    (last,) = (await connected.hub.ask(again)).results()
    if not last["result"].get("not_modified"):
        raise RuntimeError("the desktop has changed by itself")
    raw = await asyncio.to_thread(_raw_comparison, display)
    return replace(found, raw=raw, raw_what="comparing two frames, without the grab")


async def many(rig: Rig) -> Measured:
    """What is left over after a thousand."""
    display = rig.need_display()
    connected = await rig.connected()
    pids = (connected.agent.broker_pid, connected.agent.worker_pid)

    async def state() -> tuple[int, int, float]:
        await asyncio.sleep(DELIVERED_S)
        return (
            x_clients(display),
            sum(descriptors(pid) for pid in pids),
            sum(rss_mib(pid) for pid in pids),
        )

    shots = [action("screenshot"), action("screenshot", format="jpeg")]
    for number in range(BEFORE):
        await connected.hub.ask(shots[number % 2])
    before = await state()
    for number in range(MANY):
        (await connected.hub.ask(shots[number % 2])).results()
    clients, files, mib = (now - then for now, then in zip(await state(), before, strict=True))
    shown = f"X connections {clients:+.0f}, descriptors {files:+.0f}, RSS {mib:+.1f} MB"
    return Measured(max(clients, 0) + max(files, 0) + max(mib, 0), shown=shown, runs=MANY)


def _raw(display: str, make: Callable[[Frame], object]) -> float:
    keep_frame_buffers()
    with mss.MSS(display=display) as camera:
        place = Region(0, 0, WIDTH, HEIGHT)
        box = camera.monitors[0]
        return timed_ms(lambda: make(Frame(camera.grab(box).raw, place)), RAW_RUNS)


def _as_png(frame: Frame) -> object:
    return png(Image.frombuffer("RGB", (WIDTH, HEIGHT), frame.pixels, "raw", "BGRX", 0, 1))


def _as_jpeg(frame: Frame) -> object:
    return encode(frame, PictureFormat.JPEG)


def _raw_comparison(display: str) -> float:
    with mss.MSS(display=display) as camera:
        one, other = (camera.grab(camera.monitors[0]).raw for _ in range(2))
        return timed_ms(lambda: one == other, RAW_RUNS)
