"""A scripted client of each vocabulary does a whole job on a real desktop: no name is unknown."""

import asyncio
import base64
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from device_agent.catalog.dialects import anthropic, openai, osworld
from tests.end_to_end.desks import Driven, desk, driven, middle_of, shows
from tests.end_to_end.reporters import SQUARE, Reporter, Window, gtk_reporter, tk_reporter
from tests.end_to_end.rigs import Frame, action, command, run_async

PLACE = {"x": 400, "y": 300}
HALF_SQUARE = 30


@dataclass
class Client:
    """Whoever speaks one vocabulary, through a hub; it notes the names that it used."""

    device: Driven
    agent_name: str
    used: set[str]
    _asked: int = 0

    async def ask(self, tool: str, **parameters: object) -> Frame:
        """The result of one action."""
        self._asked += 1
        name = f"{self.agent_name}-{self._asked}"
        frame = command(name, action(tool, **parameters))
        await self.device.hub.say({**frame, "agent_name": self.agent_name})
        await self.device.hub.until(lambda: bool(self.device.hub.results(name)))
        (result,) = self.device.hub.results(name)[-1]["action_results"]
        self.used.add(tool)
        return dict(result)

    async def do(self, tool: str, **parameters: object) -> Any:  # noqa: ANN401 -- JSON
        """What a call that succeeds gives."""
        result = await self.ask(tool, **parameters)
        assert result["status"] == "success", f"{tool} {parameters}: {result['error']}"
        return result["result"]


Job = Callable[[Client, Reporter, Path], Awaitable[None]]


def on_a_desktop(
    folder: Path, agent_name: str, job: Job, *flags: str, window: Window = gtk_reporter
) -> None:
    """Have a client do its job before a window that tells what happens to it."""

    async def whole(display: str, reporter: Reporter) -> None:
        async with driven(folder, display, *flags) as device:
            if window is tk_reporter:
                await drawn(device)
            await job(Client(device, agent_name, set()), reporter, folder)

    with desk(folder) as display, window(display, folder) as reporter:
        run_async(lambda: whole(display, reporter))


async def drawn(device: Driven) -> None:
    """Wait until the window shows its square; it is mapped a little earlier."""
    async with asyncio.timeout(10):
        while True:
            looked = await device.call("screenshot")
            colours = image_of(looked["image"]).getcolors(maxcolors=1 << 24) or []
            if SQUARE in [colour for _, colour in colours]:
                return
            await device.call(
                "wait_for_screen", until="changed", since=looked["frame_id"], timeout_s=2.0
            )


def image_of(encoded: str) -> Image.Image:
    """An image that came as base64."""
    return Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGB")


async def pressed_on_the_square(app: Reporter) -> None:
    """Wait until the first press was told, and see that it was on the square."""
    await shows(app, lambda: app.of("press"))
    press, placed = app.of("press")[0], app.last("placed")
    assert abs(press["x"] - (placed["x"] + 330)) <= HALF_SQUARE
    assert abs(press["y"] - (placed["y"] + 230)) <= HALF_SQUARE


def test_anthropics_toolset_on_scaled_screenshots(tmp_path: Path) -> None:
    async def job(client: Client, app: Reporter, _: Path) -> None:
        shown = await client.do("screenshot", display_width_px=640, display_height_px=400)
        (block,) = shown["content"]
        image = image_of(block["source"]["data"])
        assert image.size == (640, 400)
        square = list(middle_of(image, SQUARE))
        await anthropic_points(client, app, square)
        await anthropic_types(client, app)
        part = [square[0] - 20, square[1] - 20, square[0] + 20, square[1] + 20]
        zoomed = await client.do("zoom", region=part)
        middle_of(image_of(zoomed["content"][0]["source"]["data"]), SQUARE)
        assert client.used == set(anthropic.ACTIONS)
        refused = await client.ask("left_click", coordinate=[640, 10])
        assert refused["status"] == "failure"
        assert refused["result"]["is_error"] is True

    on_a_desktop(tmp_path, "anthropic", job, window=tk_reporter)


async def anthropic_points(client: Client, app: Reporter, square: list[int]) -> None:
    await client.do("left_click", coordinate=square)
    await pressed_on_the_square(app)
    told = await client.do("cursor_position")
    assert told["content"][0]["text"] == f"X={square[0]},Y={square[1]}"
    for name, number in (("middle_click", 2), ("right_click", 3)):
        await client.do(name, coordinate=square)
        await shows(app, lambda n=number: app.of("press", button=n))
    await client.do("double_click", coordinate=[200, 100])
    await shows(app, lambda: app.of("press", count=2))
    await client.do("triple_click", coordinate=[200, 150], text="ctrl")
    await shows(app, lambda: app.of("press", count=3, held=["ctrl"]))
    await client.do("left_click_drag", start_coordinate=[150, 100], coordinate=[200, 150])
    await shows(app, lambda: app.of("motion"))
    await client.do("mouse_move", coordinate=[160, 120])
    await client.do("left_mouse_down")
    await client.do("left_mouse_up")
    await shows(app, lambda: app.of("press", x=321, y=241))
    await client.do("scroll", coordinate=square, scroll_direction="down", scroll_amount=3)
    await shows(app, lambda: app.clicks("down") == 3)


