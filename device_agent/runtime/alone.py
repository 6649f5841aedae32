"""One call or task without a running agent, under the same lock and policy."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..config.model import Config
from ..journal.lock import STATE_LOCK, WORKER_LOCK, Lock, wait_until_free
from ..policy.rules import Policy
from .agent import WORKER_GONE_S, desktop
from .clock import wall
from .local import LocalWork


def call(config: Config, policy: Policy, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """
    Run one tool and end.

    Returns:
        What :meth:`~.local.LocalWork.call` answers.

    Raises:
        StateLocked: An agent or another such command uses the state directory.

    """
    return asyncio.run(_alone(config, policy, lambda local: local.call(tool, arguments)))


def task(config: Config, policy: Policy, words: str) -> dict[str, Any]:
    """
    Plan and run one task and end.

    Returns:
        What :meth:`~.local.LocalWork.task` answers.

    Raises:
        StateLocked: An agent or another such command uses the state directory.

    """
    return asyncio.run(_alone(config, policy, lambda local: local.task(words)))


async def _alone(
    config: Config,
    policy: Policy,
    perform: Callable[[LocalWork], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    with Lock.take(config.state_dir / STATE_LOCK, "command", clock=wall):
        wait_until_free(config.state_dir / WORKER_LOCK, WORKER_GONE_S)
        async with desktop(config, policy) as behind:
            return await perform(behind.local)
