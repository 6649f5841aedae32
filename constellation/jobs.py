"""What the commands do with a hub that runs already."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from device_agent.errors import ToolError
from device_agent.links.dial import DialTarget
from device_agent.links.urls import check_url
from device_agent.protocol.messages import Json, ServerTaskEnd

from .client import HubClient, Order, connected
from .exits import Exit, exit_for, worst
from .image import FORMATS, image_of, screenshot_action
from .listing import list_devices
from .out import Out
from .selector import DeviceEntry, select

SHOWN_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class At:
    """
    Which hub, and how.

    Attributes:
        hub: Its URL.
        token: Its token.
        insecure: Whether ws:// may cross a network.
        timeout_s: How long one task may take.
        wall_clock: ISO 8601 in UTC.

    """

    hub: str
    token: str = field(repr=False)
    insecure: bool
    timeout_s: float
    wall_clock: Callable[[], str]

    @property
    def target(self) -> DialTarget:
        """The hub, to be dialled."""
        return DialTarget(self.hub, SecretStr(self.token), insecure=self.insecure)

    async def devices(self) -> tuple[DeviceEntry, ...]:
        """List the devices that are connected."""
        check_url(self.hub, insecure=self.insecure)
        return await list_devices(self.hub, self.token)


async def show_list(at: At, out: Out) -> Exit:
    """Print every device that is connected."""
    devices = await at.devices()
    width = max((len(device.device_id) for device in devices), default=0)
    for device in devices:
        speaks = "ours" if device.accepts else "plain AIP"
        text = f"{device.device_id:<{width}}  {device.platform:<8}  {speaks:<9}  "
        out.tell(f"{text}{device.connected_s:.0f} s", _facts(device))
    if not devices:
        out.remark("no device is connected")
    return Exit.DONE


async def show_one(at: At, out: Out, device_id: str) -> Exit:
    """Print what a device says about itself."""
    found = _pick(await at.devices(), device_id, None)
    if isinstance(found, str):
        return out.error(found, Exit.NOT_REACHABLE)
    async with connected(at.target, at.wall_clock) as client:
        info = await client.info(device_id)
    facts = _facts(found[0]) | {"system_info": info}
    rows = {key: value for key, value in facts.items() if key != "system_info"}
    rows |= info if isinstance(info, dict) else {}
    out.tell("\n".join(f"{key}: {_short(value)}" for key, value in rows.items()), facts)
    return Exit.DONE


async def take_screenshot(at: At, out: Out, device_id: str, path: Path) -> Exit:
    """Write an image of a device's screen to a file."""
    image_format = FORMATS.get(path.suffix.lower())
    if image_format is None:
        known = ", ".join(FORMATS)
        return out.error(f"{path.name}: the file must end in one of {known}", Exit.USAGE)
    found = _pick(await at.devices(), device_id, None)
    if isinstance(found, str):
        return out.error(found, Exit.NOT_REACHABLE)
    action = screenshot_action(found[0].accepts, image_format)
    async with connected(at.target, at.wall_clock) as client:
        end = await client.ask(Order(device_id, actions=(action,)), at.timeout_s)
    if end.error is not None:
        return out.error(f"{device_id}: {end.error}", exit_for(end.error))
    try:
        image = image_of(end.result)
        await asyncio.to_thread(path.write_bytes, image.content)
    except ToolError as error:
        return out.error(f"{device_id}: {error}", Exit.TASK_FAILED)
    except OSError as error:
        return out.error(f"{path} cannot be written: {error.strerror}", Exit.USAGE)
    size_bytes = len(image.content)
    size = f"{image.width}x{image.height}, " if image.width and image.height else ""
    facts: dict[str, Json] = {"device_id": device_id, "file": str(path), "size_bytes": size_bytes}
    facts |= {"width": image.width, "height": image.height}
    out.tell(f"{path} ({size}{size_bytes / 1000:.0f} kB)", facts)
    return Exit.DONE


async def run_words(
    at: At, out: Out, words: str, device_id: str | None, selector: str | None, *, parallel: bool
) -> Exit:
    """Have one device or many do what the words say; one after another unless ``parallel``."""
    found = _pick(await at.devices(), device_id, selector)
    if isinstance(found, str):
        return out.error(found, Exit.NOT_REACHABLE)
    if device_id is None and selector is None and len(found) > 1:
        several = f"{len(found)} devices are connected; say --device ID, or --on all for every one"
        return out.error(several, Exit.USAGE)
    async with connected(at.target, at.wall_clock) as client:
        jobs = [_run_one(client, at, out, device.device_id, words) for device in found]
        if not parallel:
            return worst([await job for job in jobs])
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(job) for job in jobs]
    return worst([each.result() for each in running])


async def _run_one(client: HubClient, at: At, out: Out, device_id: str, words: str) -> Exit:
    try:
        end = await client.ask(Order(device_id, request=words), at.timeout_s)
    except TimeoutError:
        error = f"timed_out: no outcome within {at.timeout_s:g} s"
        out.tell(f"{device_id}: {error}", _outcome(device_id, "failed", None, error))
        return Exit.TIMED_OUT
    out.tell(_told(device_id, end), _outcome(device_id, end.status, end.result, end.error))
    return exit_for(_error(end))


def _error(end: ServerTaskEnd) -> str | None:
    return None if end.status == "completed" and end.error is None else end.error or "failed"


def _told(device_id: str, end: ServerTaskEnd) -> str:
    error = _error(end)
    if error is not None:
        return f"{device_id}: {error}"
    gist = _gist(end.result)
    return f"{device_id}: done" if gist is None or gist == "" else f"{device_id}: {_short(gist)}"


def _gist(result: Json) -> Json:
    """Say in short what a task gave: its last step, and of a program what it printed."""
    if isinstance(result, dict) and isinstance(steps := result.get("steps"), list) and steps:
        result = steps[-1].get("result") if isinstance(steps[-1], dict) else steps[-1]
    if isinstance(result, dict) and isinstance(printed := result.get("stdout"), str):
        code = result.get("exit_code")
        return printed if code in {0, None} else f"exit code {code}: {printed}"
    if isinstance(result, dict) and "image" in result:
        return {key: value for key, value in result.items() if key != "image"}
    return result


def _outcome(device_id: str, status: str, result: Json, error: str | None) -> dict[str, Json]:
    return {"device_id": device_id, "status": status, "result": result, "error": error}


def _pick(
    devices: tuple[DeviceEntry, ...], device_id: str | None, selector: str | None
) -> tuple[DeviceEntry, ...] | str:
    """Choose among the connected devices; a text says why there is none."""
    if device_id is not None:
        found = tuple(device for device in devices if device.device_id == device_id)
        wanted = f"device {device_id!r} is not connected"
    else:
        found = select(selector or "all", devices)
        wanted = "no device is connected" if selector is None else f"no device fits {selector!r}"
    if found:
        return found
    names = ", ".join(device.device_id for device in devices[:10]) or "none"
    return f"{wanted}; connected: {names}{', …' if len(devices) > 10 else ''}"


def _facts(device: DeviceEntry) -> dict[str, Json]:
    return {
        "device_id": device.device_id,
        "platform": device.platform,
        "accepts": list(device.accepts),
        "connected_s": device.connected_s,
    }


def _short(value: Json) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    one_line = " ".join(text.split())
    return f"{one_line[:SHOWN_CHARACTERS]}…" if len(one_line) > SHOWN_CHARACTERS else one_line
