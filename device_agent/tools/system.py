"""About the machine, and about time."""

import time

from .. import info
from ..catalog.screen import NoArguments
from ..catalog.system import SystemInfoResult, WaitArguments, WaitResult
from .bench import Bench

# The broker's to say; here nobody knows it.
NOT_OURS = "device_id"


def system_info(_: NoArguments, bench: Bench) -> SystemInfoResult:
    """What kind of machine this is and how it is doing; what cannot be read is absent."""
    facts = info.system_info("", displays=bench.desktop.displays)
    facts.pop(NOT_OURS)
    return SystemInfoResult(facts=facts, texts=info.texts())


def wait(arguments: WaitArguments, bench: Bench) -> WaitResult:
    """Wait."""
    started_s = time.monotonic()
    bench.cancellation.wait(arguments.seconds)
    return WaitResult(waited_s=round(time.monotonic() - started_s, 4))
