"""A desktop of one or two displays, and an agent on it that a hub tells what to do."""

import asyncio
import base64
import io
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import xcffib
import xcffib.randr
from PIL import Image

from tests.end_to_end.reporters import SQUARE, Reporter
from tests.end_to_end.rigs import PATIENCE_S, Agent, Frame, PlainHub, action, running
from tests.x11 import set_layout, window_manager, x_server_of_its_own

Box = tuple[int, int, int, int]


@contextmanager
def desk(folder: Path, layout: str = "us", monitors: Sequence[Box] = ()) -> Iterator[str]:
    """
    A desktop with a window manager; yields its X server's name.

    Args:
        folder: The window manager's home.
        layout: Of the keyboard.
        monitors: Left, top, width and height of each display, the primary one first; one of
            1280x800 if empty.

    """
    wide = max((left + width for left, _, width, _ in monitors), default=1280)
    high = max((top + height for _, top, _, height in monitors), default=800)
    with x_server_of_its_own(f"{wide}x{high}x24") as display:
        cut(display, monitors)
        with window_manager(display, folder):
            set_layout(display, layout)
            yield display


def cut(display: str, monitors: Sequence[Box]) -> None:
    """Cut a screen into monitors, as ``xrandr --setmonitor`` does."""
    connection = xcffib.connect(display)
    randr = connection(xcffib.randr.key)
    root = connection.setup.roots[0].root
    output = randr.GetScreenResources(root).reply().outputs[0]
    for place, box in enumerate(monitors):
        name = f"part-{place + 1}"
        atom = connection.core.InternAtom(False, len(name), name).reply().atom
        # The first one takes the only output there is, or it would stay a monitor of its own.
        outputs = [output] if place == 0 else []
        info = xcffib.randr.MonitorInfo.synthetic(
            atom, place == 0, False, len(outputs), *box, box[2] // 4, box[3] // 4, outputs
        )
        randr.SetMonitor(root, info, is_checked=True).check()
    connection.disconnect()


@dataclass(frozen=True)
class Driven:
    """An agent, and the hub that tells it what to do."""

    hub: PlainHub
    _names: Iterator[int]

    async def ask(self, *actions: Frame) -> list[Frame]:
        """The results of one COMMAND."""
        answer = await self.hub.command(f"r{next(self._names)}", *actions)
        results: list[Frame] = answer["action_results"]
        return results

    async def call(self, tool: str, **parameters: object) -> Any:  # noqa: ANN401 -- JSON
        """Call a tool that succeeds; its result."""
        (result,) = await self.ask(action(tool, **parameters))
        assert result["status"] == "success", f"{tool} {parameters}: {result['error']}"
        return result["result"]

    async def refused(self, tool: str, **parameters: object) -> str:
        """Call a tool that fails; its error."""
        (result,) = await self.ask(action(tool, **parameters))
        assert result["status"] == "failure", f"{tool} {parameters} did not fail"
        return str(result["error"])


@asynccontextmanager
async def driven(folder: Path, display: str, *flags: str) -> AsyncIterator[Driven]:
    """Have an agent on a display, registered with a hub of its own."""
    async with PlainHub().open() as hub:
        with running(Agent(folder, "--hub", hub.url, *flags, display=display)):
            await hub.registered()
            yield Driven(hub, count(1))


async def shows(
    reporter: Reporter, condition: Callable[[], object], patience_s: float = 10.0
) -> None:
    """Wait until an application has told what makes *condition* true."""
    end = time.monotonic() + patience_s
    while not await asyncio.to_thread(condition):
        assert time.monotonic() < end, f"only told: {reporter.events()[-12:]}"
        await asyncio.sleep(0.01)


async def drawn(device: Driven) -> None:
    """Wait until the screen shows a reporter's square; it comes a little later than its window."""
    async with asyncio.timeout(PATIENCE_S):
        while not _has(picture(shot := await device.call("screenshot")), SQUARE):
            await device.call("wait_for_screen", until="changed", since=shot["frame_id"])


def picture(result: Frame) -> Image.Image:
    """The image of a screenshot's result."""
    return Image.open(io.BytesIO(base64.b64decode(result["image"]))).convert("RGB")


def _has(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    colours = image.getcolors(image.width * image.height) or []
    return any(found == colour for _, found in colours)


def middle_of(image: Image.Image, colour: tuple[int, int, int], slack: int = 40) -> tuple[int, int]:
    """The middle of everything that has about this colour."""
    pixels = image.load()
    assert pixels is not None
    found = [
        (x, y)
        for y in range(image.height)
        for x in range(image.width)
        if all(abs(got - want) <= slack for got, want in zip(pixels[x, y], colour, strict=True))
    ]
    assert found, f"nothing in the picture is {colour}"
    across, down = zip(*found, strict=True)
    return (min(across) + max(across)) // 2, (min(down) + max(down)) // 2
