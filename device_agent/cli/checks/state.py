"""The state directory: can it be written, who uses it, how much room is there."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..exits import NothingThere
from ..findings import Finding, Level, ok

if TYPE_CHECKING:
    from ...config import Config

MIB = 1024 * 1024
TOO_LITTLE_BYTES = 16 * MIB
"""Less, and the journal itself may not fit."""

ANSWER_WITHIN_S = 3.0


def state_findings(config: "Config") -> Iterator[Finding]:
    """Say whether the directory is usable, and whether an agent runs on it."""
    directory = config.state_dir
    there = _nearest_existing(directory)
    if not os.access(there, os.W_OK | os.X_OK):
        remedy = f"chown it to this user, or name another with --state-dir: {there}"
        yield Finding("state", Level.FAIL, f"{directory} cannot be written", remedy)
    elif not there.is_dir():
        remedy = "remove it, or name another directory with --state-dir"
        yield Finding("state", Level.FAIL, f"{there} is no directory", remedy)
    else:
        yield ok("state", f"{directory}{'' if there == directory else ' (will be made)'}")
    yield _agent(directory)


def disk_finding(config: "Config") -> Finding:
    """Say how much room large results have."""
    free = shutil.disk_usage(_nearest_existing(config.state_dir)).free
    text = f"{free // MIB} MiB free of {config.limits.spool_bytes // MIB} MiB wanted"
    if free < TOO_LITTLE_BYTES:
        return Finding("disk", Level.FAIL, text, "make room, or name another --state-dir")
    if free < config.limits.spool_bytes:
        return Finding("disk", Level.WARN, text, "make room, or lower limits.spool_bytes")
    return ok("disk", f"{free // MIB} MiB free")


def _agent(directory: Path) -> Finding:
    from ...errors import ToolError
    from ..asking import ask

    try:
        status = ask(directory, {"op": "status"}, ANSWER_WITHIN_S)
    except NothingThere:
        return _holder(directory)
    except ToolError as error:
        return Finding("agent", Level.FAIL, error.detail, "stop it and start it again")
    return ok("agent", f"running, process {status.get('pid')}")


def _holder(directory: Path) -> Finding:
    from ...errors import StateLocked
    from ...journal.lock import STATE_LOCK, wait_until_free

    try:
        wait_until_free(directory / STATE_LOCK, 0.0)
    except StateLocked as error:
        return Finding("agent", Level.WARN, str(error), "wait until it has ended, or stop it")
    except OSError as error:
        return Finding("agent", Level.WARN, f"the lock cannot be read: {error.strerror}")
    return Finding("agent", Level.INFO, "none is running on this directory")


def _nearest_existing(directory: Path) -> Path:
    return next(path for path in (directory, *directory.absolute().parents) if path.exists())
