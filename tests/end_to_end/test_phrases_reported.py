"""Plain words from a constellation, through our hub: what windows and files say came of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from constellation.client import HubClient, Order, connected
from constellation.hub.server import HubSettings, running_hub
from constellation.listing import list_devices
from device_agent.links.dial import DialTarget
from tests.end_to_end.desks import desk, shows
from tests.end_to_end.reporters import Reporter, gtk_reporter
from tests.end_to_end.rigs import TOKEN, Agent, run_async, running

PATIENCE_S = 30.0
WALL = "2026-01-02T03:04:05+00:00"
EVERYTHING = 'tiers = ["observe", "input", "clipboard", "files", "shell"]'


@dataclass(frozen=True)
class Asker:
    """Somebody at a hub who asks one device for things in words."""

    client: HubClient

    async def ask(self, words: str) -> Any:  # noqa: ANN401 -- a result of any shape is in it
        """What came of a task: its error, and its steps."""
        return await self.client.ask(Order("d1", request=words), PATIENCE_S)

    async def does(self, words: str) -> Any:  # noqa: ANN401 -- JSON
        """The result of the last step of a task that succeeds."""
        end = await self.ask(words)
        assert end.error is None, f"{words}: {end.error}"
        return end.result["steps"][-1]["result"]


@asynccontextmanager
async def asking(folder: Path, display: str, policy: str) -> AsyncIterator[Asker]:
    """Have a hub, an agent with that policy, and a constellation."""
    file = folder / "policy.toml"
    file.write_text(policy)
    settings = HubSettings(token=TOKEN, port=0)
    async with running_hub(settings, lambda: WALL) as hub:
        agent = Agent(folder, "--hub", hub.url, "--policy", str(file), display=display)
        with running(agent):
            await connected_to(hub.url)
            target = DialTarget(hub.url, SecretStr(TOKEN))
            async with connected(target, lambda: WALL) as client:
                yield Asker(client)


async def connected_to(hub: str) -> None:
    """Wait until the hub lists a device."""
    async with asyncio.timeout(PATIENCE_S):
        while not await list_devices(hub, TOKEN):  # noqa: ASYNC110 -- no event tells of it
            await asyncio.sleep(0.02)


SAID = (
    "take a screenshot", "take a screenshot of display 1", "show me the screen",
    "take a screenshot of the area 10,20 to 110,70", "zoom into 10,20 to 110,70",
    "take a screenshot of the window gtk reporter", "how big is the screen", "list displays",
    "wait until the screen is still", "wait for the window gtk reporter",
    "where is the pointer", "system info", "check disk usage", "how much memory is free",
    "show the uptime", "what is the hostname", "what can you do?", "list processes",
    "which process uses most CPU", "wait 100 ms", "What windows are open?",
    "write \"hello\" to the file notes.txt", "append \" you\" to the file notes.txt",
    "does the file notes.txt exist?", "copy the file notes.txt to b.txt",
    "create the folder Reports", "move the file b.txt to Reports/b.txt", "list files in Reports",
    "find files named *.txt", "delete the folder Reports with everything in it",
    "run echo hi there", "list terminals",
    "switch to gtk reporter", "move the window gtk reporter to 50,60",
    "resize the window gtk reporter to 600x420", "maximise the window gtk reporter",
    "restore the window gtk reporter", "move to 200,300", "click 200,300", "double-click 250 310",
    "RIGHT CLICK at 220,300", "drag 150,150 to 250,250", "scroll down 3", "scroll up",
    "press ctrl+s", "hold shift for 0.2 seconds", "type \"héllo\"", "select all", "undo",
)  # fmt: skip


def test_what_was_said_is_what_the_window_and_the_files_report(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()

    async def story(display: str, app: Reporter) -> None:
        async with asking(
            tmp_path, display, f'{EVERYTHING}\n[files]\nroots = ["{files}"]\n'
        ) as who:
            told = {words: await who.does(words) for words in SAID}
            assert told["take a screenshot"]["width"] == 1280
            assert told["run echo hi there"]["stdout"] == "hi there\n"
            assert (await who.does("read the file notes.txt"))["text"] == "hello you"
            await shows(app, lambda: app.of("key", key="s", held=["ctrl"]))
            await shows(app, lambda: app.of("press", count=2, x=250, y=310))
            await shows(app, lambda: app.of("press", button=3, x=220, y=300))
            await shows(app, lambda: (app.clicks("down"), app.clicks("up")) == (3, 3))
            assert app.of("key", key="eacute")
            several = await who.ask('press a then type "b; c" then take a screenshot')
            assert [step["tool"] for step in several.result["steps"]] == [
                "press_keys", "type_text", "screenshot",
            ]  # fmt: skip
            assert several.result["steps"][-1]["result"]["image"]
            await who.does("close the window gtk reporter")
            await shows(app, lambda: app.of("closed"))

    with desk(tmp_path) as display, gtk_reporter(display, tmp_path) as reporter:
        run_async(lambda: story(display, reporter))