async def anthropic_types(client: Client, app: Reporter) -> None:
    await client.do("key", text="ctrl+s")
    await shows(app, lambda: app.of("key", key="s", held=["ctrl"]))
    await client.do("hold_key", text="shift", duration=0.2)
    await client.do("type", text="hé")
    await shows(app, lambda: app.of("key", key="eacute"))
    await client.do("wait", duration=0.1)


def test_the_computer_tool_is_known_from_anyone(tmp_path: Path) -> None:
    async def job(client: Client, app: Reporter, _: Path) -> None:
        shown = await client.do("computer", action="screenshot")
        square = middle_of(image_of(shown["content"][0]["source"]["data"]), SQUARE)
        await client.do("computer", action="left_click", coordinate=list(square))
        await pressed_on_the_square(app)

    on_a_desktop(tmp_path, "SomeAgent", job, window=tk_reporter)


def test_openais_batches(tmp_path: Path) -> None:
    async def job(client: Client, app: Reporter, _: Path) -> None:
        call = {"type": "computer_call", "id": "cu_1", "call_id": "c1", "status": "completed"}
        look = await client.do(
            "computer_call",
            **call,
            action={"type": "screenshot"},
            display_width=640,
            display_height=400,
        )
        url = look["output"]["image_url"]
        x, y = middle_of(image_of(url.partition("base64,")[2]), SQUARE)
        square = {"x": x, "y": y}
        actions = [
            {"type": "click", **square, "button": "left"},
            {"type": "click", **square, "button": "wheel"},
            {"type": "double_click", **square, "keys": ["SHIFT"]},
            {"type": "move", **square},
            {"type": "drag", "path": [{"x": 150, "y": 100}, {"x": 200, "y": 150}]},
            {"type": "keypress", "keys": ["CTRL", "S"]},
            {"type": "type", "text": "x"},
            {"type": "scroll", **square, "scroll_x": 0, "scroll_y": 300},
            {"type": "wait"},
            {"type": "screenshot"},
        ]
        assert {each["type"] for each in actions} == set(openai.KINDS)
        done = await client.do("computer_call", **call, actions=actions, pending_safety_checks=[])
        assert done["type"] == "computer_call_output"
        assert image_of(done["output"]["image_url"].partition("base64,")[2]).size == (640, 400)
        await shows(app, lambda: app.clicks("down") == 3)
        await pressed_on_the_square(app)
        assert app.of("press", button=2)
        assert app.of("press", count=2, held=["shift"])
        assert app.of("key", key="s", held=["ctrl"])
        stopped = await client.ask("computer_call", actions=[{"type": "clack"}])
        assert stopped["result"]["status"] == "incomplete"

    on_a_desktop(tmp_path, "openai", job, window=tk_reporter)


def test_cuas_commands(tmp_path: Path) -> None:
    async def job(client: Client, app: Reporter, folder: Path) -> None:
        await cua_looks(client)
        await cua_points(client, app)
        await cua_minds_windows(client, app)
        await cua_keeps_files(client, folder / "kept")

    (tmp_path / "kept").mkdir()
    policy = tmp_path / "policy.toml"
    policy.write_text(
        'tiers = ["observe", "input", "files", "shell"]\n'
        f'[files]\nroots = ["{tmp_path / "kept"}"]\n'
    )
    on_a_desktop(tmp_path, "cua", job, "--policy", str(policy))


async def cua_looks(client: Client) -> None:
    assert (await client.do("version"))["success"] is True
    size = (await client.do("get_screen_size"))["size"]
    shown = await client.do("screenshot", format="jpeg", quality=80)
    assert image_of(shown["image_data"]).size == (size["width"], size["height"])
    ran = await client.do("run_command", command="echo hi; exit 3")
    assert (ran["stdout"], ran["return_code"]) == ("hi\n", 3)


