"""What one agent's links share: the machine behind them."""

from dataclasses import dataclass

from ..config.model import Config
from ..policy.rules import Policy
from ..worker.host import WorkerHost
from .calls import CallRunner
from .desk import Desk
from .facts import Machine
from .local import LocalWork


@dataclass(frozen=True, slots=True)
class Desktop:
    """Everything that stands behind the sessions of one agent."""

    config: Config
    policy: Policy
    worker: WorkerHost
    runner: CallRunner
    desk: Desk
    machine: Machine
    local: LocalWork
