"""A bench for tests that call tools without a worker."""

import uuid

from device_agent.catalog.grant import Grant
from device_agent.processes import Mark
from device_agent.tools.bench import Bench, Cancellation
from device_agent.tools.children import Children
from device_agent.tools.desktop import Desktop


def bench(desktop: Desktop | None = None, grant: Grant | None = None) -> Bench:
    """A bench of its own."""
    mark = Mark("DEVICE_AGENT_CALL", uuid.uuid4().hex)
    return Bench(desktop or Desktop(), Children(), mark, Cancellation(), grant or Grant())
