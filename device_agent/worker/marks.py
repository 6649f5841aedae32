"""The variables by which processes that came of a worker are found again."""

import hashlib
import secrets
from pathlib import Path

from ..processes import Mark

WORKER = "DEVICE_AGENT_WORKER"
CALL = "DEVICE_AGENT_CALL"


def new_mark(state_dir: Path | None) -> Mark:
    """A mark for one worker; workers of one state directory share its beginning."""
    return Mark(WORKER, f"{family(state_dir)}:{secrets.token_hex(6)}")


def family(state_dir: Path | None) -> str:
    """What the marks of all workers of a state directory begin with, up to the colon."""
    if state_dir is None:
        return "none"
    return hashlib.sha256(str(state_dir.resolve()).encode()).hexdigest()[:12]


def is_stale(value: str, own: Mark) -> bool:
    """Whether *value* marks processes of an earlier worker of the same state directory."""
    kin, _, _ = own.value.partition(":")
    return kin != family(None) and value.startswith(f"{kin}:") and value != own.value
