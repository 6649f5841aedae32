"""What the local door answers: status, calls, tasks, pause and resume."""

import asyncio
import logging
import os
import time
from dataclasses import asdict
from typing import Any

from .control import Answer
from .desktop import Desktop
from .peers import Peers
from .state import PauseMark

log = logging.getLogger(__name__)


def answer_for(desktop: Desktop, peers: Peers, pause: PauseMark) -> Answer:
    """Make the answerer of the local door; *pause* outlives the agent."""
    started = time.monotonic()

    async def answer(question: dict[str, Any]) -> dict[str, Any]:
        match question:
            case {"op": "status"}:
                return {"ok": True, **status_of(desktop, peers, time.monotonic() - started)}
            case {"op": "call", "tool": str(tool), "arguments": dict(arguments)}:
                return await desktop.local.call(tool, arguments)
            case {"op": "task", "request": str(words)}:
                return await desktop.local.task(words)
            case {"op": "pause"}:
                quiet = desktop.desk.pause()
                lasting = pause.set()
                if not lasting:
                    log.error("the pause could not be written down; it ends with this process")
                await asyncio.wait({quiet})
                return {"ok": True, "paused": True, "lasting": lasting}
            case {"op": "resume"}:
                pause.clear()
                desktop.desk.resume()
                return {"ok": True, "paused": False}
            case _:
                known = "status, call, task, pause, resume"
                return {"ok": False, "failure": "bad_arguments", "error": f"known are: {known}"}

    return answer


def status_of(desktop: Desktop, peers: Peers, uptime_s: float) -> dict[str, Any]:
    """How the agent is doing, as JSON."""
    policy = desktop.policy
    return {
        "device_id": desktop.config.device_id,
        "pid": os.getpid(),
        "uptime_s": round(uptime_s, 1),
        "state_dir": str(desktop.config.state_dir),
        "listening_port": peers.port,
        "links": peers.states(),
        "desk": desktop.desk.status(),
        "worker": _plain(asdict(desktop.worker.status())),
        "policy": {
            "source": policy.source,
            "tiers": sorted(tier.value for tier in policy.tiers | policy.run_tiers),
        },
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 -- JSON
    """Sets and tuples as lists."""
    match value:
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted(_plain(item) for item in value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
