"""From a COMMAND to its COMMAND_RESULTS."""

import asyncio
from dataclasses import replace

from ..raw import echo_ms, journalled_ms, process_ms
from ..rigs.hub import action
from ..rigs.rig import Rig
from ..row import Measured

ECHO = action("execute_command", command="echo hi")
BATCH = 10


async def shell(rig: Rig) -> Measured:
    """``echo hi``, journalled: what arrives is on disk before it runs, and after."""
    connected = await rig.connected()
    found = await connected.hub.measure(300, ECHO)
    _, raw = await journalled_ms(rig.directory)
    return replace(found, raw=raw, raw_what="WebSocket echo, two fdatasync, fork and exec")


async def no_process(rig: Rig) -> Measured:
    """A call that acts, so that it is journalled, and starts no process."""
    rig.need_display()
    connected = await rig.connected()
    found = await connected.hub.measure(300, action("key_up", key="shift"))
    raw, _ = await journalled_ms(rig.directory)
    return replace(found, raw=raw, raw_what="WebSocket echo, two fdatasync")


async def list_tools(rig: Rig) -> Measured:
    """A call that only looks, and needs no worker."""
    connected = await rig.connected()
    found = await connected.hub.measure(300, action("list_tools"))
    return replace(found, raw=await echo_ms(), raw_what="WebSocket echo")


async def batch(rig: Rig) -> Measured:
    """One COMMAND with ten actions."""
    connected = await rig.connected()
    found = await connected.hub.measure(60, *[ECHO] * BATCH)
    journalled, _ = await journalled_ms(rig.directory)
    processes = BATCH * await asyncio.to_thread(process_ms)
    what = "WebSocket echo, two fdatasync, ten times fork and exec"
    return replace(found, raw=journalled + processes, raw_what=what)
