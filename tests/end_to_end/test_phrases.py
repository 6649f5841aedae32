"""Plain words through a hub to a real desktop: what was done comes back, a no has its rule."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from constellation.client import HubClient, Order, connected
from device_agent.links.dial import DialTarget
from device_agent.runtime.clock import now_text
from tests.end_to_end.desks import desk
from tests.end_to_end.rigs import TOKEN, Agent, run_async, running
from tests.x11 import xterm

DEVICE = "d1"
DONE = """
take a screenshot
take a screenshot of the window "xterm target"
screen size
list displays
take a screenshot of the area 0,0 to 100,50
zoom into 0,0 to 100,50
where is the pointer
system info
wait until the screen is still
wait for the window "xterm target"
list windows
check disk usage
which window is active?
switch to "xterm target"
move the window "xterm target" to 60,80
resize the window "xterm target" to 500x300
maximise the window "xterm target"
restore the window "xterm target"
minimise the window "xterm target"
activate the app XTerm
click 200,300
double-click 200,300
right click at 1000,700
move to 200,300
drag 900,600 to 1000,700
hold the mouse button
release the mouse button
scroll down 3
scroll to the top
press escape
press page down 2 times
type "héllo 你好 😀"
hold shift for 0.1 seconds
hold down ctrl
release ctrl
select all
undo
create the folder Reports
write "hello" to the file Reports/a.txt
list files
append "more" to the file Reports/a.txt
read the file Reports/a.txt
copy "some text" to the clipboard
what is in the clipboard?
how big is the file Reports/a.txt
copy the file Reports/a.txt to Reports/b.txt
rename the file Reports/b.txt to Reports/c.txt
find files named *.txt
delete the file Reports/c.txt
delete the folder Reports with everything in it
list processes
which process uses most memory
is xterm running
run echo hello
list terminals
check memory usage
what is the hostname
list tools
wait 0.1 seconds
close the window "xterm target"
""".strip().splitlines()
REFUSED = {
    "run echo hello": "rule `shell.mode`",
    "list terminals": "rule `shell.mode`",
    "open https://example.org": "rule `shell.mode`",
    "list files": "rule `tiers`",
    "drag 1,1 to 9,9": "rule `tools.deny`",
    "scroll down": "rule `tools.ask`",
    'type "x"': "rule `input.deny_windows.0`",
    "what apps are installed?": "share_inventory",
}
FAILED = {
    "close the window Nothing Like It": "bad_arguments",
    "take a screenshot of display 9": "bad_arguments",
    "click 5000,5000": "bad_arguments",
    "kill process 1 called nothing-like-it": "policy",
    "frobnicate": "did not understand",
}


@contextmanager
def _hub(folder: Path) -> Iterator[str]:
    token_file = folder / "token"
    token_file.write_text(TOKEN + "\n")
    token_file.chmod(0o600)
    command = [sys.executable, "-m", "constellation.cli", "hub", "--port", "0", "--json"]
    with subprocess.Popen(
        [*command, "--token-file", str(token_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["listening"]
        finally:
            process.kill()


async def _ask(client: HubClient, words: str) -> tuple[str, str, list[dict[str, Any]]]:
    ended = await client.ask(Order(DEVICE, request=words), timeout_s=30)
    result = ended.result if isinstance(ended.result, dict) else {}
    return ended.status, ended.error or "", result.get("steps", [])


async def _there(client: HubClient) -> None:
    """Wait until the device is at the hub; the clean end of a harmless task says so."""
    async with asyncio.timeout(20):
        while (await _ask(client, "screen size"))[0] != "completed":  # noqa: ASYNC110 -- a process
            await asyncio.sleep(0.05)


def _client(url: str) -> Any:  # noqa: ANN401 -- a context manager
    return connected(DialTarget(url, token=SecretStr(TOKEN)), now_text)


def test_forty_phrases_and_more_are_done_and_say_what_they_gave(tmp_path: Path) -> None:
    roots = tmp_path / "files"
    roots.mkdir()
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'tiers = ["observe", "input", "clipboard", "files", "shell"]\n'
        f'[files]\nroots = ["{roots}"]\n'
    )
    assert len(DONE) > 50

    async def story(url: str) -> None:
        async with _client(url) as client:
            await _there(client)
            for words in DONE:
                status, error, steps = await _ask(client, words)
                assert (status, error) == ("completed", ""), words
                assert [step["status"] for step in steps] == ["success"], words
            _, _, steps = await _ask(client, "take a screenshot then screen size")
            assert [step["tool"] for step in steps] == ["screenshot", "screen_size"]
            assert steps[0]["result"]["image"].startswith("iVBOR")

    _run(tmp_path, policy, story)


def test_every_refusal_names_its_rule_and_every_failure_its_cause(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'tiers = ["observe", "input", "shell"]\nshell = "argv"\n'
        '[tools]\ndeny = ["mouse_drag"]\nask = ["mouse_scroll"]\n'
        '[input]\ndeny_windows = [{ app = "^XTerm$" }]\n'
    )

    async def story(url: str) -> None:
        async with _client(url) as client:
            await _there(client)
            await _ask(client, "activate the app XTerm")
            for words, why in (REFUSED | FAILED).items():
                status, error, _ = await _ask(client, words)
                assert status == "failed", words
                assert why in error, (words, error)

    _run(tmp_path, policy, story)


def _run(folder: Path, policy: Path, story: Any) -> None:  # noqa: ANN401
    with desk(folder) as display, xterm(display, folder), _hub(folder) as url:
        agent = Agent(folder, "--hub", url, "--policy", str(policy), display=display)
        with running(agent):
            run_async(lambda: story(url))