async def cua_points(client: Client, app: Reporter) -> None:
    await client.do("left_click", **PLACE)
    await client.do("right_click", **PLACE)
    await client.do("middle_click", **PLACE)
    await client.do("double_click", x=450, y=350)
    await shows(app, lambda: app.of("press", count=2, x=450, y=350))
    await client.do("move_cursor", x=420, y=310)
    assert (await client.do("get_cursor_position"))["position"] == {"x": 420, "y": 310}
    await client.do("drag_to", x=460, y=340, duration=0.1)
    await client.do("drag", path=[[300, 300], [350, 320]], duration=0.1)
    await shows(app, lambda: app.of("release", x=350, y=320))
    await client.do("mouse_down", **PLACE)
    await client.do("mouse_up", **PLACE)
    await client.do("scroll", x=0, y=2)
    await client.do("scroll_up", clicks=1)
    await client.do("scroll_down", clicks=2)
    await client.do("scroll_direction", direction="down", clicks=2)
    await shows(app, lambda: (app.clicks("up"), app.clicks("down")) == (3, 4))
    await client.do("key_down", key="shift")
    await client.do("key_up", key="shift")
    await client.do("press_key", key="enter")
    await client.do("hotkey", keys=["ctrl", "c"])
    await client.do("type_text", text="z")
    await shows(app, lambda: app.of("key", key="z"))
    assert app.of("key", key="c", held=["ctrl"])


async def cua_minds_windows(client: Client, app: Reporter) -> None:
    (window,) = (await client.do("get_application_windows", app=app.title))["windows"]
    assert (await client.do("get_current_window_id"))["window_id"] == window
    assert (await client.do("get_window_name", window_id=window))["name"] == app.title
    await client.do("set_window_size", window_id=window, width=520, height=410)
    size = await client.do("get_window_size", window_id=window)
    assert (size["width"], size["height"]) == (520, 410)
    await client.do("set_window_position", window_id=window, x=90, y=60)
    assert "x" in await client.do("get_window_position", window_id=str(window))
    for name in ("maximize_window", "minimize_window", "activate_window"):
        await client.do(name, window_id=window)
    await shows(app, lambda: app.last("state")["active"])
    await client.do("close_window", window_id=window)
    await shows(app, lambda: app.of("closed"))


async def cua_keeps_files(client: Client, folder: Path) -> None:
    file, inner = str(folder / "a.txt"), str(folder / "inner")
    await client.do("write_text", path=file, content="hé")
    await client.do("write_bytes", path=file, content_b64="IQ==", append=True)
    assert (await client.do("read_text", path=file))["content"] == "hé!"
    whole = await client.do("read_bytes", path=file, offset=1, length=2)
    assert base64.b64decode(whole["content_b64"]) == "é".encode()
    assert (await client.do("get_file_size", path=file))["size"] == 4
    await client.do("create_dir", path=inner)
    assert (await client.do("directory_exists", path=inner))["exists"] is True
    assert sorted((await client.do("list_dir", path=str(folder)))["files"]) == ["a.txt", "inner"]
    await client.do("delete_dir", path=inner)
    await client.do("delete_file", path=file)
    assert (await client.do("file_exists", path=file))["exists"] is False
    refused = await client.ask("read_text", path=file)
    assert refused["result"]["success"] is False


def test_osworlds_actions(tmp_path: Path) -> None:
    async def job(client: Client, app: Reporter, _: Path) -> None:
        steps: list[tuple[str, dict[str, object]]] = [
            ("MOVE_TO", PLACE),
            ("CLICK", {**PLACE, "button": "left", "num_clicks": 1}),
            ("RIGHT_CLICK", PLACE),
            ("DOUBLE_CLICK", {"x": 450, "y": 350}),
            ("MOUSE_DOWN", {}),
            ("MOUSE_UP", {}),
            ("DRAG_TO", {"x": 500, "y": 380}),
            ("SCROLL", {"dx": 0, "dy": -2}),
            ("TYPING", {"text": "a<b"}),
            ("PRESS", {"key": "enter"}),
            ("KEY_DOWN", {"key": "shift"}),
            ("KEY_UP", {"key": "shift"}),
            ("HOTKEY", {"keys": ["ctrl", "a"]}),
            ("WAIT", {"time": 0.1}),
            ("EXECUTE", {"command": ["echo", "hi"]}),
            ("FAIL", {}),
            ("DONE", {}),
        ]
        assert {name for name, _ in steps} == set(osworld.ACTIONS)
        for name, parameters in steps:
            done = await client.do("computer_13", action_type=name, parameters=parameters)
            assert done["status"] == "success"
        await shows(app, lambda: app.of("key", key="a", held=["ctrl"]))
        assert app.of("press", count=2, x=450, y=350)
        assert app.of("release", x=500, y=380)
        assert app.clicks("down") == 2
        assert app.of("key", key="less")

    on_a_desktop(tmp_path, "osworld", job, "--allow", "shell")
