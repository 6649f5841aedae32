"""
How a simulated machine answers every tool of the catalog: one reaction each.

A reaction changes the machine and gives the catalog's result model, or fails with the same words
as a real tool. It happens at once; how long it seems to take is :attr:`Reaction.lasts_s`.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from device_agent.catalog import Arguments, Tool, ToolResult
from device_agent.catalog.dialects.listing import listing
from device_agent.catalog.keyboard import KeyArguments, PressKeysArguments, TypeTextArguments
from device_agent.catalog.parts import Nothing, Point
from device_agent.catalog.pointer import (
    ButtonArguments,
    ClickArguments,
    DragArguments,
    MoveArguments,
    PointerResult,
    ScrollArguments,
)
from device_agent.catalog.screen import (
    DisplayEntry,
    DisplaysResult,
    NoArguments,
    ScreenshotArguments,
    ScreenshotResult,
    ScreenSizeResult,
)
from device_agent.catalog.shell import ShellArguments, ShellResult
from device_agent.catalog.system import (
    ListToolsArguments,
    ListToolsResult,
    SystemInfoResult,
    WaitArguments,
    WaitResult,
)
from device_agent.catalog.windows import WindowsResult
from device_agent.errors import Failure, ToolError

from . import filing, shell, windowing
from .machine import Machine, Scene

DISPLAY = "screen"
MIME_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}
LEAST_SIDE_PIXELS = 16
SHRINK = 0.75

Size = tuple[int, int]
Box = tuple[int, int, int, int]
"""Left, upper, right and lower edge in screen pixels."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """
    What a tool gave.

    Attributes:
        result: As the catalog has it.
        lasts_s: How long the call itself asks for, on top of the machine's pace.

    """

    result: ToolResult
    lasts_s: float = 0.0


def react(tool: Tool, arguments: Arguments, machine: Machine) -> Reaction:
    """
    Let a machine do what a tool does.

    Raises:
        ToolError: It cannot be done here.

    """
    return REACTIONS[tool.name](arguments, machine)


def _screenshot(arguments: ScreenshotArguments, machine: Machine) -> Reaction:
    from . import picture  # Pillow is slow to import, and most devices are never looked at.

    scene = machine.screen.scene(cursor=arguments.cursor)
    box = _box(arguments, machine)
    name = picture.frame_id(scene, box)
    if arguments.if_changed_since == name:
        return Reaction(ScreenshotResult(frame_id=name, not_modified=True))
    full = (box[2] - box[0], box[3] - box[1])
    size, content = _fitted(arguments, scene, box, full)
    return Reaction(
        ScreenshotResult(
            frame_id=name,
            format=arguments.format,
            mime_type=MIME_TYPES[arguments.format],
            width=size[0],
            height=size[1],
            scale=size[0] / full[0],
            origin=Point(x=box[0], y=box[1]),
            display=arguments.display,
            size_bytes=len(content),
            image=base64.b64encode(content).decode("ascii"),
        )
    )


def _fitted(
    arguments: ScreenshotArguments, scene: Scene, box: Box, full: Size
) -> tuple[Size, bytes]:
    """Draw smaller and smaller until the file is as small as it must be."""
    from . import picture

    scale = _scale(arguments, full)
    while True:
        size = (max(1, round(full[0] * scale)), max(1, round(full[1] * scale)))
        wanted = picture.Wanted(arguments.format, box, size, arguments.quality)
        content = picture.picture(scene, wanted)
        if arguments.max_bytes is None or len(content) <= arguments.max_bytes:
            return size, content
        if min(size) <= LEAST_SIDE_PIXELS:
            detail = f"no image of this is as small as {arguments.max_bytes} bytes"
            raise ToolError(Failure.RESULT_TOO_LARGE, detail)
        scale *= SHRINK


def _box(arguments: ScreenshotArguments, machine: Machine) -> Box:
    screen, region = machine.screen, arguments.region
    if arguments.display not in {None, DISPLAY}:
        detail = f"screenshot: there is no display of that name; there are: {DISPLAY}"
        raise ToolError(Failure.BAD_ARGUMENTS, detail)
    if region is None:
        return (0, 0, screen.width, screen.height)
    left, top = max(region.x, 0), max(region.y, 0)
    right = min(region.x + region.width, screen.width)
    bottom = min(region.y + region.height, screen.height)
    if left >= right or top >= bottom:
        raise ToolError(Failure.BAD_ARGUMENTS, "screenshot: the region lies outside the screen")
    return (left, top, right, bottom)


def _scale(arguments: ScreenshotArguments, full: Size) -> float:
    return min(
        arguments.scale,
        (arguments.max_width or full[0]) / full[0],
        (arguments.max_height or full[1]) / full[1],
    )


def _screen_size(_: NoArguments, machine: Machine) -> Reaction:
    screen = machine.screen
    return Reaction(ScreenSizeResult(x=0, y=0, width=screen.width, height=screen.height))


def _list_displays(_: NoArguments, machine: Machine) -> Reaction:
    width, height = machine.screen.width, machine.screen.height
    only = DisplayEntry(name=DISPLAY, x=0, y=0, width=width, height=height, scale=1.0, primary=True)
    return Reaction(DisplaysResult(displays=(only,)))


def _list_windows(_: NoArguments, machine: Machine) -> Reaction:
    screen = machine.screen
    windows = tuple(windowing.entry(each, screen) for each in screen.windows)
    return Reaction(WindowsResult(windows=windows))


def _mouse_move(arguments: MoveArguments, machine: Machine) -> Reaction:
    machine.screen.move(arguments.x, arguments.y)
    return Reaction(Nothing())


def _mouse_click(arguments: ClickArguments, machine: Machine) -> Reaction:
    _go(arguments.at, machine)
    machine.screen.click()
    return Reaction(Nothing())


def _mouse_down(arguments: ButtonArguments, machine: Machine) -> Reaction:
    _go(arguments.at, machine)
    machine.screen.held.add(f"button {arguments.button}")
    machine.screen.click()
    return Reaction(Nothing())


def _mouse_up(arguments: ButtonArguments, machine: Machine) -> Reaction:
    _go(arguments.at, machine)
    machine.screen.held.discard(f"button {arguments.button}")
    return Reaction(Nothing())


def _mouse_drag(arguments: DragArguments, machine: Machine) -> Reaction:
    first, last = arguments.path[0], arguments.path[-1]
    _go((first.x, first.y), machine)
    machine.screen.click()
    _go((last.x, last.y), machine)
    return Reaction(Nothing(), arguments.duration_s)


def _mouse_scroll(arguments: ScrollArguments, machine: Machine) -> Reaction:
    _go(arguments.at, machine)
    return Reaction(Nothing())


def _cursor_position(_: NoArguments, machine: Machine) -> Reaction:
    x, y = machine.screen.pointer
    return Reaction(PointerResult(x=x, y=y))


def _go(at: tuple[int, int] | None, machine: Machine) -> None:
    machine.screen.move(*(machine.screen.pointer if at is None else at))


def _type_text(arguments: TypeTextArguments, machine: Machine) -> Reaction:
    machine.screen.type(arguments.text)
    return Reaction(Nothing())


def _press_keys(arguments: PressKeysArguments, machine: Machine) -> Reaction:
    keys = arguments.keys
    together = tuple(keys.split("+")) if isinstance(keys, str) and keys != "+" else tuple(keys)
    for _ in range(arguments.repeat):
        machine.screen.press(together)
    return Reaction(Nothing(), arguments.repeat * arguments.hold_s)


def _key_down(arguments: KeyArguments, machine: Machine) -> Reaction:
    machine.screen.held.add(arguments.key.lower())
    return Reaction(Nothing())


def _key_up(arguments: KeyArguments, machine: Machine) -> Reaction:
    machine.screen.held.discard(arguments.key.lower())
    return Reaction(Nothing())


def _shell(arguments: ShellArguments, machine: Machine) -> Reaction:
    printed = shell.run(machine, arguments.command)
    stdout, stderr = printed.stdout.encode(), printed.stderr.encode()
    kept = arguments.max_output_bytes
    result = ShellResult(
        exit_code=printed.exit_code,
        stdout=stdout[:kept].decode(errors="replace"),
        stderr=stderr[:kept].decode(errors="replace"),
        timed_out=printed.takes_s > arguments.timeout_s,
        duration_s=min(printed.takes_s, arguments.timeout_s),
        truncated=kept is not None and max(len(stdout), len(stderr)) > kept,
        stdout_bytes=len(stdout),
        stderr_bytes=len(stderr),
    )
    if result.timed_out:
        detail = f"the command was killed after {arguments.timeout_s:g} s; allow more"
        raise ToolError(Failure.TIMED_OUT, detail, value=result.model_dump(mode="json"))
    return Reaction(result, printed.takes_s)


def _system_info(_: NoArguments, machine: Machine) -> Reaction:
    facts = {name: value for name, value in machine.facts.items() if name != "device_id"}
    gib = facts["memory_total_gb"]
    texts = {
        "uname": f"{facts['os']} {facts['hostname']} {facts['os_version']}",
        "uptime": "up 3 days",
        "memory": f"{gib:g} GiB in all",
        "disk": "512 GiB in all, 300 GiB free",
    }
    return Reaction(SystemInfoResult(facts=facts, texts=texts))


def _wait(arguments: WaitArguments, _: Machine) -> Reaction:
    return Reaction(WaitResult(waited_s=arguments.seconds), arguments.seconds)


def _list_tools(arguments: ListToolsArguments, _: Machine) -> Reaction:
    shown = listing(lambda _: True, arguments.tool_type)
    return Reaction(ListToolsResult(tools=tuple(shown)))


def _at_once(result: Callable[[Any, Machine], ToolResult]) -> Callable[[Any, Machine], Reaction]:
    return lambda arguments, machine: Reaction(result(arguments, machine))


# Each reaction takes the arguments of its own tool, which no common type can say.
REACTIONS: Mapping[str, Callable[[Any, Machine], Reaction]] = {
    "screenshot": _screenshot,
    "screen_size": _screen_size,
    "list_displays": _list_displays,
    "list_windows": _list_windows,
    **{tool: _at_once(result) for tool, result in windowing.RESULTS.items()},
    **{tool: _at_once(result) for tool, result in filing.RESULTS.items()},
    "mouse_move": _mouse_move,
    "mouse_click": _mouse_click,
    "mouse_down": _mouse_down,
    "mouse_up": _mouse_up,
    "mouse_drag": _mouse_drag,
    "mouse_scroll": _mouse_scroll,
    "cursor_position": _cursor_position,
    "type_text": _type_text,
    "press_keys": _press_keys,
    "key_down": _key_down,
    "key_up": _key_up,
    "shell": _shell,
    "system_info": _system_info,
    "wait": _wait,
    "list_tools": _list_tools,
}
