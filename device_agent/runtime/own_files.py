"""Which files are the agent's own, so that no file tool may reach them."""

import sys
from collections.abc import Iterator
from pathlib import Path

from ..config.model import Config
from ..config.surroundings import Surroundings
from ..policy.rules import Policy


def own_files(config: Config, policy: Policy) -> tuple[str, ...]:
    """
    Files and directories of this agent, as absolute paths.

    Whoever writes the policy or the settings is the owner, and whoever reads the tokens or the
    journal is everybody: a peer that may use files inside the owner's home must reach none of them.
    """
    found = (path for path in _named(config, policy) if path is not None)
    return tuple(dict.fromkeys(str(path.absolute()) for path in found))


def _named(config: Config, policy: Policy) -> Iterator[Path | None]:
    yield config.state_dir
    # Whoever changes the program has no need of its policy.
    yield Path(__file__).parents[1]
    if sys.prefix != sys.base_prefix:
        yield Path(sys.prefix)
    around = Surroundings.here()
    yield around.config_dir(service=False)
    yield around.config_dir(service=True)
    yield config.policy_file
    yield from (Path(path) for path in (policy.file, *policy.closed) if path)
    yield config.token_file
    for link in config.links:
        yield from (link.token_file, link.client_key_file)
    if config.listen is not None:
        yield from (config.listen.token_file, config.listen.key_file)
