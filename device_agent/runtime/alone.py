"""One call or task without a running agent, under the same lock and policy."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..config.model import Config
from ..policy.rules import Policy
from .desktop import desktop
from .ending import unwrapped
from .local import LocalWork
from .state import held


def call(config: Config, policy: Policy, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """
    Run one tool and end.

    Returns:
        What :meth:`~.local.LocalWork.call` answers.

    Raises:
        StateLocked: An agent or another such command uses the state directory.
        ConfigError: The state directory cannot be used.

    """
    return _run(config, policy, lambda local: local.call(tool, arguments))


def task(config: Config, policy: Policy, words: str) -> dict[str, Any]:
    """
    Plan and run one task and end.

    Returns:
        What :meth:`~.local.LocalWork.task` answers.

    Raises:
        StateLocked: An agent or another such command uses the state directory.
        ConfigError: The state directory cannot be used.

    """
    return _run(config, policy, lambda local: local.task(words))


def _run(
    config: Config,
    policy: Policy,
    perform: Callable[[LocalWork], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    with unwrapped():
        return asyncio.run(_alone(config, policy, perform))


async def _alone(
    config: Config,
    policy: Policy,
    perform: Callable[[LocalWork], Awaitable[dict[str, Any]]],
) -> dict[str, Any]:
    with held(config.state_dir, "command"):
        async with desktop(config, policy) as behind:
            return await perform(behind.local)
